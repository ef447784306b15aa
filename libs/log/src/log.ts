/**
 * The message log: what ingest and scorer meet on. Topics are split into partitions; the order within a
 * partition is kept; a record's key chooses its partition.
 */

/** A record to be appended. */
export interface NewRecord {
  /** Records with one key stay in order. Null: any partition. */
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** When it was received or happened, in ms since the epoch. Logs that delete by age go by it. */
  readonly timestamp: number;
}

/** A record as read back: where it stands, and what was appended. */
export interface LoggedRecord extends NewRecord {
  readonly headers: Readonly<Record<string, string>>;
  readonly offset: number;
}

/** Neighbouring records of one partition, in order, never empty. The unit of all work. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LoggedRecord[];
  /** The same records, where the log has them so: for whoever reads bytes, and needs no object for each. */
  readonly packed?: PackedRecords;
}

/** Records as they lie in memory. */
export interface PackedRecords {
  readonly length: number;
  readonly bytes: Buffer;
  /** Of the nth record: where its value begins and ends in the bytes. */
  readonly valueStarts: Int32Array;
  readonly valueEnds: Int32Array;
  hasHeaders(n: number): boolean;
  record(n: number): LoggedRecord;
}

/** How many records a batch has; asking its `records` would make an object of each. */
export function lengthOf(batch: Batch): number {
  return batch.packed?.length ?? batch.records.length;
}

/** One partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * One consumer of a group: read, work, commit, read again. One read at a time; commits may be under way beside it, and
 * beside each other where they are of different partitions.
 */
export interface Reader {
  /**
   * The next batch of any of the topics after the last one read, or null where none came within `waitMs` or the log
   * closed meanwhile. Rejects once closed.
   * @param options.maxRecords upper bound of the batch's size
   */
  read(options: { maxRecords: number; waitMs: number }): Promise<Batch | null>;
  /**
   * Once this resolves true, the group never sees the batch again. An uncommitted batch is read again after a
   * restart; an older batch that is committed late does not take the position back.
   * @returns false where the group has given the batch's partition out anew since it was read: whoever has the
   * partition now reads the batch again, and nothing was committed
   */
  commit(batch: Batch): Promise<boolean>;
  /**
   * Whether a commit of the batch can still succeed. Once false, false for good: work on it is better abandoned,
   * as another reader of the group does it, too.
   */
  holds(batch: Batch): boolean;
  /** Whether it is this reader that reads the records of the key: of all readers of the group, one at a time. */
  owns(topic: string, key: string): boolean;
  /**
   * Rises each time that the group gives out partitions to this reader: what it remembers of their keys from before
   * may be out of date, as another may have had them in between.
   */
  assignment(): number;
  /**
   * Names of the partitions of the topic that are this reader's now. The name tells of how many it is one, as another
   * number of partitions gives the keys out otherwise.
   */
  share(topic: string): readonly string[];
  /** Records of these topics that the group has not committed. */
  lag(): Promise<number>;
  close(): Promise<void>;
}

/** Records to be appended, their keys and values parts of one piece of memory; none has headers. */
export interface PackedAppend {
  readonly length: number;
  readonly bytes: Buffer;
  /** Of the nth record: where its key and its value begin and end in the bytes. */
  readonly keyStarts: Int32Array;
  readonly keyEnds: Int32Array;
  readonly valueStarts: Int32Array;
  readonly valueEnds: Int32Array;
  /** Of all. */
  readonly timestamp: number;
}

export interface Log {
  /** Resolves once every record is durable; rejects where that is not certain (append again: readers must be idempotent). */
  append(topic: string, records: readonly NewRecord[]): Promise<void>;
  /**
   * As `append`, where the log takes records so; the bytes must not change before it settles. Without the guard
   * against repetitions that `append` may have: what is sent again after a lost answer is there twice.
   */
  appendPacked?(topic: string, records: PackedAppend): Promise<void>;
  /** A reader that starts at the group's committed position, or at the beginning of each topic. */
  open(options: { topics: readonly string[]; group: string }): Promise<Reader>;
  close(): Promise<void>;
}
