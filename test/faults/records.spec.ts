import { afterAll, beforeAll, it, jest } from '@jest/globals';
import { useOwnBrokers } from '../support/kafka.js';
import { type Deployment, openDeployment } from './deployment.js';
import { type Ledger, openLedger } from './ledger.js';
import { type OwnMachine, startMachine } from './machine.js';
import { companyParcel, mixed, type Parcel, simulatedParcel } from './parcel.js';
import { poison } from './poison.js';

jest.setTimeout(300_000);

const brokers = await useOwnBrokers();

let machine: OwnMachine;
let deployment: Deployment;
let ledger: Ledger;

/** Each record so often. */
function times(count: number, parcel: Parcel): Parcel {
  return { ...parcel, records: Array.from({ length: count }, () => parcel.records).flat() };
}

brokers.describe('raw records', () => {
  beforeAll(async () => {
    machine = await startMachine(brokers);
    deployment = await openDeployment(machine);
    ledger = openLedger(deployment);
    const started = [
      await deployment.start('ingest', 'ingest-1'),
      await deployment.start('ingest', 'ingest-2'),
      await deployment.start('scorer', 'scorer-1'),
    ];
    await Promise.all(started.map((process) => process.ready()));
  });

  afterAll(async () => {
    await deployment.close();
    await machine.stop();
  });

  it('of every system that are produced five times, some of them later again, count once', async () => {
    const parcel = mixed([simulatedParcel(77, 10), companyParcel(1), companyParcel(2)]);
    await ledger.send(times(4, parcel));
    await deployment.settled();
    await ledger.send(parcel);
    await ledger.check('Every record produced five times');
  });

  it('that are poison cost a dead letter each, with its reasons and position, and the rest goes on', async () => {
    const refused: Parcel = { records: poison.map(({ record }) => record), events: [], refused: poison };
    await ledger.send(mixed([refused, companyParcel(3), simulatedParcel(78, 2)]));
    await ledger.check('Poison among sound records');
  });
});
