import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { useOwnBrokers } from '../support/kafka.js';
import type { ServiceProcess } from '../support/services.js';
import { until } from '../support/until.js';
import { type Deployment, openDeployment, type Role } from './deployment.js';
import { type Ledger, openLedger } from './ledger.js';
import { type OwnMachine, startMachine } from './machine.js';
import { companyParcel, mixed, type Parcel, rivalParcel, simulatedParcel } from './parcel.js';

// Processes start and end, on machines that may be busy.
jest.setTimeout(300_000);

const SEED = 7_000;
const brokers = await useOwnBrokers();

let machine: OwnMachine;
let deployment: Deployment;
let ledger: Ledger;
let parcels = 0;

/** Enough for several batches of every replica. */
function nextParcel(): Parcel {
  parcels += 1;
  return mixed([simulatedParcel(SEED + parcels, 8), companyParcel(parcels), rivalParcel(parcels)]);
}

async function start(...names: readonly string[]): Promise<readonly ServiceProcess[]> {
  const started = await Promise.all(names.map((name) => deployment.start(roleOf(name), name)));
  await Promise.all(started.map((process) => process.ready()));
  return started;
}

function roleOf(name: string): Role {
  return name.startsWith('ingest') ? 'ingest' : 'scorer';
}

/** Resolves while there is work left in the raw topics, once some of it is done. */
async function midStream(): Promise<void> {
  const all = (await deployment.lag('ingest')) ?? 0;
  await until('ingest gets on', async () => ((await deployment.lag('ingest')) ?? all) < all || all === 0);
}

brokers.describe('replicas of the services', () => {
  beforeAll(async () => {
    machine = await startMachine(brokers);
  });

  beforeEach(async () => {
    deployment = await openDeployment(machine);
    ledger = openLedger(deployment);
  });

  afterEach(() => deployment.close());
  afterAll(() => machine.stop());

  it('start, stop and are killed in the middle of the stream, and each event counts once', async () => {
    const [ingest1, scorer1] = await start('ingest-1', 'scorer-1');
    await ledger.send(nextParcel());
    await midStream();
    const [ingest2, scorer2] = await start('ingest-2', 'scorer-2');
    await ledger.send(nextParcel());
    await midStream();
    await start('ingest-3', 'scorer-3');
    await ledger.send(nextParcel());
    await midStream();
    // The groups miss these two only when they have been silent for long.
    await Promise.all([ingest1?.end('SIGKILL'), scorer2?.end('SIGKILL')]);
    await ledger.send(nextParcel());
    expect(await Promise.all([ingest2?.end('SIGTERM'), scorer1?.end('SIGTERM')])).toEqual([0, 0]);
    await start('ingest-4', 'scorer-4');
    await ledger.check('Three replicas each, of which two are stopped and two are killed');
    expect((await deployment.members('ingest')).toSorted()).toEqual(['ingest-3', 'ingest-4']);
    expect((await deployment.members('scorer')).toSorted()).toEqual(['scorer-3', 'scorer-4']);
  });

  it.each([
    ['ingest', 'INSERT INTO event_store'],
    ['ingest', 'INSERT INTO unlinked_store'],
    ['scorer', 'INSERT INTO deal_records'],
  ] as const)(
    'undo nothing of each other where a write of %s (%s) arrives after another has its work',
    async (role, statement) => {
      const [stale] = await start(`${role}-1`, role === 'ingest' ? 'scorer-1' : 'ingest-1');
      if (stale === undefined) throw new Error('nothing was started');
      const parcel = nextParcel();
      const stalling = await machine.bridge.break({ how: 'stall', by: stale.name, statement });
      await ledger.send({ ...parcel, records: parcel.records.filter((_, index) => index % 2 === 0) });
      await stalling.struck();
      // As if its machine stood still, for so long that the group gives its work to another.
      stale.signal('SIGSTOP');
      await start(`${role}-2`);
      await deployment.takeOut(role, stale);
      await ledger.send({ ...parcel, records: parcel.records.filter((_, index) => index % 2 === 1) });
      await deployment.settled();
      await stalling.release();
      stale.signal('SIGCONT');
      await until('it is back in the group', async () =>
        (await deployment.members(role)).includes(stale.name),
      );
      const noticed = role === 'ingest' ? /was given to another replica/ : /deals .* are read anew/;
      await until('it has noticed', () => noticed.test(stale.output()));
      await ledger.check(`A write of ${role} too late`);
    },
  );
});
