import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { sampleEvent } from '#warehouse/testing/samples.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { type ClickHouseBridge, startBridge } from './clickhouse-bridge.js';
import { compileServices, type CompiledServices } from './compile-services.js';
import { temporaryFolder } from './temporary.js';

let services: CompiledServices;
let bridge: ClickHouseBridge;
let warehouse: Warehouse;

beforeAll(async () => {
  services = await compileServices();
  bridge = await startBridge(services.bridge, temporaryFolder());
  warehouse = await openWarehouse({ kind: 'server', url: bridge.url, user: 'ann', database: 'bridged' });
  await warehouse.migrate();
});

afterAll(async () => {
  await warehouse.close();
  await rm(services.directory, { recursive: true, force: true });
});

const append = (id: string): Promise<void> => warehouse.write.events({ append: [sampleEvent({ id })] });
const stored = async (id: string): Promise<boolean> =>
  (await warehouse.read.identities([{ source: 'crm', id }])).length > 0;

describe('the bridge to the embedded engine', () => {
  it('keeps what is written, and gives it back byte for byte', async () => {
    const odd = sampleEvent({
      id: `a'b\\c\t"d"\n{x:String} ü €`,
      data: JSON.stringify({ text: `\\N '\n\u2028` }),
    });
    await warehouse.write.events({ append: [odd] });
    expect(await warehouse.read.eventsAt([odd])).toEqual([expect.objectContaining(odd)]);
  });

  it('takes parameters that are too long for a URL', async () => {
    await append('long');
    const many = Array.from({ length: 20_000 }, (_, n) => ({ source: 'crm', id: `none-${n}-'\\` }));
    const found = await warehouse.read.identities([...many, { source: 'crm', id: 'long' }]);
    expect(found.map(({ id }) => id)).toEqual(['long']);
  });

  it('forgets the settings and parameters of a request with it', async () => {
    await warehouse.read.select('SELECT {p:String} AS p', { p: 'once' });
    await expect(warehouse.read.select('SELECT {p:String} AS p')).rejects.toThrow(/p/);
    await expect(warehouse.read.select('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '60' });
  });

  it('refuses, closes, holds or does not acknowledge the requests that it is told to', async () => {
    for (const how of ['refuse', 'close'] as const) {
      const breaking = await bridge.break({ how, by: 'ann', statement: 'INSERT INTO event_store' });
      await expect(append(how)).rejects.toThrow('insert into event_store failed');
      expect([await stored(how), breaking.hits.length]).toEqual([false, 1]);
    }
    await bridge.break({ how: 'drop', by: 'bob' });
    await bridge.break({ how: 'drop', by: 'ann', statement: 'INSERT', after: 1 });
    await append('passed');
    await expect(append('drop')).rejects.toThrow('insert into event_store failed');
    expect([await stored('passed'), await stored('drop')]).toEqual([true, true]);

    const holding = await bridge.break({ how: 'hold', statement: 'INSERT' });
    const held = append('hold');
    held.catch(() => undefined);
    await holding.struck();
    await holding.release();
    await expect(held).rejects.toThrow('insert into event_store failed');
    expect(await stored('hold')).toBe(false);

    const delaying = await bridge.break({ how: 'late', statement: 'INSERT' });
    const late = append('late');
    await delaying.struck();
    expect(await stored('late')).toBe(true);
    await delaying.release();
    await late;

    const stalling = await bridge.break({ how: 'stall', statement: 'INSERT' });
    const stalled = append('stall');
    await stalling.struck();
    expect(await stored('stall')).toBe(false);
    await stalling.release();
    await stalled;
    expect(await stored('stall')).toBe(true);
  });

  it('has what it acknowledged after it was killed', async () => {
    await append('acknowledged');
    await bridge.kill();
    await expect(append('nobody there')).rejects.toThrow('insert into event_store failed');
    await bridge.restart();
    expect([await stored('acknowledged'), await stored('nobody there')]).toEqual([true, false]);
  });
});
