import type { Topics } from '#log/topics.js';

/** Which raw topic. */
export type RawTopic = keyof Topics['bySource'];

/** A record as a producer has it. */
export interface RawRecord {
  readonly topic: RawTopic;
  readonly value: Buffer;
  readonly headers?: Record<string, string>;
}

export function rawRecord(topic: RawTopic, value: unknown): RawRecord {
  return { topic, value: Buffer.from(JSON.stringify(value)) };
}
