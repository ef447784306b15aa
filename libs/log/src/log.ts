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
}

/** One partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** One consumer of a group. Not for concurrent use: read, work, commit, read again. */
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
  /** Records of these topics that the group has not committed. */
  lag(): Promise<number>;
  close(): Promise<void>;
}

export interface Log {
  /** Resolves once every record is durable; rejects where that is not certain (append again: readers must be idempotent). */
  append(topic: string, records: readonly NewRecord[]): Promise<void>;
  /** A reader that starts at the group's committed position, or at the beginning of each topic. */
  open(options: { topics: readonly string[]; group: string }): Promise<Reader>;
  close(): Promise<void>;
}
