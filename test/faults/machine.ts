import { rm } from 'node:fs/promises';
import type { Broker } from '../../tools/kafka/broker.js';
import { startBridge } from '../support/clickhouse-bridge.js';
import { compileServices } from '../support/compile-services.js';
import type { OwnBrokers } from '../support/kafka.js';
import { temporaryFolder } from '../support/temporary.js';
import type { Machine } from './deployment.js';

/** What the deployed system runs on, of a spec file's own. */
export interface OwnMachine extends Machine {
  readonly broker: Broker;
  stop(): Promise<void>;
}

export async function startMachine(brokers: OwnBrokers): Promise<OwnMachine> {
  const [broker, services] = await Promise.all([brokers.start(), compileServices()]);
  const bridge = await startBridge(services.bridge, temporaryFolder());
  return {
    broker,
    bridge,
    services,
    bootstrap: broker.bootstrap,
    async stop() {
      await broker.stop();
      await rm(services.directory, { recursive: true, force: true });
    },
  };
}
