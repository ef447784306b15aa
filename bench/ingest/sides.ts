import { defaultPolicy } from '#domain/policy/default-policy.js';
import { openKafkaLog } from '#log/kafka/kafka-log.js';
import { lengthOf, type LoggedRecord } from '#log/log.js';
import { defaultTopics, type Topics } from '#log/topics.js';
import { openClient } from '#warehouse/client.js';
import { insertText } from '#warehouse/insert.js';
import { blocksOf } from '#warehouse/blocks.js';
import { EVENT_TARGET, eventUnits } from '#warehouse/rows.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { consumeLoads } from '#ingest/fast-path/consume-loads.js';
import { createFastPath, fastTypes, storedTypes } from '#ingest/fast-path/fast-path.js';
import { publishThrough } from '#ingest/fast-path/publish.js';
import { areAllRefused } from '#ingest/fast-path/refused.js';
import { ingestBatches, type IngestDependencies } from '#ingest/ingest-batch.js';
import { loadMappings } from '#ingest/mappings.js';
import { createRemembered } from '#ingest/triggers.js';
import { readBatch } from '#ingest/read-batch.js';
import { type Mix, sampleEvent } from './sample-events.js';

/** What one side is asked to do, and with what. */
export interface Task {
  readonly bootstrap: string;
  readonly topic: string;
  readonly count: number;
  readonly mix: Mix;
  /** Of an empty directory for the engine. */
  readonly path: string;
  /** Of the fast path's loads. */
  readonly loadRecords: number;
  /** Names this run's groups and topics. */
  readonly run: string;
}

/** How many events were through at a moment, in ms of the monotonic clock. */
export type Mark = readonly [at: number, events: number];

/** Does the work; tells of each block that is acknowledged. @returns what the store then holds, where there is one */
export type Side = (task: Task, mark: (events: number) => void) => Promise<Held | undefined>;

/** What is in the store after a run: to be compared with what was produced. */
export interface Held {
  readonly events: number;
  readonly ids: number;
  /** Sum of the events' times in ms, as text. */
  readonly times: string;
  /** Of the characters of all data, as text; '' where the side stores something else. */
  readonly dataBytes: string;
  readonly deadLetters: number;
}

const MAX_ROWS = 50_000;
const BATCH_RECORDS = 10_000;

function topicsOf({ topic, run }: Task): Topics {
  return {
    bySource: { ...defaultTopics.bySource, cloudevents: topic },
    dealEvents: `${run}.deal-events`,
    deadLetters: `${run}.dead-letters`,
    alerts: `${run}.alerts`,
  };
}

async function held(client: Awaited<ReturnType<typeof openClient>>['client']): Promise<Held> {
  const result = await client.query({
    query: `SELECT count() AS events, uniqExact(id) AS ids, toString(sum(time_ms)) AS times,
      toString(sum(length(data))) AS dataBytes, (SELECT count() FROM dead_letter_store FINAL) AS deadLetters
      FROM event_store FINAL`,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<Record<string, string | number>>();
  return {
    events: Number(row?.['events']),
    ids: Number(row?.['ids']),
    times: String(row?.['times']),
    dataBytes: String(row?.['dataBytes']),
    deadLetters: Number(row?.['deadLetters']),
  };
}

/** ClickHouse's own consumers: two, a view, and the same table without anything checked. */
const engine: Side = async ({ bootstrap, topic, count, mix, path, run }, mark) => {
  const connection = await openClient({ kind: 'embedded', path });
  const { client } = connection;
  const close = (): Promise<void> => connection.close();
  const wanted = count - invalidOf(count, mix);
  const statements = [
    `CREATE TABLE peer_events (deal_id String, occurred_at DateTime64(3, 'UTC'), source LowCardinality(String),
      event_id String, type LowCardinality(String), schemaversion UInt16, data String,
      recorded_at DateTime64(3, 'UTC') DEFAULT now64(3))
      ENGINE = ReplacingMergeTree ORDER BY (deal_id, occurred_at, source, event_id)`,
    `CREATE TABLE queue (id String, source String, type String, subject String, time DateTime64(3, 'UTC'),
      schemaversion UInt16, data String) ENGINE = Kafka SETTINGS kafka_broker_list = '${bootstrap}',
      kafka_topic_list = '${topic}', kafka_group_name = '${run}', kafka_format = 'JSONEachRow',
      kafka_num_consumers = 2, kafka_thread_per_consumer = 1, kafka_max_block_size = 65536,
      kafka_poll_max_batch_size = 65536, kafka_flush_interval_ms = 1000, kafka_handle_error_mode = 'stream',
      date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1,
      input_format_json_read_objects_as_strings = 1`,
    `CREATE MATERIALIZED VIEW queue_view TO peer_events AS SELECT subject AS deal_id, time AS occurred_at, source,
      id AS event_id, type, schemaversion, data FROM queue WHERE empty(_error)`,
  ];
  for (const query of statements) await client.command({ query });
  const read = async (query: string): Promise<Record<string, string | number>> =>
    (
      await (await client.query({ query, format: 'JSONEachRow' })).json<Record<string, string | number>>()
    )[0] ?? {};
  let seen = 0;
  // Some of the invalid events are taken in by it: it has ended when it gets no further.
  let still = 0;
  while (seen < wanted || still < 20) {
    await pause(50);
    const events = Number((await read('SELECT count() AS n FROM peer_events'))['n']);
    still = events === seen ? still + 1 : 0;
    if (still > 600) break;
    if (events > seen) mark(events);
    seen = events;
  }
  const row = await read(
    'SELECT uniqExact(event_id) AS ids, toString(sum(toUnixTimestamp64Milli(occurred_at))) AS times FROM peer_events',
  );
  for (const table of ['queue_view', 'queue']) await client.command({ query: `DROP TABLE ${table}` });
  await close();
  return {
    events: seen,
    ids: Number(row['ids']),
    times: String(row['times']),
    dataBytes: '',
    deadLetters: 0,
  };
};

/** kafkajs and JSON.parse, and nothing else. */
const parse: Side = async ({ bootstrap, topic, count, run }, mark) => {
  const client = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const consumer = client.consumer({
    groupId: run,
    maxBytesPerPartition: 4 * 2 ** 20,
    maxBytes: 32 * 2 ** 20,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let seen = 0;
  let ids = 0;
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachBatch: async ({ batch }) => {
          for (const { value } of batch.messages) {
            const event = JSON.parse((value ?? Buffer.alloc(0)).toString('utf8')) as { id?: unknown };
            if (typeof event.id === 'string') ids += 1;
          }
          seen += batch.messages.length;
          mark(seen);
          if (seen >= count) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return { events: seen, ids, times: '', dataBytes: '', deadLetters: 0 };
};

/** Batches read through the log's port and committed, and nothing else. */
const read: Side = async (task, mark) => {
  const log = await openKafkaLog({ brokers: [task.bootstrap], clientId: 'bench' });
  const reader = await log.open({ topics: [task.topic], group: task.run });
  let seen = 0;
  while (seen < task.count) {
    const batch = await reader.read({ maxRecords: BATCH_RECORDS, waitMs: 250 });
    if (batch === null) continue;
    await reader.commit(batch);
    seen += lengthOf(batch);
    mark(seen);
  }
  await reader.close();
  await log.close();
  return undefined;
};

/** Rows of `event_store` as the plain path writes them, made beforehand, inserted alone. */
const rows: Side = async ({ count, mix, path }, mark) => {
  const config = { kind: 'embedded', path } as const;
  const warehouse = await openWarehouse(config);
  await warehouse.migrate();
  const connection = await openClient(config);
  const { client } = connection;
  const close = (): Promise<void> => connection.close();
  const texts: string[] = [];
  const lengths: number[] = [];
  for (let start = 0; start < count; start += MAX_ROWS) {
    const batch = {
      topic: 't',
      partition: 0,
      records: recordsOf(start, Math.min(count, start + MAX_ROWS), mix),
    };
    const { claims } = readBatch(batch, 'cloudevents', MAPPINGS.cloudevents, Date.now());
    texts.push(...blocksOf(eventUnits({ append: claims.map(({ row }) => row) })));
    lengths.push(claims.length);
  }
  let stored = 0;
  mark(0);
  for (const [n, text] of texts.entries()) {
    await insertText(client, EVENT_TARGET, text);
    stored += lengths[n] ?? 0;
    mark(stored);
  }
  const result = await held(client);
  await close();
  await warehouse.close();
  return result;
};

/** Ingest as it is without the fast path: batch by batch. */
const plain: Side = async (task, mark) => {
  const { count } = task;
  const { warehouse, client, log, dependencies, close } = await openIngest(task);
  const reader = await log.open({ topics: [task.topic], group: task.run });
  let seen = 0;
  while (seen < count) {
    const batch = await reader.read({ maxRecords: BATCH_RECORDS, waitMs: 250 });
    if (batch === null) continue;
    await ingestBatches([batch], dependencies);
    await reader.commit(batch);
    seen += batch.records.length;
    mark(seen);
  }
  const result = await held(client);
  await reader.close();
  await close();
  await warehouse.close();
  return result;
};

/** Ingest with the fast path, as the service has it. */
function fast(isPublishing: boolean): Side {
  return async (task, mark) => {
    const { count } = task;
    const { warehouse, client, log, topics, dependencies, close } = await openIngest(task);
    const types = fastTypes(MAPPINGS.cloudevents);
    const events = warehouse.fastEvents(storedTypes(types));
    if (events === undefined) throw new Error('This engine takes no columns.');
    const publish = isPublishing ? publishThrough(log, topics.dealEvents) : () => Promise.resolve();
    const reader = await log.open({ topics: [task.topic], group: task.run });
    let seen = 0;
    let careful = 0;
    await consumeLoads({
      reader,
      fast: createFastPath({
        events,
        warehouse,
        publish,
        now: Date.now,
        maxRecords: task.loadRecords,
        maxBatchRecords: BATCH_RECORDS,
        topics: new Set([task.topic]),
        types,
      }),
      careful: async (batches) => {
        for (const { records } of batches) careful += records.length;
        await ingestBatches(batches, dependencies);
      },
      isAside: (batches) => areAllRefused(batches, task.topic, MAPPINGS.cloudevents),
      failed: (error) => {
        throw error;
      },
      done: ({ records }) => {
        seen += records;
        mark(seen);
      },
      maxRecords: BATCH_RECORDS,
      fillMs: 2_000,
      waitMs: 250,
      now: Date.now,
      isStopping: () => seen >= count,
    });
    process.stderr.write(`  by the careful path: ${careful}\n`);
    const result = await held(client);
    await reader.close();
    events.close();
    await close();
    await warehouse.close();
    return result;
  };
}

const MAPPINGS = loadMappings({}, defaultPolicy);

async function openIngest(task: Task) {
  const config = { kind: 'embedded', path: task.path } as const;
  const warehouse = await openWarehouse(config);
  await warehouse.migrate();
  const connection = await openClient(config);
  const { client } = connection;
  const log = await openKafkaLog({
    brokers: [task.bootstrap],
    clientId: 'bench',
    createTopics: { partitions: 6, replication: 1 },
  });
  const topics = topicsOf(task);
  const dependencies: IngestDependencies = {
    log,
    warehouse,
    topics,
    mappings: MAPPINGS,
    sellerDomains: new Set(),
    now: Date.now,
    remembered: createRemembered(200_000),
  };
  const close = async (): Promise<void> => {
    await log.close();
    await connection.close();
  };
  return { warehouse, client, log, topics, dependencies, close };
}

export function invalidOf(count: number, mix: Mix): number {
  let invalid = 0;
  for (let n = 0; n < count; n += 1) if ((n * 619) % 1000 < mix.invalid) invalid += 1;
  return invalid;
}

function recordsOf(from: number, to: number, mix: Mix): LoggedRecord[] {
  const records: LoggedRecord[] = [];
  for (let n = from; n < to; n += 1) {
    const { value, dealId } = sampleEvent(n, mix);
    records.push({ key: dealId, value, headers: {}, offset: n, timestamp: 0 });
  }
  return records;
}

export const sides: Readonly<Record<string, Side>> = {
  engine,
  read,
  parse,
  rows,
  plain,
  fast: fast(true),
  'fast-silent': fast(false),
};
