/** How the log reaches Kafka and what it may take of the process. */
export interface KafkaLogOptions {
  /** `host:port` each; one that answers tells of the others. */
  readonly brokers: readonly string[];
  /** What the brokers call this process in their logs and quotas. */
  readonly clientId: string;
  /** Connections are encrypted. PEM texts: a private authority, and a client's certificate with its key. */
  readonly ssl?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** How long a reader may be silent before the group gives its partitions to others. Default 30 s. */
  readonly sessionTimeoutMs?: number;
  /** What one fetch asks of one partition; a larger record comes nevertheless. Default 4 MiB. */
  readonly maxBytesPerPartition?: number;
  /** Where a reader holds so many bytes that were not read yet, it fetches no more. Default 32 MiB. */
  readonly maxHeldBytes?: number;
  /** Where a batch that is read takes no more records, in bytes; its first may be larger. Default 8 MiB. */
  readonly maxBatchBytes?: number;
  /** Topics that are missing are created so (replication -1: as the broker does by default). Not given: an error. */
  readonly createTopics?: { readonly partitions: number; readonly replication: number };
  /** Of what is appended. Default: none. */
  readonly compression?: 'gzip';
  /** How long a reader tries to get back into its group before its reads reject. Default 2 minutes. */
  readonly giveUpAfterMs?: number;
  /**
   * `packed`: plain records are read and appended as they lie in memory. `stock`: all go through what the client has of
   * its own, an object each. Default: packed.
   */
  readonly records?: 'packed' | 'stock';
  /** Told what the client says of its connections; never the contents of records. Default: nobody. */
  readonly logged?: (line: KafkaLogLine) => void;
}

export interface KafkaLogLine {
  readonly level: 'error' | 'warn';
  readonly message: string;
}
