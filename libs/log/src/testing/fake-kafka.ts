import type { Batch as FetchedBatch, EachBatchPayload, Kafka, Offsets } from 'kafkajs';

const EVENTS = {
  GROUP_JOIN: 'join',
  CRASH: 'crash',
  HEARTBEAT: 'heartbeat',
  COMMIT_OFFSETS: 'commit',
  START_BATCH_PROCESS: 'start',
} as const;

type Listener = (event: { payload: unknown }) => void;

/** What stands for a consumer of kafkajs: it does nothing by itself, and notes what it is told. */
export interface FakeConsumer {
  readonly told: string[];
  emit(event: keyof typeof EVENTS, payload: unknown): void;
  /** Delivers records from an offset on, as one fetch does. @returns whether they were taken */
  deliver(topic: string, partition: number, fetchedOffset: number, count: number): Promise<boolean>;
  /** What becomes of its commits. Default: they are acknowledged. */
  onCommit: (offsets: readonly { topic: string; partition: number; offset: string }[]) => Promise<void>;
}

/**
 * A client of which `consumer` alone is there.
 * @param start called when the nth consumer (from 0) starts: rejects where it can't connect, or has it join or crash
 */
export function fakeKafka(start: (consumer: FakeConsumer, n: number) => Promise<void> | void): {
  readonly client: Kafka;
  readonly consumers: FakeConsumer[];
} {
  const consumers: FakeConsumer[] = [];
  const consumer = (): unknown => {
    const listeners = new Map<string, Listener>();
    let eachBatch: (payload: EachBatchPayload) => Promise<void> = () => Promise.resolve();
    const fake: FakeConsumer = {
      told: [],
      emit: (event, payload) => {
        listeners.get(EVENTS[event])?.({ payload });
      },
      async deliver(topic, partition, fetchedOffset, count) {
        const messages = Array.from({ length: count }, (_, i) => ({
          key: null,
          value: Buffer.from(String(fetchedOffset + i)),
          timestamp: '1',
          attributes: 0,
          offset: String(fetchedOffset + i),
          headers: {},
        }));
        const batch = {
          ...{ topic, partition, messages, fetchedOffset: String(fetchedOffset) },
          lastOffset: () => String(fetchedOffset + count - 1),
        } as unknown as FetchedBatch;
        let isTaken = false;
        const resolveOffset = (): void => {
          isTaken = true;
        };
        await eachBatch({ batch, resolveOffset } as unknown as EachBatchPayload);
        return isTaken;
      },
      onCommit: (offsets) => {
        const topics: Offsets['topics'] = offsets.map(({ topic, ...at }) => ({ topic, partitions: [at] }));
        fake.emit('COMMIT_OFFSETS', { topics });
        return Promise.resolve();
      },
    };
    const n = consumers.push(fake) - 1;
    const partitionsOf = (of: { topic: string; partitions?: number[] }[]): string =>
      of.map(({ topic, partitions }) => `${topic}/${partitions?.join('+') ?? 'all'}`).join(' ');
    return {
      events: EVENTS,
      on: (event: string, listener: Listener) => listeners.set(event, listener),
      connect: () => Promise.resolve(),
      subscribe: () => Promise.resolve(),
      async run(config: { eachBatch: typeof eachBatch }) {
        ({ eachBatch } = config);
        await start(fake, n);
      },
      commitOffsets: (offsets: { topic: string; partition: number; offset: string }[]) =>
        fake.onCommit(offsets),
      seek: ({ topic, partition, offset }: { topic: string; partition: number; offset: string }) =>
        fake.told.push(`seek ${topic}/${partition} ${offset}`),
      pause: (of: { topic: string; partitions?: number[] }[]) => fake.told.push(`pause ${partitionsOf(of)}`),
      resume: (of: { topic: string; partitions?: number[] }[]) =>
        fake.told.push(`resume ${partitionsOf(of)}`),
      disconnect: () => {
        fake.told.push('disconnect');
        return Promise.resolve();
      },
    };
  };
  return { client: { consumer } as unknown as Kafka, consumers };
}
