import type { Log } from '#log/log.js';
import type { PublishBlock } from './fast-path.js';

/** Publishes through the log: as the events lie in memory where it takes them so, else record by record. */
export function publishThrough(log: Log, topic: string): PublishBlock {
  return async (block, timestamp) => {
    const length = block.rows;
    if (log.appendPacked === undefined) {
      const rows = Array.from({ length }, (_, row) => row);
      await log.append(
        topic,
        rows.map((row) => ({ key: block.dealId(row), value: block.value(row), timestamp })),
      );
      return;
    }
    const { raw, rawLength, dealId } = block.columns;
    const [keyStarts, keyEnds] = [new Int32Array(length), new Int32Array(length)];
    const valueEnds = new Int32Array(length);
    for (let row = 0; row < length; row += 1) {
      const start = raw.offsets[row] ?? 0;
      const keyStart = start + (dealId.at[row] ?? 0) - 1;
      keyStarts[row] = keyStart;
      keyEnds[row] = keyStart + (dealId.length[row] ?? 0);
      valueEnds[row] = start + (rawLength[row] ?? 0);
    }
    const valueStarts = raw.offsets;
    await log.appendPacked(topic, {
      ...{ length, bytes: raw.bytes, keyStarts, keyEnds, valueStarts, valueEnds, timestamp },
    });
  };
}
