import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rebuild } from '#scorer/rebuild.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { useOwnBrokers } from '../support/kafka.js';
import type { ServiceProcess } from '../support/services.js';
import { temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';
import { type Deployment, openDeployment } from './deployment.js';
import { type Ledger, openLedger } from './ledger.js';
import { type OwnMachine, startMachine } from './machine.js';
import { book, mixed, refusedParcel, rivalParcel, simulatedParcel } from './parcel.js';

jest.setTimeout(300_000);

const KILLS = 4;
const brokers = await useOwnBrokers();

let machine: OwnMachine;
let deployment: Deployment;
let ledger: Ledger;
let engine: string;
let ingest: ServiceProcess;
let warehouse: Warehouse | undefined;

async function start(): Promise<void> {
  ingest = await deployment.start('ingest', 'ingest', engine);
  await ingest.ready();
}

/** Resolves as soon as the engine has begun to write a part. */
async function writing(): Promise<void> {
  let watcher: FSWatcher | undefined;
  await new Promise<void>((resolve, reject) => {
    watcher = watch(engine, { recursive: true }, (_, path) => {
      if (path?.includes('tmp_insert_') === true) resolve();
    });
    watcher.on('error', reject);
  });
  watcher?.close();
}

brokers.describe('ingest with the fast path', () => {
  beforeAll(async () => {
    machine = await startMachine(brokers);
    deployment = await openDeployment(machine);
    engine = join(temporaryFolder(), 'engine');
    await mkdir(engine);
    ledger = openLedger({
      produce: (records) => deployment.produce(records),
      /** The engine is one process's at a time: ingest ends, and this process scores what it has stored. */
      async settled() {
        await until('everything is taken in', async () => (await deployment.lag('ingest')) === 0);
        await ingest.end('SIGTERM');
        warehouse = await openWarehouse({ kind: 'embedded', path: engine });
        await rebuild(warehouse, book, Date.now(), {});
      },
      get warehouse() {
        if (warehouse === undefined) throw new Error('nothing is settled yet');
        return warehouse;
      },
    });
    await start();
  });

  afterAll(async () => {
    await warehouse?.close();
    await deployment.close();
    await machine.stop();
  });

  it('killed at its writes, loses nothing and counts nothing twice', async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const begun = writing();
      await ledger.send(mixed([simulatedParcel(500 + kill, 12), rivalParcel(500 + kill), refusedParcel()]));
      await begun;
      await deployment.kill('ingest', ingest);
      await start();
    }
    await ledger.check(`ingest with the fast path killed ${KILLS} times at a write`);
    const [fast] = (await warehouse?.read.select(
      "SELECT countIf(content_hash = '') AS fast, count() AS all FROM event_store",
    )) ?? [{}];
    expect(Number(fast?.['fast'])).toBeGreaterThan(Number(fast?.['all']) / 2);
    expect(await deployment.told()).toBeGreaterThan(0);
  });
});
