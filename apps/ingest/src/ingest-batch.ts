import type { Instant } from '#domain/time/instant.js';
import type { Batch, Log, NewRecord } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import type { NativeSource } from '#sources/sources.js';
import type { DealKey } from '#warehouse/draft-row.js';
import { draftVersion } from '#warehouse/draft-versions.js';
import type { EventKey, EventRow, Identity, Takeover } from '#warehouse/event-row.js';
import type { DeadLetter } from '#warehouse/kept-aside.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { type Claim, settleClaims, type Settlement, type StoredClaim } from './claims.js';
import { reloadRecord, retractionRecord } from '#log/deal-events.js';
import type { Mappings } from './mappings.js';
import { isFreeMail } from './linking/load-knowledge.js';
import { linkDrafts, identityText, type Linking } from './linking/link-drafts.js';
import { canonicalOfRow, cloudEventOf, deadLetter, type ReadBatch, readBatch } from './read-batch.js';
import { changedKeys, dealKeysIn, type Remembered } from './triggers.js';

/** What became of the records of a source. */
export interface IngestOutcome {
  readonly source: NativeSource;
  readonly records: { readonly translated: number; readonly refused: number; readonly silent: number };
  /** Events and drafts that count and were not there before. */
  readonly fresh: number;
  readonly repeated: number;
  /** Events that lost their identity, now or before. */
  readonly lost: number;
  readonly deadLetters: number;
}

export interface IngestDependencies extends Linking {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly topics: Topics;
  readonly mappings: Mappings;
  readonly now: () => Instant;
  readonly remembered: Remembered;
}

/** Of two replicas that meet, one gives way at once; it does not go on for ever. */
const ROUNDS = 6;

/**
 * Takes batches of raw records in: translate, refuse, settle identities, store, link, tell the scorer. They may be
 * committed once this resolves. They may be handled again after a crash at any point, and by two replicas at once:
 * every step writes the same again.
 */
export async function ingestBatches(
  batches: readonly Batch[],
  dependencies: IngestDependencies,
): Promise<readonly IngestOutcome[]> {
  const first = await ingestOnce(batches, dependencies);
  // Another replica may have stored a rival meanwhile: it and this one, looking before they wrote, saw nothing of each
  // other. Each looks again after all of its writings, so that one at least sees both, and takes them in as if after
  // a crash.
  let { counted } = first;
  for (let round = 1; await hasRivals(counted, dependencies.warehouse); round += 1) {
    if (round === ROUNDS)
      throw new Error('identities did not settle: other writers claim them again and again');
    ({ counted } = await ingestOnce(batches, dependencies));
  }
  return first.outcomes;
}

/** Whether another event stands under the identity of one of these, beside it or in its place. */
async function hasRivals(counted: readonly Claim[], warehouse: Warehouse): Promise<boolean> {
  const events = counted.filter(({ draft }) => draft === undefined);
  const hashes = new Map(events.map(({ row }) => [identityText(row), row.content_hash]));
  const standing = await warehouse.read.identities(events.map(({ row: { source, id } }) => ({ source, id })));
  return standing.some((one) => {
    const hash = hashes.get(identityText(one));
    return hash !== undefined && one.linked_by === '' && one.content_hash !== hash;
  });
}

async function ingestOnce(
  batches: readonly Batch[],
  dependencies: IngestDependencies,
): Promise<{ readonly outcomes: readonly IngestOutcome[]; readonly counted: readonly Claim[] }> {
  const { log, warehouse, topics, mappings, now, remembered } = dependencies;
  const receivedAt = now();
  const reads = batches.map((batch) => {
    const source = sourceOf(batch.topic, topics);
    return { source, ...readBatch(batch, source, mappings[source], receivedAt) };
  });
  const claims = reads.flatMap((read) => read.claims);
  const directory = reads.flatMap((read) => read.directory);
  const unread = reads.flatMap((read) => read.deadLetters);
  const draftSources = await warehouse.read.linking.draftSources();
  const stored = await storedClaims(claims, warehouse, draftSources);
  const settled = await settleClaims(claims, stored.claims, async (key) =>
    canonicalOfRow(await storedRow(warehouse, key)),
  );

  // 1. Dead letters first: were they written after the events, a crash between the two would lose those of events
  //    that lost their identity, as the next attempt finds the winner in place.
  const lost = await lostIdentities(settled, topics, warehouse, receivedAt);
  const letters = [...unread, ...lost];
  if (letters.length > 0) {
    await warehouse.write.deadLetters(letters);
    await log.append(topics.deadLetters, letters.map(deadLetterRecord));
  }

  // 2. What stored events have said that count no more, and their retractions, before their rivals are stored, for
  //    the same reason: the scorer leaves a retracted event out on this word alone.
  const losers = await lostEvents(settled, warehouse);
  await warehouse.write.dealKeys(losers.dealKeys, { deleted: true });
  remembered.forget(losers.dealKeys);
  const retractions = losers.events.map((key) => retractionRecord(key, receivedAt));
  if (retractions.length > 0) await log.append(topics.dealEvents, retractions);

  // 3. The events and drafts, and what they make known. Only what is stored may be told: the scorer reads the store.
  const dealKeys = dealKeysIn(settled.counted);
  await storeClaims(settled, warehouse, receivedAt);
  await warehouse.write.dealKeys(dealKeys, { deleted: false });
  await warehouse.write.directory(directory);

  // 4. Link: after all of that is stored, so that of two replicas that each know one half at least one sees both.
  const linked = await link(dependencies, {
    settled,
    stored,
    dealKeys: [...dealKeys.filter(remembered.isNew), ...losers.dealKeys],
    directory,
  });
  remembered.remember(dealKeys);

  // 5. Tell the scorer, also of what was stored before: a crash after 3 may have kept it from knowing. Retractions
  //    once more: a deal that it read from the store between 2 and 3 still had the event in it.
  const told = settled.counted.flatMap(({ row, value }) =>
    value === undefined ? [] : [{ key: row.deal_id, value, timestamp: receivedAt }],
  );
  const again = [...new Set([...linked, ...(await dealsOfLosers(stored.winners, warehouse))])];
  const records = [...retractions, ...told, ...again.map((dealId) => reloadRecord(dealId, receivedAt))];
  if (records.length > 0) await log.append(topics.dealEvents, records);
  return { outcomes: outcomesOf(reads, settled, lost, topics), counted: settled.counted };
}

function outcomesOf(
  reads: readonly (ReadBatch & { readonly source: NativeSource })[],
  { fresh, takenOver, counted }: Settlement,
  lost: readonly DeadLetter[],
  topics: Topics,
): readonly IngestOutcome[] {
  const isNew = new Set<Claim>([...fresh, ...takenOver.map(({ claim }) => claim)]);
  return [...new Set(reads.map(({ source }) => source))].map((source) => {
    const ofSource = reads.filter((read) => read.source === source);
    const count = (of: (read: ReadBatch) => number): number =>
      ofSource.reduce((sum, read) => sum + of(read), 0);
    const claims = counted.filter(({ from }) => sourceOf(from.batch.topic, topics) === source);
    const lostHere = lost.filter((letter) => letter.source === source).length;
    return {
      source,
      records: {
        translated: count(({ records }) => records.translated),
        refused: count(({ records }) => records.refused),
        silent: count(({ records }) => records.silent),
      },
      fresh: claims.filter((claim) => isNew.has(claim)).length,
      repeated: claims.filter((claim) => !isNew.has(claim)).length,
      lost: lostHere,
      deadLetters: lostHere + count(({ deadLetters }) => deadLetters.length),
    };
  });
}

function sourceOf(topic: string, { bySource }: Topics): NativeSource {
  const found = Object.entries(bySource).find(([, name]) => name === topic);
  if (found === undefined) throw new Error(`no source is configured for the topic ${topic}`);
  return found[0] as NativeSource;
}

interface StoredClaims {
  readonly claims: readonly StoredClaim[];
  /** Identities of events that were made from drafts. */
  readonly made: readonly Identity[];
  /** Stored events that took another's identity over. */
  readonly winners: readonly Identity[];
}

async function storedClaims(
  claims: readonly Claim[],
  warehouse: Warehouse,
  draftSources: ReadonlySet<string>,
): Promise<StoredClaims> {
  if (claims.length === 0) return { claims: [], made: [], winners: [] };
  const identities = claims.map(({ row: { source, id } }) => ({ source, id }));
  const events = await warehouse.read.identities(identities);
  const drafts = await warehouse.read.linking.drafts(
    identities.filter(({ source }) => draftSources.has(source)),
  );
  return {
    claims: [
      ...drafts.map(({ version, ...row }) => ({ ...row, linked_by: 'draft', draftVersion: version })),
      ...events.filter(({ linked_by: by }) => by === ''),
    ],
    made: events.filter(({ linked_by: by }) => by !== ''),
    winners: events.filter(({ has_won: won }) => won),
  };
}

async function storedRow(warehouse: Warehouse, key: StoredClaim): Promise<EventRow> {
  if (key.draftVersion !== undefined) {
    const [draft] = await warehouse.read.linking.drafts([key]);
    if (draft !== undefined) return draft;
  }
  const [row] = await warehouse.read.eventsAt([key]);
  if (row !== undefined) return row;
  throw new Error(
    `the store names the event ${describeIdentity(key)} of deal ${JSON.stringify(key.deal_id)} but does not hold it`,
  );
}

/** Dead letters of events that claim an identity that another has. */
async function lostIdentities(
  { refused, takenOver }: Settlement,
  topics: Topics,
  warehouse: Warehouse,
  receivedAt: Instant,
): Promise<readonly DeadLetter[]> {
  // A record of several events that lost is one letter.
  const came = new Map<string, { claim: Claim; reasons: string[] }>();
  for (const claim of refused) {
    if (claim.draft?.isTimeless === true) continue;
    const { batch, record } = claim.from;
    const place = `${batch.topic}/${batch.partition}/${record.offset}/${claim.position}`;
    const one = came.get(place) ?? { claim, reasons: [] };
    one.reasons.push(lostIdentity(claim.row));
    came.set(place, one);
  }
  const letters = [...came.values()].map(({ claim: { from, position }, reasons }) => {
    const source = sourceOf(from.batch.topic, topics);
    return deadLetter(from.batch, from.record, reasons, receivedAt, { source, position });
  });
  for (const { claim, loser } of takenOver) {
    if (loser.content_hash === claim.row.content_hash) continue;
    // It is the stored event that is refused now, not the record that brought its rival.
    const raw = JSON.stringify(cloudEventOf(await storedRow(warehouse, loser)));
    const { batch, record } = claim.from;
    const of = { source: sourceOf(batch.topic, topics), position: DISPLACED + claim.nth, raw };
    letters.push(deadLetter(batch, record, [lostIdentity(loser)], receivedAt, of));
  }
  return letters;
}

/** Positions of stored events that a record displaced lie beyond those of what the record held. */
const DISPLACED = 1_000_000;

/** Stored events, not drafts, that have lost their identity, and what they said of their deals. */
async function lostEvents(
  { takenOver, displaced }: Settlement,
  warehouse: Warehouse,
): Promise<{ events: readonly EventKey[]; dealKeys: readonly DealKey[] }> {
  const losers = [...takenOver.map(({ loser }) => loser), ...displaced].filter(
    ({ deal_id: dealId }) => dealId !== '',
  );
  const times = new Map(losers.map((loser) => [identityText(loser), loser.time]));
  const told = await warehouse.read.linking.keysToldBy(losers);
  return {
    events: losers.filter(({ draftVersion: draft }) => draft === undefined),
    dealKeys: told.map((key) => ({ ...key, time: times.get(identityText(key)) ?? 0 })),
  };
}

async function storeClaims(
  { fresh, takenOver, displaced }: Settlement,
  warehouse: Warehouse,
  receivedAt: Instant,
): Promise<void> {
  const append: EventRow[] = [];
  const takeovers: Takeover[] = [];
  const overDrafts: EventRow[] = [];
  const retracted = displaced.map((key) => ({ key, at: receivedAt }));
  const drafts: { row: EventRow & { origin: string; keys: readonly string[] }; version: number }[] = [];
  const superseded: (Identity & { version: number })[] = [];
  const addDraft = ({ row, keyed, draft }: Claim, version: number): void => {
    drafts.push({ row: { ...row, origin: keyed.origin, keys: draft?.keys ?? [] }, version });
  };
  for (const claim of fresh) {
    if (claim.draft === undefined) append.push(claim.row);
    else addDraft(claim, draftVersion(claim.row.time));
  }
  for (const { claim, loser } of takenOver) {
    if (claim.draft === undefined && loser.draftVersion === undefined)
      takeovers.push({ winner: claim.row, loser });
    else if (claim.draft === undefined) {
      overDrafts.push(claim.row);
      superseded.push({ source: loser.source, id: loser.id, version: (loser.draftVersion ?? 0) + 1 });
    } else {
      const version = draftVersion(claim.row.time);
      const stands = loser.draftVersion ?? 0;
      addDraft(claim, version > stands ? version : stands + 1);
      if (loser.draftVersion === undefined) retracted.push({ key: loser, at: receivedAt });
    }
  }
  await warehouse.write.drafts(drafts);
  await warehouse.write.supersededDrafts(superseded);
  await warehouse.write.events({ append, takeovers, overDrafts, retracted });
}

/** @returns the deals that have, or had, an event made from a draft that this batch bears on */
async function link(
  dependencies: IngestDependencies,
  changes: {
    readonly settled: Settlement;
    readonly stored: StoredClaims;
    readonly dealKeys: ReturnType<typeof dealKeysIn>;
    readonly directory: Parameters<typeof changedKeys>[1]['directory'];
  },
): Promise<ReadonlySet<string>> {
  const { warehouse, sellerDomains } = dependencies;
  const { settled, stored, dealKeys, directory } = changes;
  const read = warehouse.read.linking;
  const drafts = settled.counted.filter(({ draft }) => draft !== undefined);
  // Asked after storing: a draft that another replica has stored meanwhile may wait for what this batch told.
  if (drafts.length === 0 && (await read.draftSources()).size === 0) return new Set();
  const changed = await changedKeys(read, { counted: settled.counted, dealKeys, directory });
  const asked = changed.filter((key) => mayLink(key, sellerDomains));
  const touched = new Map<string, Identity>();
  for (const { row } of drafts) touched.set(identityText(row), row);
  for (const { loser } of settled.takenOver) touched.set(identityText(loser), loser);
  for (const identity of [...stored.made, ...(await read.draftsByKeys(asked))])
    touched.set(identityText(identity), identity);
  return linkDrafts([...touched.values()], dependencies);
}

/** Whether drafts are looked for by the key: everyone knows the seller's people, and free-mail domains tie nobody. */
function mayLink(key: string, sellerDomains: ReadonlySet<string>): boolean {
  if (key.startsWith('domain ')) return !isFreeMail(key.slice('domain '.length));
  if (!key.startsWith('contact ')) return true;
  return !sellerDomains.has(key.slice(key.lastIndexOf('@') + 1));
}

/**
 * Deals whose events lost their identity to one of these: told once more, as a crash after the winner was stored may
 * have kept a scorer that had read the deal before from hearing it.
 */
async function dealsOfLosers(winners: readonly Identity[], warehouse: Warehouse): Promise<readonly string[]> {
  if (winners.length === 0) return [];
  const standings = await warehouse.read.linking.standings(winners);
  return standings.filter(({ superseded }) => superseded).map(({ deal_id: dealId }) => dealId);
}

function describeIdentity({ source, id }: Identity): string {
  return `with source ${JSON.stringify(source)} and id ${JSON.stringify(id)}`;
}

function lostIdentity(identity: Identity): string {
  return `another event ${describeIdentity(identity)} counts: this one has the same identity and other content`;
}

function deadLetterRecord(letter: DeadLetter): NewRecord {
  const { raw: _raw, ...position } = letter;
  return {
    key: `${letter.topic}/${letter.partition}`,
    value: Buffer.from(JSON.stringify({ ...position, record: letter.raw.slice(0, 65_536) })),
    timestamp: letter.received_at,
  };
}
