import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { randomFor } from '#simulator/random.js';
import type { Fault } from '../support/clickhouse-bridge-protocol.js';
import { useOwnBrokers } from '../support/kafka.js';
import type { ServiceProcess } from '../support/services.js';
import { until } from '../support/until.js';
import { type Deployment, openDeployment, type Role } from './deployment.js';
import { type Ledger, openLedger } from './ledger.js';
import { type OwnMachine, startMachine } from './machine.js';
import { companyParcel, mixed, type Parcel, refusedParcel, rivalParcel, simulatedParcel } from './parcel.js';

// Processes start and end many times, on machines that may be busy.
jest.setTimeout(300_000);

const SEED = 41;
const random = randomFor(SEED, 'kills');
const brokers = await useOwnBrokers();

let machine: OwnMachine;
let deployment: Deployment;
let ledger: Ledger;
let parcels = 0;
const running = new Map<Role, ServiceProcess>();

async function start(role: Role): Promise<void> {
  const process = await deployment.start(role, role);
  running.set(role, process);
  await process.ready();
}

async function kill(role: Role): Promise<void> {
  const process = running.get(role);
  if (process === undefined) throw new Error(`${role} does not run`);
  await deployment.kill(role, process);
}

/** A little of everything. */
function nextParcel(): Parcel {
  parcels += 1;
  return mixed([
    simulatedParcel(SEED + parcels, 1),
    companyParcel(parcels),
    rivalParcel(parcels),
    refusedParcel(),
  ]);
}

/** Kills a process while ClickHouse has a statement of it in hand, and starts it again. */
async function killAt(role: Role, fault: Pick<Fault, 'how' | 'statement' | 'after'>): Promise<void> {
  const breaking = await machine.bridge.break({ ...fault, by: role });
  await ledger.send(nextParcel());
  await breaking.struck();
  await kill(role);
  await breaking.release();
  await start(role);
}

brokers.describe('a service that is killed', () => {
  beforeAll(async () => {
    machine = await startMachine(brokers);
    deployment = await openDeployment(machine);
    ledger = openLedger(deployment);
    await Promise.all([start('ingest'), start('scorer')]);
  });

  afterAll(async () => {
    await deployment.close();
    await machine.stop();
  });

  it('between any two writes of ingest, loses nothing and counts nothing twice', async () => {
    const tables = [
      ...['dead_letter_store', 'deal_keys', 'event_store', 'draft_store', 'directory_store'],
      'unlinked_store',
    ];
    for (const table of tables) {
      const statement = `INSERT INTO ${table} `;
      // The write has not been made, then it has.
      await killAt('ingest', { how: 'hold', statement });
      await killAt('ingest', { how: 'late', statement });
    }
    await ledger.check(`ingest killed ${2 * tables.length} times at a write`);
  });

  it('while ingest reads, tells the scorer or commits, loses nothing and counts nothing twice', async () => {
    await killAt('ingest', { how: 'hold', statement: 'SELECT', after: random.whole(0, 4) });
    await killAt('ingest', { how: 'hold', statement: 'SELECT', after: random.whole(5, 12) });
    for (let round = 1; round <= 2; round += 1) {
      const told = await deployment.told();
      await ledger.send(nextParcel());
      await until('ingest tells the scorer something', async () => (await deployment.told()) > told);
      await kill('ingest');
      await start('ingest');
    }
    await ledger.check('ingest killed 4 times at reads and appends');
  });

  it('before and after any write of the scorer, scores as a rebuild does', async () => {
    const statement = 'INSERT INTO deal_records';
    for (const how of ['hold', 'late'] as const) {
      await killAt('scorer', { how, statement });
      await killAt('scorer', { how, statement, after: random.whole(1, 2) });
    }
    await killAt('scorer', { how: 'hold', statement: 'SELECT', after: random.whole(0, 6) });
    await ledger.check('scorer killed 5 times');
    expect([...running.values()].map(({ restarts }) => restarts)).toEqual([0, 0]);
  });
});
