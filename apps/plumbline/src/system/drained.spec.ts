import { describe, expect, it } from '@jest/globals';
import { drained, STANDSTILL_MS } from './drained.js';
import type { Lag } from './system.js';

/** Answers these lags one after another, each so many milliseconds after the one before, and then none. */
function systemWith(lags: readonly Lag[], stepMs: number) {
  let asked = 0;
  return {
    lag: () => Promise.resolve(lags[asked++] ?? { ingest: 0, scorer: 0 }),
    now: () => asked * stepMs,
  };
}

async function told(lags: readonly Lag[], stepMs: number): Promise<string[]> {
  const said: string[] = [];
  const system = systemWith(lags, stepMs);
  await drained(system, {
    pause: () => Promise.resolve(),
    standstill: { now: system.now, say: (message) => void said.push(message) },
  });
  return said;
}

const times = (count: number, lag: Lag): Lag[] => Array.from({ length: count }, () => lag);

describe('waiting for services that run elsewhere', () => {
  it('asks once whether ingest runs where nothing is taken in, whatever the scorer does meanwhile', async () => {
    const standing = [9, 8, 7, 6].map((scorer) => ({ ingest: 5, scorer }));
    expect(await told(standing, STANDSTILL_MS)).toEqual([
      'nothing was taken in for 30 s: is ingest running?',
    ]);
  });

  it('asks whether the scorer runs where all is taken in', async () => {
    expect(await told(times(3, { ingest: 0, scorer: 4 }), STANDSTILL_MS / 2)).toEqual([
      'nothing was scored for 30 s: is the scorer running?',
    ]);
  });

  it('asks again once it went on and stands still anew', async () => {
    const lags = [...times(3, { ingest: 5, scorer: 0 }), ...times(3, { ingest: 4, scorer: 0 })];
    expect(await told(lags, STANDSTILL_MS)).toHaveLength(2);
  });

  it('says nothing while it gets on, however slowly', async () => {
    const slow = [5, 4, 3, 2, 1].flatMap((ingest) => times(2, { ingest, scorer: 1 }));
    expect(await told(slow, STANDSTILL_MS / 3)).toEqual([]);
  });

  it('tells how many records are left, and ends with none', async () => {
    const left: number[] = [];
    await drained(systemWith([{ ingest: 2, scorer: 1 }], 1), {
      pause: () => Promise.resolve(),
      waiting: (records) => void left.push(records),
    });
    expect(left).toEqual([3, 0]);
  });
});
