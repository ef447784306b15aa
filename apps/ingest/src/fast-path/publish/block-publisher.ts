import type { PublishBlock } from '../fast-path.js';
import type { Log } from '#log/log.js';
import { murmur2 } from '#log/kafka/partition-of.js';
import type { EventBlock } from '#warehouse/fast-events/event-block.js';
import type { PartitionBatch, RawProducer } from './raw-produce.js';
import { createRecordBatch, type RecordBatch } from './record-batch.js';

/** Brokers take 1 MiB of a partition in one batch unless told otherwise; the last record may go over. */
const FULL_BYTES = 700 * 1024;

/** Publishes through the log, record by record. */
export function publishThrough(log: Log, topic: string): PublishBlock {
  return (block, values, timestamp) =>
    log.append(
      topic,
      values.map((value, row) => ({ key: block.dealId(row).toString('utf8'), value, timestamp })),
    );
}

/**
 * Publishes whole batches written by this process. Not for concurrent use. Without the producer's numbers a batch whose
 * answer is lost may be there twice when it is published again, as after a crash.
 */
export function publishBatches(producer: RawProducer): PublishBlock {
  const batches: RecordBatch[] = [];

  async function flush(timestamp: number): Promise<void> {
    const sent: PartitionBatch[] = [];
    batches.forEach((batch, partition) => {
      if (batch.records > 0) sent.push({ partition, batch: batch.finish(timestamp) });
    });
    if (sent.length > 0) await producer.send(sent);
    for (const batch of batches) batch.clear();
  }

  return async (block: EventBlock, values, timestamp) => {
    const partitions = await producer.partitions();
    while (batches.length < partitions) batches.push(createRecordBatch());
    for (const batch of batches) batch.clear();
    const { bytes, offsets } = block.columns.dealId;
    for (let row = 0; row < values.length; row += 1) {
      const start = offsets[row] ?? 0;
      const end = offsets[row + 1] ?? 0;
      const batch = batches[(murmur2(bytes.subarray(start, end)) & 0x7fffffff) % partitions];
      const value = values[row];
      if (batch === undefined || value === undefined) throw new Error('a row without its record');
      batch.add(bytes, start, end, value);
      if (batch.bytes >= FULL_BYTES) await flush(timestamp);
    }
    await flush(timestamp);
  };
}
