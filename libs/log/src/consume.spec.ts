import { describe, expect, it } from '@jest/globals';
import { consume, type ConsumeOptions } from './consume.js';
import type { Batch, Reader } from './log.js';

function batch(offset: number): Batch {
  const record = { key: null, value: Buffer.from(String(offset)), headers: {}, timestamp: 0, offset };
  return { topic: 't', partition: 0, records: [record] };
}

/** A reader over batches, which notes what happens to it. */
function readerOf(batches: Batch[]): Reader & { readonly told: string[] } {
  const told: string[] = [];
  const waiting = [...batches];
  return {
    told,
    read: async () => {
      await Promise.resolve();
      return waiting.shift() ?? null;
    },
    commit: ({ records: [first] }) => {
      told.push(`committed ${first?.offset ?? '?'}`);
      return Promise.resolve(true);
    },
    holds: () => true,
    owns: () => true,
    assignment: () => 1,
    share: () => [],
    lag: () => Promise.resolve(waiting.length),
    close: () => {
      told.push('closed');
      return Promise.resolve();
    },
  };
}

function options(given: Partial<ConsumeOptions>): ConsumeOptions {
  return { maxRecords: 10, attempts: 3, pause: () => Promise.resolve(), failed: () => undefined, ...given };
}

function offsetsOf(batches: readonly Batch[]): string {
  return batches.flatMap(({ records }) => records.map(({ offset }) => offset)).join(', ');
}

describe('consuming', () => {
  it('handles together what is there, up to the bound, and commits each', async () => {
    const reader = readerOf([batch(1), batch(2), batch(3)]);
    const done = new Promise<void>((resolve) => {
      const consumption = consume(
        reader,
        (batches) => {
          reader.told.push(`handled ${offsetsOf(batches)}`);
          return Promise.resolve();
        },
        options({
          maxRecords: 2,
          between: () => {
            if (reader.told.length >= 5) resolve(consumption.stop());
            return Promise.resolve();
          },
        }),
      );
    });
    await done;
    const told = ['handled 1, 2', 'committed 1', 'committed 2', 'handled 3', 'committed 3', 'closed'];
    expect(reader.told).toEqual(told);
  });

  it('commits a batch only once it is handled, and lets go of the reader at the end', async () => {
    const reader = readerOf([batch(1), batch(2)]);
    const idle = new Promise<void>((resolve) => {
      const consumption = consume(
        reader,
        (batches) => {
          reader.told.push(`handled ${offsetsOf(batches)}`);
          return Promise.resolve();
        },
        options({
          maxRecords: 1,
          between: () => {
            if (reader.told.length >= 4) resolve(consumption.stop());
            return Promise.resolve();
          },
        }),
      );
    });
    await idle;
    expect(reader.told).toEqual(['handled 1', 'committed 1', 'handled 2', 'committed 2', 'closed']);
  });

  it('tries a failing batch again after longer and longer pauses', async () => {
    const reader = readerOf([batch(1)]);
    const pauses: number[] = [];
    let attempts = 0;
    const done = new Promise<void>((resolve) => {
      const consumption = consume(
        reader,
        () => {
          attempts += 1;
          return attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
        },
        options({
          pause: (ms) => {
            pauses.push(ms);
            return Promise.resolve();
          },
          between: () => {
            resolve(consumption.stop());
            return Promise.resolve();
          },
        }),
      );
    });
    await done;
    expect(pauses).toEqual([500, 1000]);
    expect(reader.told).toEqual(['committed 1', 'closed']);
  });

  it('gives up after its attempts without committing, and says why', async () => {
    const reader = readerOf([batch(1), batch(2)]);
    const failures: string[] = [];
    const consumption = consume(
      reader,
      () => Promise.reject(new Error('the store is away')),
      options({ failed: (error, attempt) => failures.push(`${attempt}: ${String(error)}`) }),
    );
    await expect(consumption.ended).rejects.toThrow('the store is away');
    expect(failures).toEqual([
      '1: Error: the store is away',
      '2: Error: the store is away',
      '3: Error: the store is away',
    ]);
    expect(reader.told).toEqual(['closed']);
  });

  it('tries its own work between batches again, too', async () => {
    const failures: string[] = [];
    let attempts = 0;
    const done = new Promise<void>((resolve) => {
      const consumption = consume(
        readerOf([]),
        () => Promise.resolve(),
        options({
          failed: (error) => failures.push(String(error)),
          between: () => {
            attempts += 1;
            if (attempts === 1) return Promise.reject(new Error('the store is away'));
            resolve(consumption.stop());
            return Promise.resolve();
          },
        }),
      );
    });
    await done;
    expect(failures).toEqual(['Error: the store is away']);
  });

  it('does not wait for records while its own work between batches has more to do, and handles those that are there', async () => {
    const reader = readerOf([batch(1), batch(2)]);
    const waits: number[] = [];
    let left = 3;
    const done = new Promise<void>((resolve) => {
      const consumption = consume(
        {
          ...reader,
          read: (asked) => {
            waits.push(asked.waitMs);
            return reader.read(asked);
          },
        },
        () => Promise.resolve(),
        options({
          maxRecords: 1,
          waitMs: 7,
          between: () => {
            left -= 1;
            if (left < 0) resolve(consumption.stop());
            return Promise.resolve(left > 0);
          },
        }),
      );
    });
    await done;
    expect(waits).toEqual([7, 0, 0, 7]);
    expect(reader.told).toEqual(['committed 1', 'committed 2', 'closed']);
  });

  it('leaves a failing batch that is lost to another reader, and goes on with the next', async () => {
    const reader = readerOf([batch(1), batch(2)]);
    const lost: number[] = [];
    const done = new Promise<void>((resolve) => {
      const consumption = consume(
        { ...reader, holds: ({ records: [first] }) => first?.offset !== 1 },
        (batches) =>
          offsetsOf(batches).includes('1')
            ? Promise.reject(new Error('the store is away'))
            : Promise.resolve(),
        options({
          lost: ({ records: [first] }) => lost.push(first?.offset ?? -1),
          between: () => {
            if (reader.told.length > 0) resolve(consumption.stop());
            return Promise.resolve();
          },
        }),
      );
    });
    await done;
    expect(lost).toEqual([1]);
    expect(reader.told).toEqual(['committed 2', 'closed']);
  });

  it('tells of a batch whose commit comes too late', async () => {
    const reader = readerOf([batch(1)]);
    const lost: Batch[] = [];
    const done = new Promise<void>((resolve) => {
      const consumption = consume(
        { ...reader, commit: () => Promise.resolve(false) },
        () => Promise.resolve(),
        options({
          lost: (each) => lost.push(each),
          between: () => {
            resolve(consumption.stop());
            return Promise.resolve();
          },
        }),
      );
    });
    await done;
    expect(lost).toEqual([batch(1)]);
  });
});
