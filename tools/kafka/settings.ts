/** The largest record batch the broker takes: a value of 10 MiB, 1 MiB of key and headers, and what is around them. */
const MAX_MESSAGE_BYTES = 12 * 1024 * 1024;

export interface BrokerSettings {
  readonly port: number;
  readonly controllerPort: number;
  /** Where the broker keeps its records. */
  readonly records: string;
}

/** The properties of one broker that is its own controller, on this machine only. */
export function serverProperties({ port, controllerPort, records }: BrokerSettings): string {
  const properties: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://localhost:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': records.replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    'message.max.bytes': MAX_MESSAGE_BYTES,
    'replica.fetch.max.bytes': MAX_MESSAGE_BYTES,
    // By default records whose timestamps are a week old are deleted, those of an imported history at once.
    'log.retention.ms': -1,
    // There is one broker to hold a replica.
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // The usual fifty partitions take longer to make than everything else.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    // After a kill the controller takes the broker in again once it gives the one before up.
    'broker.heartbeat.interval.ms': 300,
    'broker.session.timeout.ms': 1_500,
    // Nobody is waited for: a group of one starts at once.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}
