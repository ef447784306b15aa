import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { useOwnBrokers } from '../../../../test/support/kafka.js';
import { until } from '../../../../test/support/until.js';
import type { Broker } from '../../../../tools/kafka/broker.js';
import { distinct, numbered, startWorker } from '../testing/kafka-reading.js';
import { type KafkaLog, openKafkaLog } from './kafka-log.js';

jest.setTimeout(120_000);

const KEYS = ['a', 'b', 'c', 'd'];

const brokers = await useOwnBrokers();

brokers.describe('A broker of Kafka that is killed and comes back', () => {
  let broker: Broker;
  let log: KafkaLog;

  beforeAll(async () => {
    broker = await brokers.start();
    log = await openKafkaLog({
      brokers: [broker.bootstrap],
      clientId: 'test',
      sessionTimeoutMs: 3_000,
      createTopics: { partitions: 3, replication: 1 },
    });
  });

  afterAll(async () => {
    await log.close();
    await broker.stop();
  });

  it('has lost nothing that was acknowledged, and readers go on behind what they have committed', async () => {
    const reader = await log.open({ topics: ['deals'], group: 'scorer' });
    const worker = startWorker(reader);
    const acknowledged: number[] = [];
    const failures: unknown[] = [];
    let isStopping = false;
    const appenders = KEYS.map(async (key, i) => {
      for (let number = i; !isStopping; number += KEYS.length) {
        try {
          await log.append('deals', [numbered(key, number)]);
          acknowledged.push(number);
        } catch (error) {
          failures.push(error);
        }
        await pause(1);
      }
    });
    const more = async (): Promise<void> => {
      const [appended, read] = [acknowledged.length + 200, worker.committed.length + 200];
      await until('more', () => acknowledged.length > appended && worker.committed.length > read);
    };

    await more();
    await broker.kill();
    await broker.restart();
    await more();
    await broker.restart();
    await more();
    isStopping = true;
    await Promise.all(appenders);
    await until('all is committed', async () => (await reader.lag()) === 0);
    await worker.stop();

    const committed = new Set(worker.committed);
    expect(acknowledged.filter((number) => !committed.has(number))).toEqual([]);
    for (const i of KEYS.keys()) {
      const firsts = [...committed].filter((number) => number % KEYS.length === i);
      expect(firsts).toEqual(distinct(firsts));
    }
    expect(failures).toEqual([]);
  });
});
