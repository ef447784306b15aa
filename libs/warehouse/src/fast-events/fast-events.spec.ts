import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sampleEvent } from '../testing/samples.js';
import { openWarehouse, type Warehouse } from '../warehouse.js';
import { createEventBlock, type EventBlock } from './event-block.js';
import type { EventFields } from './event-fields.js';
import type { FastEvents } from './fast-events.js';

jest.setTimeout(120_000);

const NOW = Date.UTC(2026, 5, 1);
const TYPES = [{ type: 'deal.stage_changed', family: 'deal', schemaversion: 1 }];

interface Told {
  readonly deal: string;
  readonly source: string;
  readonly id: string;
  readonly data: string;
  readonly time: number;
  readonly extensions: readonly string[];
}

/** The parts of an event, one behind the other, and where each is. */
function fieldsOf({ deal, source, id, data, time, extensions }: Told): EventFields {
  const parts: Buffer[] = [Buffer.from('before')];
  let at = 6;
  const place = (text: string): [number, number] => {
    const bytes = Buffer.from(text);
    parts.push(bytes, Buffer.from(','));
    at += bytes.length + 1;
    return [at - bytes.length - 1, at - 1];
  };
  const [dealStart, dealEnd] = place(deal);
  const [sourceStart, sourceEnd] = place(source);
  const [idStart, idEnd] = place(id);
  const [dataStart, dataEnd] = place(data);
  const ranges = extensions.flatMap(place);
  return {
    ...{ bytes: Buffer.concat(parts), start: 6, end: at - 1, type: 0, time },
    ...{ dealStart, dealEnd, sourceStart, sourceEnd, idStart, idEnd, dataStart, dataEnd },
    extensions: Int32Array.from(ranges),
    extensionNumbers: ranges.length,
  };
}

function blockOf(told: readonly Told[]): EventBlock {
  const block = createEventBlock(Math.max(1, told.length));
  for (const one of told) {
    const fields = fieldsOf(one);
    block.begin(fields.bytes, 3, fields.bytes.length);
    block.add(fields);
  }
  return block;
}

const sample = (id: string): Told => ({
  ...{ deal: 'd1', source: 'crm', id, data: '{"to":"won"}', time: NOW, extensions: [] },
});

describe('events as columns', () => {
  let directory: string;
  let warehouse: Warehouse;
  let events: FastEvents;

  function open(opened: Warehouse): FastEvents {
    const fast = opened.fastEvents(TYPES);
    if (fast === undefined) throw new Error('this engine takes no columns');
    return fast;
  }

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'plumbline-columns-'));
    warehouse = await openWarehouse({ kind: 'embedded', path: directory });
    await warehouse.migrate();
    events = open(warehouse);
  });

  afterEach(async () => {
    await warehouse.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });

  it('are stored as they are told, but for those that are dropped', async () => {
    let batch = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({
            ...{
              deal: text,
              source: text,
              id: text,
              data: fc.json(),
              time: fc.integer({ min: -1e13, max: 1e13 }),
            },
            extensions: fc.array(text, { maxLength: 6 }),
            isDropped: fc.boolean(),
          }),
          { minLength: 1, maxLength: 30, selector: ({ id }) => id },
        ),
        async (told) => {
          batch += 1;
          const own = told.map((one) => ({ ...one, deal: `${batch} ${one.deal}`, id: `${batch} ${one.id}` }));
          const block = blockOf(own);
          block.drop(new Set(own.flatMap(({ isDropped }, row) => (isDropped ? [row] : []))));
          const kept = own.filter(({ isDropped }) => !isDropped);
          expect(kept.map((_, row) => block.identity(row))).toEqual(
            kept.map(({ source, id }) => ({ source, id })),
          );
          await events.append(block, NOW);
          const stored = await warehouse.read.select(
            `SELECT deal_id AS deal, source, id, data, toString(time_ms) AS time, extensions FROM event_store
             WHERE startsWith(deal_id, {prefix:String})`,
            { prefix: `${batch} ` },
          );
          const byId = (rows: readonly object[]): readonly string[] =>
            rows.map((row) => JSON.stringify(row)).sort();
          expect(byId(stored)).toEqual(
            byId(
              kept.map(({ deal, source, id, data, time, extensions }) => {
                return {
                  deal,
                  source,
                  id,
                  data,
                  time: String(time),
                  extensions: `{${extensions.join(',')}}`,
                };
              }),
            ),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('are known by their identity, however and whenever they were stored', async () => {
    expect([...(await events.stored(blockOf([sample('a')])))]).toEqual([]);
    await events.append(blockOf([sample('a')]), NOW);
    await warehouse.write.events({ append: [sampleEvent({ source: 'crm', id: 'b' })] });
    const block = blockOf(['a', 'new', 'b'].map(sample));
    expect([...(await events.stored(block))]).toEqual([0, 2]);
    await warehouse.close();
    warehouse = await openWarehouse({ kind: 'embedded', path: directory });
    events = open(warehouse);
    expect([...(await events.stored(block))]).toEqual([0, 2]);
  });

  it('can be appended after the directory was closed and opened again in one process', async () => {
    await events.append(blockOf([sample('a')]), NOW);
    await warehouse.close();
    warehouse = await openWarehouse({ kind: 'embedded', path: directory });
    events = open(warehouse);
    await events.append(blockOf([sample('b')]), NOW);
    const [row] = await warehouse.read.select('SELECT count() AS n FROM event_store');
    expect(Number(row?.['n'])).toBe(2);
  });

  it('tell of their deals by keys, in whatever writing', async () => {
    const block = blockOf([sample('a'), { ...sample('b'), deal: 'd2' }]);
    const rows = [
      { row: 0, keys: ['contact é@x.example', 'meeting  m1'] },
      { row: 1, keys: ['contact b@x.example'] },
    ];
    await events.appendKeys(block, rows);
    const stored = await warehouse.read.linking.dealsByKeys(rows.flatMap(({ keys }) => keys));
    expect(stored.map(({ key, deal_id }) => `${deal_id} ${key}`).sort()).toEqual([
      'd1 contact é@x.example',
      'd1 meeting  m1',
      'd2 contact b@x.example',
    ]);
  });
});
