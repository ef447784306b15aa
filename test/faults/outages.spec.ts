import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Fault } from '../support/clickhouse-bridge-protocol.js';
import { useOwnBrokers } from '../support/kafka.js';
import type { ServiceProcess } from '../support/services.js';
import { until } from '../support/until.js';
import { type Deployment, openDeployment, type Role } from './deployment.js';
import { type Ledger, openLedger } from './ledger.js';
import { type OwnMachine, startMachine } from './machine.js';
import { companyParcel, mixed, type Parcel, refusedParcel, rivalParcel, simulatedParcel } from './parcel.js';

// A broker starts again, on machines that may be busy.
jest.setTimeout(300_000);

const SEED = 900;
const brokers = await useOwnBrokers();

let machine: OwnMachine;
let deployment: Deployment;
let ledger: Ledger;
let services: readonly ServiceProcess[] = [];
let parcels = 0;

function nextParcel(deals = 3): Parcel {
  parcels += 1;
  return mixed([simulatedParcel(SEED + parcels, deals), companyParcel(parcels)]);
}

/** Something is going on in both services. */
async function midStream(): Promise<void> {
  const told = await deployment.told();
  await until('ingest tells the scorer something', async () => (await deployment.told()) > told);
}

const roles: readonly Role[] = ['ingest', 'scorer'];

brokers.describe('the services, where what they stand on fails', () => {
  beforeAll(async () => {
    machine = await startMachine(brokers);
    deployment = await openDeployment(machine);
    ledger = openLedger(deployment);
    services = await Promise.all(roles.map((role) => deployment.start(role, role)));
    await Promise.all(services.map((service) => service.ready()));
  });

  afterAll(async () => {
    await deployment.close();
    await machine.stop();
  });

  it('take in and score everything once where ClickHouse refuses, closes connections or does not acknowledge', async () => {
    const faults: readonly Omit<Fault, 'by'>[] = [
      { how: 'refuse', count: 2 },
      { how: 'close', count: 2, after: 3 },
      { how: 'drop', statement: 'INSERT', count: 2 },
      { how: 'drop', statement: 'INSERT', after: 1 },
    ];
    let struck = 0;
    for (const fault of faults) {
      const breaking = await Promise.all(roles.map((by) => machine.bridge.break({ ...fault, by })));
      // No dead letters where the broker fails: where a record then stands, and how often, nobody is told.
      await ledger.send(mixed([nextParcel(1), rivalParcel(parcels), refusedParcel()]));
      await Promise.all(breaking.map((one) => one.struck()));
      await deployment.settled();
      struck += breaking.reduce((sum, { hits }) => sum + hits.length, 0);
    }
    await ledger.check(`ClickHouse broke ${struck} requests`);
  });

  it('take in and score everything once where ClickHouse hangs, and where it is killed and started again', async () => {
    const hanging = await Promise.all(
      roles.map((by) => machine.bridge.break({ how: 'hold', by, statement: 'INSERT' })),
    );
    await ledger.send(nextParcel(1));
    // The scorer has nothing to write until ingest goes on.
    for (const one of hanging) {
      await one.struck();
      await one.release();
    }

    await ledger.send(nextParcel());
    await midStream();
    await machine.bridge.kill();
    await ledger.send(nextParcel(1));
    await until('both have noticed', () => services.every((one) => one.output().includes('failed')));
    await machine.bridge.restart();
    await ledger.check('ClickHouse hung, then was killed and started again');
  });

  it('take in and score everything once where the broker is stopped or killed and started again', async () => {
    await ledger.send(nextParcel());
    await midStream();
    await machine.broker.restart();
    await ledger.send(nextParcel());
    await midStream();
    await machine.broker.kill();
    await machine.broker.restart();
    await ledger.send(nextParcel(1));
    await ledger.check('The broker was stopped, then killed, and started again');
    expect(services.map(({ restarts }) => restarts)).toEqual([0, 0]);
  });
});
