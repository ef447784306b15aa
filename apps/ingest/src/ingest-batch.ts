import type { Instant } from '#domain/time/instant.js';
import type { Batch, Log, NewRecord } from '#log/log.js';
import { RETRACTED_HEADER } from '#log/deal-events.js';
import type { Topics } from '#log/topics.js';
import type { EventKey, EventRow, Identity } from '#warehouse/event-row.js';
import type { DeadLetter } from '#warehouse/kept-aside.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { type Claim, settleClaims } from './claims.js';
import { canonicalOfRow, cloudEventOf, deadLetter, readRecords } from './read-records.js';

/** What became of the records of a batch. */
export interface IngestOutcome {
  readonly counted: number;
  readonly unlinked: number;
  readonly deadLetters: number;
}

export interface IngestDependencies {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly topics: Topics;
  readonly now: () => Instant;
}

/**
 * Takes a batch of raw records in: validate, refuse, settle identities, store, tell the scorer. The batch may be
 * committed once this resolves. It may be handled again after a crash at any point: every step writes the same again.
 */
export async function ingestBatch(
  batch: Batch,
  { log, warehouse, topics, now }: IngestDependencies,
): Promise<IngestOutcome> {
  const receivedAt = now();
  const read = readRecords(batch, receivedAt);
  const identities = read.claims.map(({ row: { source, id } }) => ({ source, id }));
  const stored = identities.length === 0 ? [] : await warehouse.read.identities(identities);
  const settled = await settleClaims(read.claims, stored, async (key) =>
    canonicalOfRow(await storedEvent(warehouse, key)),
  );

  const recordAt = (claim: Claim) => batch.records[claim.index];
  const deadLetters: DeadLetter[] = [...read.deadLetters];
  for (const claim of settled.refused) {
    const record = recordAt(claim);
    if (record !== undefined)
      deadLetters.push(deadLetter(batch, record, [lostIdentity(claim.row)], receivedAt));
  }
  for (const { loser, claim } of settled.takeovers) {
    const record = recordAt(claim);
    if (record === undefined) continue;
    // It is the stored event that is refused now, not the record that brought its rival.
    const raw = JSON.stringify(cloudEventOf(await storedEvent(warehouse, loser)));
    deadLetters.push({ ...deadLetter(batch, record, [lostIdentity(loser)], receivedAt, 1), raw });
  }

  // 1. Dead letters first: were they written after the events, a crash between the two would lose those of events
  //    that lost their identity, as the next attempt finds the winner in place.
  if (deadLetters.length > 0) {
    await warehouse.write.deadLetters(deadLetters);
    await log.append(topics.deadLetters, deadLetters.map(deadLetterRecord));
  }
  if (read.unlinked.length > 0) await warehouse.write.unlinked(read.unlinked);

  // 2. Retractions before the events, for the same reason: the scorer leaves a retracted event out on this word alone.
  const retractions = settled.takeovers.map(({ loser }) => retractionRecord(loser, receivedAt));
  if (retractions.length > 0) await log.append(topics.dealEvents, retractions);

  // 3. The events. Only what is stored may be told: the scorer reads the store.
  await warehouse.write.events({ append: settled.append, takeovers: settled.takeovers });

  // 4. Tell the scorer, also of what was stored before: a crash after 3 may have kept it from knowing. Retractions
  //    once more: a deal that it read from the store between 2 and 3 still had the event in it.
  if (settled.counted.length > 0) {
    const records = settled.counted.map((claim) => ({
      key: claim.row.deal_id,
      value: recordAt(claim)?.value ?? Buffer.alloc(0),
      timestamp: receivedAt,
    }));
    await log.append(topics.dealEvents, [...retractions, ...records]);
  }
  return { counted: settled.counted.length, unlinked: read.unlinked.length, deadLetters: deadLetters.length };
}

async function storedEvent(warehouse: Warehouse, key: EventKey): Promise<EventRow> {
  for await (const deal of warehouse.read.events([key.deal_id])) {
    const row = deal.events.find((event) => event.source === key.source && event.id === key.id);
    if (row !== undefined) return row;
  }
  throw new Error(
    `the store names the event ${describeIdentity(key)} of deal ${JSON.stringify(key.deal_id)} but does not hold it`,
  );
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

/** Only its key matters: that the event of this identity and time no longer counts for the deal. */
function retractionRecord(key: EventKey, receivedAt: Instant): NewRecord {
  return {
    key: key.deal_id,
    value: Buffer.from(JSON.stringify({ source: key.source, id: key.id, time: key.time })),
    headers: { [RETRACTED_HEADER]: '1' },
    timestamp: receivedAt,
  };
}
