import { describe, expect, it } from '@jest/globals';
import type { Batch, Reader } from '#log/log.js';
import { consumeLoads, type LoadOptions } from './consume-loads.js';
import type { FastOutcome, FastPath, Load } from './fast-path.js';

const batchOf = (partition: number, ...offsets: readonly number[]): Batch => ({
  topic: 't',
  partition,
  records: offsets.map((offset) => ({
    key: null,
    value: Buffer.from('v'),
    headers: {},
    timestamp: 1,
    offset,
  })),
});

const nameOf = ({ partition, records }: Batch): string => `${partition}:${records.at(-1)?.offset}`;

/** Reads the batches, then ends the loop; tells in order of all that happens. */
function runOf(
  batches: readonly Batch[],
  fast: (load: Load, told: string[]) => Promise<FastOutcome>,
  more: Partial<Pick<LoadOptions, 'careful' | 'isAside'>> = {},
) {
  const told: string[] = [];
  const left = [...batches];
  const reader: Pick<Reader, 'read' | 'holds' | 'commit'> = {
    read: () => Promise.resolve(left.shift() ?? null),
    holds: () => true,
    commit: (batch) => {
      told.push(`commit ${nameOf(batch)}`);
      return Promise.resolve(true);
    },
  };
  const load = (): Load => {
    const added: Batch[] = [];
    return {
      batches: added,
      get records() {
        return added.length;
      },
      get isFull() {
        return added.length >= 2;
      },
      add: (batch) => added.push(batch),
    };
  };
  const path: FastPath = { load, store: (of) => fast(of, told) };
  const run = consumeLoads({
    reader: reader as Reader,
    fast: path,
    careful: (rest) => {
      told.push(`careful ${rest.map(nameOf).join()}`);
      return Promise.resolve();
    },
    isAside: () => false,
    failed: (error) => told.push(String(error)),
    maxRecords: 10,
    fillMs: 1_000,
    waitMs: 0,
    now: () => 0,
    isStopping: () => left.length === 0,
    ...more,
  });
  return { told, run };
}

const takesAll = (of: Load, told: string[]): Promise<FastOutcome> => {
  told.push(`store ${of.batches.map(nameOf).join()}`);
  return Promise.resolve({
    taken: of.records,
    rest: [],
    tell: () => {
      told.push(`tell ${of.batches.map(nameOf).join()}`);
      return Promise.resolve();
    },
  });
};

describe('consumeLoads', () => {
  it('commits each partition once a load, after it is stored and told', async () => {
    const { told, run } = runOf([batchOf(0, 1), batchOf(0, 2), batchOf(1, 5)], takesAll);
    await run;
    expect(told.filter((what) => what.startsWith('tell'))).toEqual(['tell 0:1,0:2', 'tell 1:5']);
    expect(told.indexOf('tell 0:1,0:2')).toBeGreaterThan(told.indexOf('store 0:1,0:2'));
    expect(told.filter((what) => what.startsWith('commit'))).toEqual(['commit 0:2', 'commit 1:5']);
    expect(told.indexOf('commit 0:2')).toBeGreaterThan(told.indexOf('tell 0:1,0:2'));
  });

  it('gives the careful path what is left, before anything that came later is stored', async () => {
    const { told, run } = runOf([batchOf(0, 1), batchOf(0, 2), batchOf(0, 3)], async (of, all) => ({
      ...(await takesAll(of, all)),
      rest: of.batches.slice(0, 1),
    }));
    await run;
    expect(told.indexOf('careful 0:1')).toBeLessThan(told.indexOf('store 0:3'));
    expect(told.indexOf('careful 0:1')).toBeLessThan(told.indexOf('commit 0:2'));
  });

  it('goes on storing while what is aside is handled, and commits only then', async () => {
    let handled: () => void = () => undefined;
    const careful = (): Promise<void> =>
      new Promise((resolve) => {
        handled = resolve;
      });
    const { told, run } = runOf(
      [batchOf(0, 1), batchOf(0, 2), batchOf(0, 3)],
      async (of, all) => {
        const outcome = await takesAll(of, all);
        const isFirst = of.batches.length === 2;
        if (!isFirst) setImmediate(handled);
        return { ...outcome, rest: isFirst ? of.batches.slice(0, 1) : [] };
      },
      { careful, isAside: () => true },
    );
    await run;
    expect(told.indexOf('store 0:3')).toBeLessThan(told.indexOf('commit 0:2'));
    expect(told.filter((what) => what.startsWith('commit'))).toEqual(['commit 0:2', 'commit 0:3']);
  });

  it('gives the careful path all of a load that could not be stored or told', async () => {
    const broken = runOf([batchOf(0, 1)], () => Promise.reject(new Error('no store')));
    await broken.run;
    expect(broken.told).toEqual(['Error: no store', 'careful 0:1', 'commit 0:1']);
    const mute = runOf([batchOf(0, 1)], async (of, told) => ({
      ...(await takesAll(of, told)),
      tell: () => Promise.reject(new Error('no log')),
    }));
    await mute.run;
    expect(mute.told).toEqual(['store 0:1', 'Error: no log', 'careful 0:1', 'commit 0:1']);
  });

  it('commits nothing of a load that the careful path gives up, and rejects', async () => {
    const { told, run } = runOf([batchOf(0, 1)], (_, all) => {
      all.push('store');
      return Promise.reject(new Error('no store'));
    });
    const failing = consumeLoads({
      ...emptyOptions(batchOf(0, 1)),
      careful: () => Promise.reject(new Error('given up')),
    });
    await expect(failing).rejects.toThrow('given up');
    await run;
    expect(told[0]).toBe('store');
  });
});

function emptyOptions(only: Batch): Omit<Parameters<typeof consumeLoads>[0], 'careful'> {
  const left = [only];
  const added: Batch[] = [];
  const load: Load = {
    batches: added,
    get records() {
      return added.length;
    },
    isFull: false,
    add: (batch) => added.push(batch),
  };
  return {
    reader: {
      read: () => Promise.resolve(left.shift() ?? null),
      holds: () => true,
      commit: () => Promise.reject(new Error('committed')),
    } as unknown as Reader,
    fast: { load: () => load, store: () => Promise.reject(new Error('no store')) },
    isAside: () => false,
    failed: () => undefined,
    maxRecords: 1,
    fillMs: 1,
    waitMs: 0,
    now: () => 0,
    isStopping: () => left.length === 0,
  };
}
