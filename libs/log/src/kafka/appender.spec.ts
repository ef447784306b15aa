import { describe, expect, it } from '@jest/globals';
import type { Kafka, Message } from 'kafkajs';
import { createAppender } from './appender.js';
import type { TopicAdmin } from './topics.js';

interface Request {
  readonly producer: number;
  readonly topicMessages: readonly { topic: string; messages: Message[] }[];
  readonly acknowledge: () => void;
  readonly fail: (error: Error) => void;
}

/** An appender, and the requests that its producers have sent and that wait for an answer. */
function fakeAppender(): {
  append: (topic: string, ...sizes: number[]) => Promise<void>;
  requests: Request[];
} {
  const requests: Request[] = [];
  let producers = 0;
  const producer = (): unknown => {
    const number = producers++;
    return {
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      sendBatch: ({ topicMessages }: Pick<Request, 'topicMessages'>) =>
        new Promise<void>((resolve, reject) => {
          requests.push({ producer: number, topicMessages, acknowledge: resolve, fail: reject });
        }),
    };
  };
  const admin: TopicAdmin = {
    connect: () => Promise.resolve(),
    partitions: () => Promise.resolve(4),
    positions: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const appender = createAppender({ producer } as unknown as Kafka, admin, undefined);
  return {
    append: (topic, ...sizes) =>
      appender.append(
        topic,
        sizes.map((bytes) => ({ key: null, value: Buffer.alloc(bytes), timestamp: 1 })),
      ),
    requests,
  };
}

async function nth(requests: readonly Request[], n: number): Promise<Request> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    const request = requests[n];
    if (request !== undefined) return request;
    await new Promise(setImmediate);
  }
  throw new Error(`Request ${n} was not sent.`);
}

const sizes = ({ topicMessages }: Request): [string, number[]][] =>
  topicMessages.map(({ topic, messages }) => [topic, messages.map(({ value }) => value?.length ?? 0)]);

describe('appending to Kafka', () => {
  it('sends one request at a time, with all that has come together meanwhile', async () => {
    const { append, requests } = fakeAppender();
    const appends = [append('a', 1)];
    const first = await nth(requests, 0);
    appends.push(append('a', 2), append('b', 3), append('a', 4, 5));
    await new Promise(setImmediate);
    expect(requests).toHaveLength(1);
    first.acknowledge();
    const second = await nth(requests, 1);
    expect(sizes(second)).toEqual([
      ['a', [2, 4, 5]],
      ['b', [3]],
    ]);
    second.acknowledge();
    await Promise.all(appends);
  });

  it('cuts what brokers would refuse as one request, and resolves with the last part', async () => {
    const { append, requests } = fakeAppender();
    let isDone = false;
    const done = append('a', 500_000, 300_000, 200_000, 3_000_000, 10).then(() => {
      isDone = true;
    });
    const parts: number[][] = [];
    for (let n = 0; n < 4; n += 1) {
      const request = await nth(requests, n);
      expect(isDone).toBe(false);
      parts.push(sizes(request).flatMap(([, of]) => of));
      request.acknowledge();
    }
    await done;
    expect(parts).toEqual([[500_000, 300_000], [200_000], [3_000_000], [10]]);
  });

  it('goes on with a new producer after a request has failed, and sends the rest of the append no more', async () => {
    const { append, requests } = fakeAppender();
    const failing = append('a', 800_000, 800_000);
    const others = append('a', 1);
    const caught = expect(failing).rejects.toThrow('not certain that the records for a are stored: Gone');
    (await nth(requests, 0)).fail(new Error('Gone'));
    await caught;
    const next = await nth(requests, 1);
    expect(sizes(next)).toEqual([['a', [1]]]);
    expect(requests.map(({ producer }) => producer)).toEqual([0, 1]);
    next.acknowledge();
    await others;
  });

  it('gives the records without a key one partition for each append, and takes turns', async () => {
    const { append, requests } = fakeAppender();
    const partitions: (number | undefined)[][] = [];
    for (let n = 0; n < 3; n += 1) {
      const done = append('a', 1, 1);
      const request = await nth(requests, n);
      partitions.push(
        request.topicMessages.flatMap(({ messages }) => messages.map(({ partition }) => partition)),
      );
      request.acknowledge();
      await done;
    }
    expect(partitions).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });
});
