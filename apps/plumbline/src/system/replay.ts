import type { Instant } from '#domain/time/instant.js';
import type { Log } from '#log/log.js';
import { rawTopics, type Topics } from '#log/topics.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import type { Replay, ReplayResult } from './system.js';

const LETTERS_A_PAGE = 500;

/**
 * Puts dead letters back into the topics that they came from, the oldest first. A letter is marked once it is durably
 * in the log: a crash between the two has it put back twice, which counts once.
 */
export async function replayDeadLetters(
  parts: {
    readonly log: Pick<Log, 'append'>;
    readonly warehouse: Warehouse;
    readonly topics: Topics;
    readonly now: () => Instant;
  },
  { topic, limit }: Replay,
): Promise<ReplayResult> {
  const { log, warehouse, topics, now } = parts;
  const wanted = rawTopics(topics).filter((name) => topic === undefined || name === topic);
  let replayed = 0;
  while (replayed < limit) {
    const letters = await warehouse.read.replayable({
      topics: wanted,
      limit: Math.min(LETTERS_A_PAGE, limit - replayed),
    });
    if (letters.length === 0) break;
    for (const name of new Set(letters.map((letter) => letter.topic))) {
      const ofTopic = letters.filter((letter) => letter.topic === name);
      await log.append(
        name,
        ofTopic.map(({ raw, headers, received_at: timestamp }) => ({
          key: null,
          value: Buffer.from(raw),
          headers: headers ?? {},
          timestamp,
        })),
      );
    }
    const at = now();
    await warehouse.write.deadLetters(letters.map((letter) => ({ ...letter, replayed_at: at })));
    replayed += letters.length;
  }
  return { replayed, left: await warehouse.read.notReplayable({ topics: wanted, topic }) };
}
