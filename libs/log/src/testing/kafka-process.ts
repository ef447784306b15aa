import { writeSync } from 'node:fs';
import { openKafkaLog } from '../kafka/kafka-log.js';

// A process that reads a topic in Kafka until it is killed, and says `committed <partition> <offset>` or
// `read <partition> <offset>` of each batch: it commits every second one. Arguments: the broker, the topic, the group,
// and how long it may be silent before the group takes it for dead, in ms.

const [broker = '', topic = '', group = '', sessionTimeoutMs = ''] = process.argv.slice(2);

const log = await openKafkaLog({
  brokers: [broker],
  clientId: 'test-process',
  sessionTimeoutMs: Number(sessionTimeoutMs),
});
const reader = await log.open({ topics: [topic], group });
for (let count = 0; ; count += 1) {
  const batch = await reader.read({ maxRecords: 5, waitMs: 60_000 });
  const last = batch?.records.at(-1);
  if (batch === null || last === undefined) continue;
  const isCommitted = count % 2 === 0 && (await reader.commit(batch));
  writeSync(1, `${isCommitted ? 'committed' : 'read'} ${batch.partition} ${last.offset}\n`);
}
