import { useKafka } from '../../../../test/support/kafka.js';
import { describeLogContract } from '../testing/log-contract.js';
import { openKafkaLog } from './kafka-log.js';

const kafka = await useKafka();

kafka.describe('The log in Kafka', () => {
  describeLogContract('Kafka', () =>
    openKafkaLog({
      brokers: [kafka.bootstrap],
      clientId: 'test',
      createTopics: { partitions: 3, replication: 1 },
    }),
  );
});
