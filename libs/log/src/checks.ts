import type { NewRecord } from './log.js';

/** The largest value a record may have, in bytes (10 MiB). */
export const MAX_VALUE_BYTES = 10 * 1024 * 1024;

/** The most that a record's key and headers may take together, in bytes (1 MiB). */
export const MAX_KEY_AND_HEADER_BYTES = 1024 * 1024;

// What Kafka takes as a topic's name: a name that works embedded must work deployed.
const NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/** @throws RangeError where the name of a topic or a group isn't one that every adapter takes */
export function checkName(kind: 'topic' | 'group', name: string): void {
  if (NAME.test(name) && name !== '.' && name !== '..') return;
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
  throw new RangeError(
    `${shown} is no name for a ${kind}: use 1 to 249 letters, digits, dots, dashes and underscores.`,
  );
}

/**
 * What is wrong with a record is said before anything of its batch is written.
 * @param index the record's place in its batch, for the message
 * @param keyAndHeaderBytes the encoded size of both
 * @throws RangeError where no adapter could store the record
 */
export function checkRecord(record: NewRecord, index: number, keyAndHeaderBytes: number): void {
  if (!Number.isSafeInteger(record.timestamp)) {
    throw new RangeError(
      `Record ${index} has the timestamp ${record.timestamp}: give whole milliseconds since the epoch.`,
    );
  }
  if (record.value.length > MAX_VALUE_BYTES) {
    throw new RangeError(
      `Record ${index} has a value of ${record.value.length} bytes: at most ${MAX_VALUE_BYTES} are taken.`,
    );
  }
  if (keyAndHeaderBytes > MAX_KEY_AND_HEADER_BYTES) {
    throw new RangeError(
      `Record ${index} has ${keyAndHeaderBytes} bytes of key and headers: at most ${MAX_KEY_AND_HEADER_BYTES} are taken.`,
    );
  }
}
