import type { ScorerRecord } from '#domain/score/records.js';
import type { Instant } from '#domain/time/instant.js';
import { openClient } from './client.js';
import type { WarehouseConfig } from './config.js';
import type { DealEvents, EventChanges, Identity, IdentityClaim } from './event-row.js';
import type { DeadLetter, StoredDeadLetter, UnlinkedEvent, UnlinkedKey } from './kept-aside.js';
import type {
  CloseTimingCount,
  Counts,
  DealFilter,
  DealNow,
  DueDeal,
  Grouping,
  HealthAsOf,
  NextStepCoverage,
  StatusCount,
} from './read-rows.js';
import { readDealIds, readEvents, readIdentities } from './read-events.js';
import { readDeadLetters, readUnlinked } from './read-kept-aside.js';
import { readCloseTiming, readCounts, readNextStepCoverage, readStatusCounts } from './read-measures.js';
import {
  readDealsDue,
  readDealsNow,
  readHealthAsOf,
  readRecords,
  readStoredRecords,
} from './read-records.js';
import type { DealChanges, StoredRecord } from './record-changes.js';
import { migrate, schemaVersion } from './schema/migrate.js';
import { type Row, select } from './select.js';
import { openWrites } from './writer.js';

/** All inserts. Each resolves once its rows are stored; repeating one changes nothing. */
export interface WarehouseWrites {
  /** A call of up to 50,000 rows is seen whole or not at all; a larger one in blocks, takeovers last. */
  events(changes: EventChanges): Promise<void>;
  /** Each deal's changes are seen whole or not at all. */
  records(changes: readonly DealChanges[]): Promise<void>;
  deadLetters(letters: readonly DeadLetter[]): Promise<void>;
  unlinked(events: readonly UnlinkedEvent[]): Promise<void>;
  /** These events have found their deals, and stand aside no more. */
  linked(keys: readonly UnlinkedKey[], at: Instant): Promise<void>;
}

/** All reads. They show what counts: no duplicate, no retracted event, no deleted or superseded record. */
export interface WarehouseReads {
  /** The events of these deals, one deal after another in order of deal id (by code point); a deal without events is left out. */
  events(dealIds: readonly string[]): AsyncIterable<DealEvents>;
  /** Ids of all deals that ever had an event, retracted ones included, by code point, in pages. */
  dealIds(): AsyncIterable<readonly string[]>;
  /** The claims that count among these identities; one that no stored event claims is left out. */
  identities(identities: readonly Identity[]): Promise<readonly IdentityClaim[]>;
  /** What is stored of each of these deals, deleted records included; a deal without records has no entry. */
  storedRecords(dealIds: readonly string[]): Promise<ReadonlyMap<string, readonly StoredRecord[]>>;
  /**
   * All current records, by record, deal id and key, in pages; of these deals (up to some thousands), or of all.
   * They are as written, but instants are held within the years 1900 to 2299.
   */
  records(dealIds?: readonly string[]): AsyncIterable<readonly ScorerRecord[]>;
  /** Deals whose `rescore_at` is at or before the instant, the longest due first. */
  dealsDue(at: Instant, limit: number): Promise<readonly DueDeal[]>;
  dealsNow(filter?: DealFilter): Promise<readonly DealNow[]>;
  /** Every deal's health as it was at the instant; deals not opened by then are left out. */
  healthAsOf(at: Instant): Promise<readonly HealthAsOf[]>;
  statusCounts(): Promise<readonly StatusCount[]>;
  nextStepCoverage(by: Grouping): Promise<readonly NextStepCoverage[]>;
  closeTiming(by: Grouping): Promise<readonly CloseTimingCount[]>;
  /** Newest first. */
  deadLetters(options: { replayed?: boolean; limit: number }): Promise<readonly StoredDeadLetter[]>;
  /** Events kept aside that name one of these addresses or domains, the oldest first. */
  unlinked(options: {
    addresses: readonly string[];
    domains: readonly string[];
    limit: number;
  }): Promise<readonly UnlinkedEvent[]>;
  counts(): Promise<Counts>;
  /** Highest migration applied to this database (0: none), and the highest this code knows. */
  schemaVersion(): Promise<{ readonly applied: number; readonly known: number }>;
  /**
   * Runs a query of the project's own, such as a dashboard panel's.
   * @param sql one SELECT without a FORMAT clause; values only as `{name:Type}`
   */
  select(sql: string, params?: Row): Promise<readonly Row[]>;
}

export interface Warehouse {
  /**
   * Brings the schema up to date; may be run at every start, and by several processes.
   * @returns the names of the migrations applied now
   * @throws where an applied migration was altered, or the database's schema is newer than this code
   */
  migrate(): Promise<readonly string[]>;
  readonly write: WarehouseWrites;
  readonly read: WarehouseReads;
  /** Waits for what is under way, then lets go of the connection. */
  close(): Promise<void>;
}

/**
 * Opens the warehouse that the configuration names; call `migrate` before anything else.
 * @throws where the embedded engine's directory cannot be opened, as when another process has it open
 */
export async function openWarehouse(config: WarehouseConfig): Promise<Warehouse> {
  const connection = await openClient(config);
  const { client } = connection;
  return {
    migrate: () => migrate(connection, config),
    write: openWrites(client),
    read: {
      events: (dealIds) => readEvents(client, dealIds),
      dealIds: () => readDealIds(client),
      identities: (identities) => readIdentities(client, identities),
      storedRecords: (dealIds) => readStoredRecords(client, dealIds),
      records: (dealIds) => readRecords(client, dealIds),
      dealsDue: (at, limit) => readDealsDue(client, at, limit),
      dealsNow: (filter = {}) => readDealsNow(client, filter),
      healthAsOf: (at) => readHealthAsOf(client, at),
      statusCounts: () => readStatusCounts(client),
      nextStepCoverage: (by) => readNextStepCoverage(client, by),
      closeTiming: (by) => readCloseTiming(client, by),
      deadLetters: (options) => readDeadLetters(client, options),
      unlinked: (options) => readUnlinked(client, options),
      counts: () => readCounts(client),
      schemaVersion: () => schemaVersion(connection),
      select: (sql, params) => select(client, sql, params),
    },
    close: () => connection.close(),
  };
}
