import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel, type Message, Partitioners, type Producer } from 'kafkajs';
import { stringify } from 'yaml';
import type { Topics } from '#log/topics.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { createTopics } from '../../tools/kafka/topics.js';
import type { ClickHouseBridge } from '../support/clickhouse-bridge.js';
import type { CompiledServices } from '../support/compile-services.js';
import { takeOutOfGroup } from '../support/kafka-group.js';
import { type ServiceProcess, startService } from '../support/services.js';
import { temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';
import type { RawRecord, RawTopic } from './raw-record.js';

export type Role = 'ingest' | 'scorer';

const GROUPS: Readonly<Record<Role, string>> = { ingest: 'plumbline-ingest', scorer: 'plumbline-scorer' };

const PARTITIONS = 3;
/** Few: what takes several batches can be cut between any two. */
const BATCH_RECORDS = 100;
/** The least that a service takes. */
const SESSION_TIMEOUT_MS = 6_000;

/** Where a record was put. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The deployed system: topics and a database of its own, and the processes that are started. */
export interface Deployment {
  readonly topics: Topics;
  readonly warehouse: Warehouse;
  readonly bridge: ClickHouseBridge;
  /**
   * Starts one process. Its name is also that of its ClickHouse user.
   * @param engine directory of an embedded engine of its own, instead of the server
   */
  start(role: Role, name: string, engine?: string): Promise<ServiceProcess>;
  /** Ends a process as a power cut would, and has its group know at once. */
  kill(role: Role, process: ServiceProcess): Promise<void>;
  /** Takes a process out of its group, which gives its work to others. */
  takeOut(role: Role, process: ServiceProcess): Promise<void>;
  /** Names of the processes that are in the group and have a share of the work. */
  members(role: Role): Promise<readonly string[]>;
  /**
   * Puts records into the raw topics, over all partitions, and resolves once the broker has them. Tries again for as
   * long as the broker is away, so that one record may be there twice.
   * @returns where each is, in their order
   */
  produce(records: readonly RawRecord[]): Promise<readonly Place[]>;
  /** How many records the group has not committed; undefined where the broker does not say. */
  lag(role: Role): Promise<number | undefined>;
  /** How many records the deal-events topic has. */
  told(): Promise<number>;
  /** Resolves once all records are taken in and scored. */
  settled(): Promise<void>;
  /** Ends all processes in order. */
  close(): Promise<void>;
}

export interface Machine {
  readonly services: CompiledServices;
  readonly bridge: ClickHouseBridge;
  /** Of the only broker: `host:port`. */
  readonly bootstrap: string;
}

export async function openDeployment({ services, bridge, bootstrap }: Machine): Promise<Deployment> {
  const name = `t${randomUUID().slice(0, 8)}`;
  const topics = topicsNamed(name);
  const raw = Object.values(topics.bySource);
  await createTopics(bootstrap, [...raw, topics.dealEvents, topics.deadLetters, topics.alerts], PARTITIONS);
  const kafka = new Kafka({
    brokers: [bootstrap],
    clientId: 'test',
    logLevel: logLevel.NOTHING,
    retry: { retries: 2 },
  });
  const policy = join(temporaryFolder(), 'policy.yaml');
  await writeFile(policy, stringify(simulatedPolicy));
  const warehouse = await openWarehouse({ kind: 'server', url: bridge.url, user: 'test', database: name });
  await warehouse.migrate();
  const processes = new Set<ServiceProcess>();
  const topicsOf: Readonly<Record<Role, readonly string[]>> = { ingest: raw, scorer: [topics.dealEvents] };
  let turn = 0;

  async function lag(role: Role): Promise<number | undefined> {
    try {
      return await withAdmin(kafka, (admin) => lagOf(admin, GROUPS[role], topicsOf[role]));
    } catch {
      return undefined;
    }
  }

  return {
    topics,
    warehouse,
    bridge,

    async start(role, processName, engine) {
      const process = await startService({
        program: services[role],
        name: processName,
        environment: {
          PLUMBLINE_KAFKA_BROKERS: bootstrap,
          PLUMBLINE_KAFKA_CLIENT_ID: processName,
          PLUMBLINE_KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
          ...(engine === undefined
            ? {
                PLUMBLINE_CLICKHOUSE_URL: bridge.url,
                PLUMBLINE_CLICKHOUSE_USER: processName,
                PLUMBLINE_CLICKHOUSE_DATABASE: name,
              }
            : { PLUMBLINE_CLICKHOUSE_PATH: engine, PLUMBLINE_FAST_PATH: 'on' }),
          PLUMBLINE_POLICY: policy,
          PLUMBLINE_MAX_BATCH_RECORDS: String(BATCH_RECORDS),
          PLUMBLINE_INTAKE_PORT: '0',
          ...environmentOf(topics),
        },
      });
      processes.add(process);
      return process;
    },

    async kill(role, process) {
      await process.end('SIGKILL');
      processes.delete(process);
      await withAdmin(kafka, (admin) => takeOutOfGroup(admin, bootstrap, GROUPS[role], process.name));
    },

    async takeOut(role, process) {
      await withAdmin(kafka, (admin) => takeOutOfGroup(admin, bootstrap, GROUPS[role], process.name));
    },

    async members(role) {
      const { groups } = await withAdmin(kafka, (admin) => admin.describeGroups([GROUPS[role]]));
      return groups.flatMap(({ state, members }) =>
        state === 'Stable' ? members.map(({ clientId }) => clientId) : [],
      );
    },

    async produce(records) {
      const messages = records.map((record) => {
        turn += 1;
        return { record, topic: topics.bySource[record.topic], partition: turn % PARTITIONS };
      });
      const places = new Map<RawRecord, Place>();
      for (const topic of new Set(messages.map((message) => message.topic))) {
        const own = messages.filter((message) => message.topic === topic);
        const metadata = await sent(
          kafka,
          topic,
          own.map(({ record, partition }) => ({
            value: record.value,
            headers: record.headers ?? {},
            partition,
          })),
        );
        const next = new Map(metadata);
        for (const { record, partition } of own) {
          const offset = next.get(partition) ?? -1;
          next.set(partition, offset + 1);
          places.set(record, { topic, partition, offset });
        }
      }
      return records.map((record) => places.get(record) ?? { topic: '', partition: -1, offset: -1 });
    },

    lag,

    async told() {
      const offsets = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topics.dealEvents));
      return offsets.reduce((sum, { high }) => sum + Number(high), 0);
    },

    async settled() {
      const lags: (number | undefined)[] = [];
      await until('everything is taken in and scored', async () => {
        // Only what ingest has committed is certain to be told to the scorer.
        for (const role of ['ingest', 'scorer'] as const) {
          const left = await lag(role);
          lags[role === 'ingest' ? 0 : 1] = left;
          if (left !== 0) return false;
        }
        return true;
      }).catch((error: unknown) => {
        const said = [...processes].map((process) => process.output()).join('\n');
        throw new Error(`${String(error)}; records left: ${JSON.stringify(lags)}\n${said}`);
      });
    },

    async close() {
      await Promise.all([...processes].map((process) => process.end('SIGTERM')));
      await warehouse.close();
    },
  };
}

function topicsNamed(name: string): Topics {
  const named = (topic: RawTopic): string => `${name}.${topic}`;
  return {
    bySource: {
      salesforce: named('salesforce'),
      hubspot: named('hubspot'),
      pipedrive: named('pipedrive'),
      'google-calendar': named('google-calendar'),
      'microsoft-graph': named('microsoft-graph'),
      cloudevents: named('cloudevents'),
    },
    dealEvents: `${name}.deal-events`,
    deadLetters: `${name}.dead-letters`,
    alerts: `${name}.alerts`,
  };
}

function environmentOf({ bySource, dealEvents, deadLetters, alerts }: Topics): Record<string, string> {
  return {
    PLUMBLINE_TOPIC_SALESFORCE: bySource.salesforce,
    PLUMBLINE_TOPIC_HUBSPOT: bySource.hubspot,
    PLUMBLINE_TOPIC_PIPEDRIVE: bySource.pipedrive,
    PLUMBLINE_TOPIC_GOOGLE: bySource['google-calendar'],
    PLUMBLINE_TOPIC_MICROSOFT: bySource['microsoft-graph'],
    PLUMBLINE_TOPIC_EVENTS: bySource.cloudevents,
    PLUMBLINE_TOPIC_DEAL_EVENTS: dealEvents,
    PLUMBLINE_TOPIC_DEAD_LETTERS: deadLetters,
    PLUMBLINE_TOPIC_ALERTS: alerts,
  };
}

async function lagOf(admin: Admin, group: string, topics: readonly string[]): Promise<number> {
  const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  let lag = 0;
  for (const topic of topics) {
    const own = committed.find((one) => one.topic === topic)?.partitions ?? [];
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      const offset = Number(own.find((one) => one.partition === partition)?.offset ?? -1);
      lag += Number(high) - Math.max(offset, Number(low));
    }
  }
  return lag;
}

/** @returns the offset of the first record of each partition */
async function sent(kafka: Kafka, topic: string, messages: Message[]): Promise<ReadonlyMap<number, number>> {
  const metadata = await until('the broker takes records', () =>
    withProducer(kafka, (producer) => producer.send({ topic, messages, acks: -1 })).catch(() => undefined),
  );
  return new Map(metadata.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
}

/** For one piece of work: one that lives through a broker's restart may never let go of its connections. */
async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function withProducer<T>(kafka: Kafka, work: (producer: Producer) => Promise<T>): Promise<T> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  try {
    await producer.connect();
    return await work(producer);
  } finally {
    await producer.disconnect();
  }
}
