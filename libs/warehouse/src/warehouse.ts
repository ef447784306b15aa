import type { ScorerRecord } from '#domain/score/records.js';
import type { Instant } from '#domain/time/instant.js';
import { type AlertStore, openAlertStore } from './alerts/alert-store.js';
import { openClient } from './client.js';
import type { WarehouseConfig } from './config.js';
import { type FastEvents, openFastEvents, type StoredType } from './fast-events/fast-events.js';
import type { DealEvents, EventChanges, EventKey, EventRow, Identity, IdentityClaim } from './event-row.js';
import type {
  DealKey,
  DirectoryRow,
  DraftRow,
  EventStanding,
  LifecycleRow,
  LinkChanges,
  StoredDraft,
} from './draft-row.js';
import { type JudgementStore, openJudgements } from './judgements.js';
import type { DeadLetter, StoredDeadLetter } from './kept-aside.js';
import {
  readAddressesOf,
  readAside,
  readDealsByKeys,
  readDirectory,
  readDirectoryByValues,
  readDraftIdentities,
  readDrafts,
  readDraftsByKeys,
  readDraftSources,
  readKeysOfDeals,
  readKeysToldBy,
  readLifecycles,
  readStandings,
} from './read-drafts.js';
import type { AsideChanges } from './rows.js';
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
import { readDealIds, readEvents, readEventsAt, readIdentities } from './read-events.js';
import { readDeadLetters, readNotReplayable, readReplayable } from './read-kept-aside.js';
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
  /** Drafts that are new or better than what stands under their identity. */
  drafts(drafts: readonly { readonly row: DraftRow; readonly version: number }[]): Promise<void>;
  /** Drafts whose identity an event that names its deal claims rightfully. */
  supersededDrafts(drafts: readonly (Identity & { readonly version: number })[]): Promise<void>;
  /** Events made from drafts, and those that are made no more. Seen whole up to 50,000 rows. */
  linkedEvents(changes: LinkChanges): Promise<void>;
  dealKeys(keys: readonly DealKey[], options: { readonly deleted: boolean }): Promise<void>;
  directory(rows: readonly DirectoryRow[]): Promise<void>;
  /** Drafts that found no deal, and those that stand aside no more. */
  aside(changes: AsideChanges): Promise<void>;
}

/** All reads. They show what counts: no duplicate, no retracted event, no deleted or superseded record. */
export interface WarehouseReads {
  /** The events of these deals, one deal after another in order of deal id (by code point); a deal without events is left out. */
  events(dealIds: readonly string[]): AsyncIterable<DealEvents>;
  /** These events, where they count, in no order. */
  eventsAt(keys: readonly EventKey[]): Promise<readonly EventRow[]>;
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
  /** Deals whose `rescore_at` is at or before the instant, the longest due first, after a place in that order. */
  dealsDue(at: Instant, page: { limit: number; after?: DueDeal | undefined }): Promise<readonly DueDeal[]>;
  dealsNow(filter?: DealFilter): Promise<readonly DealNow[]>;
  /** Every deal's health as it was at the instant; deals not opened by then are left out. */
  healthAsOf(at: Instant): Promise<readonly HealthAsOf[]>;
  statusCounts(): Promise<readonly StatusCount[]>;
  nextStepCoverage(by: Grouping): Promise<readonly NextStepCoverage[]>;
  closeTiming(by: Grouping): Promise<readonly CloseTimingCount[]>;
  /** Newest first. */
  deadLetters(options: { replayed?: boolean; limit: number }): Promise<readonly StoredDeadLetter[]>;
  /** Dead letters of these topics that can be put back, whole and with their headers, the oldest first. */
  replayable(options: { topics: readonly string[]; limit: number }): Promise<readonly DeadLetter[]>;
  /** How many dead letters, of the topic or of all, stand that can't be put back. */
  notReplayable(options: { topics: readonly string[]; topic?: string | undefined }): Promise<number>;
  readonly linking: LinkingReads;
  counts(): Promise<Counts>;
  /** Highest migration applied to this database (0: none), and the highest this code knows. */
  schemaVersion(): Promise<{ readonly applied: number; readonly known: number }>;
  /**
   * Runs a query of the project's own, such as a dashboard panel's.
   * @param sql one SELECT without a FORMAT clause; values only as `{name:Type}`
   */
  select(sql: string, params?: Row): Promise<readonly Row[]>;
}

/** What linking reads. */
export interface LinkingReads {
  /** The drafts that stand under these identities. */
  drafts(identities: readonly Identity[]): Promise<readonly StoredDraft[]>;
  /** Identities of all drafts, in pages. */
  draftIdentities(): AsyncIterable<readonly Identity[]>;
  /** Identities of drafts that have, or had, one of these keys. */
  draftsByKeys(keys: readonly string[]): Promise<readonly Identity[]>;
  /** Sources of which there are drafts. */
  draftSources(): Promise<ReadonlySet<string>>;
  dealsByKeys(
    keys: readonly string[],
  ): Promise<readonly { readonly key: string; readonly deal_id: string }[]>;
  keysOfDeals(dealIds: readonly string[]): Promise<readonly string[]>;
  /** What these events have said that their deals are known by. */
  keysToldBy(events: readonly EventKey[]): Promise<readonly Omit<DealKey, 'time'>[]>;
  /** Addresses that these people have, or had. */
  addressesOf(people: readonly Pick<DirectoryRow, 'scope' | 'ref'>[]): Promise<readonly string[]>;
  directory(
    refs: readonly Pick<DirectoryRow, 'scope' | 'ref'>[],
  ): Promise<readonly Omit<DirectoryRow, 'time'>[]>;
  /** Who has, or had, one of these addresses or domains. */
  directoryByValues(
    field: 'email' | 'domain',
    values: readonly string[],
  ): Promise<readonly Pick<DirectoryRow, 'scope' | 'ref'>[]>;
  /** The events of these types that count, of these deals, in the order of the fold. */
  lifecycles(dealIds: readonly string[], types: readonly string[]): Promise<readonly LifecycleRow[]>;
  /** Whatever stands, or stood, in `event_store` under these identities. */
  standings(identities: readonly Identity[]): Promise<readonly EventStanding[]>;
  /** Which of these stand aside; one that never did is left out. */
  aside(
    identities: readonly Identity[],
  ): Promise<readonly (Identity & { aside: boolean; content_hash: string; version: number })[]>;
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
  readonly alerts: AlertStore;
  readonly judgements: JudgementStore;
  /** Inserts events as columns; undefined where that is not possible, as over HTTP. */
  fastEvents(types: readonly StoredType[]): FastEvents | undefined;
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
  const write = openWrites(client);
  const fast = new Set<FastEvents>();
  const note = (identities: readonly Identity[]): void => {
    for (const events of fast) events.noted(identities);
  };
  return {
    migrate: () => migrate(connection, config),
    write: {
      ...write,
      events: (changes) => {
        const { append, takeovers = [], overDrafts = [] } = changes;
        note([...append, ...takeovers.map(({ winner }) => winner), ...overDrafts]);
        return write.events(changes);
      },
      linkedEvents: (changes) => {
        note(changes.written.map(({ row }) => row));
        return write.linkedEvents(changes);
      },
    },
    read: {
      events: (dealIds) => readEvents(client, dealIds),
      eventsAt: (keys) => readEventsAt(client, keys),
      dealIds: () => readDealIds(client),
      identities: (identities) => readIdentities(client, identities),
      storedRecords: (dealIds) => readStoredRecords(client, dealIds),
      records: (dealIds) => readRecords(client, dealIds),
      dealsDue: (at, page) => readDealsDue(client, at, page),
      dealsNow: (filter = {}) => readDealsNow(client, filter),
      healthAsOf: (at) => readHealthAsOf(client, at),
      statusCounts: () => readStatusCounts(client),
      nextStepCoverage: (by) => readNextStepCoverage(client, by),
      closeTiming: (by) => readCloseTiming(client, by),
      deadLetters: (options) => readDeadLetters(client, options),
      replayable: (options) => readReplayable(client, options),
      notReplayable: (options) => readNotReplayable(client, options),
      linking: {
        drafts: (identities) => readDrafts(client, identities),
        draftIdentities: () => readDraftIdentities(client),
        draftsByKeys: (keys) => readDraftsByKeys(client, keys),
        draftSources: () => readDraftSources(client),
        dealsByKeys: (keys) => readDealsByKeys(client, keys),
        keysOfDeals: (dealIds) => readKeysOfDeals(client, dealIds),
        keysToldBy: (events) => readKeysToldBy(client, events),
        addressesOf: (people) => readAddressesOf(client, people),
        directory: (refs) => readDirectory(client, refs),
        directoryByValues: (field, values) => readDirectoryByValues(client, field, values),
        lifecycles: (dealIds, types) => readLifecycles(client, dealIds, types),
        standings: (identities) => readStandings(client, identities),
        aside: (identities) => readAside(client, identities),
      },
      counts: () => readCounts(client),
      schemaVersion: () => schemaVersion(connection),
      select: (sql, params) => select(client, sql, params),
    },
    alerts: openAlertStore(client),
    judgements: openJudgements(client),
    fastEvents(types) {
      const events = config.kind === 'embedded' ? openFastEvents(client, config.path, types) : undefined;
      if (events !== undefined) fast.add(events);
      return events;
    },
    async close() {
      // They have the directory open as well.
      for (const events of fast) events.close();
      fast.clear();
      await connection.close();
    },
  };
}
