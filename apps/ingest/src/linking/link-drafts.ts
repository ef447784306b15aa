import { eventCatalogue } from '#domain/events/catalogue.js';
import { contentOf } from '#domain/events/identity.js';
import { validateEvent } from '#domain/events/validate.js';
import { formatInstant, type Instant } from '#domain/time/instant.js';
import { hashOf } from '#warehouse/content-hash.js';
import type { EventStanding, LinkedEvent } from '#warehouse/draft-row.js';
import type { EventKey, Identity } from '#warehouse/event-row.js';
import type { AsideChanges } from '#warehouse/rows.js';
import { lastWins } from '#warehouse/versions.js';
import type { LinkingReads, Warehouse } from '#warehouse/warehouse.js';
import { completeDrafts, type Completed, type Waiting } from './complete.js';
import { type Draft, readDraft, textExtension } from './draft.js';
import { keyedOf } from './find-deals.js';
import { groupKeysOf, keys, scopeOf } from './keys.js';
import { loadKnowledge } from './load-knowledge.js';

export interface Linking {
  readonly warehouse: Warehouse;
  readonly sellerDomains: ReadonlySet<string>;
  readonly now: () => Instant;
}

/** Drafts completed at once: bounds the memory of a change that touches very many. */
const DRAFTS_A_PAGE = 2_000;
/** What another replica writes meanwhile is taken into account by looking again; it does not go on for ever. */
const ROUNDS = 12;

/**
 * Completes these drafts, and all that belong together with them, with what is known now, and brings the store to it.
 * Whoever writes something that others depend on writes first and links then: of two replicas at least one sees both
 * sides. Each round writes the difference only; the last one has found none.
 * @param touched identities of drafts that are new, changed or gone
 * @returns the deals that have, or had, an event made from one of them
 */
export async function linkDrafts(
  touched: readonly Identity[],
  linking: Linking,
): Promise<ReadonlySet<string>> {
  const deals = new Set<string>();
  for (let from = 0; from < touched.length; from += DRAFTS_A_PAGE) {
    const page = touched.slice(from, from + DRAFTS_A_PAGE);
    for (let round = 1; ; round += 1) {
      const changed = await linkOnce(page, linking, deals);
      if (!changed) break;
      if (round === ROUNDS)
        throw new Error('linking did not settle: other writers change the same deals again and again');
    }
  }
  return deals;
}

async function linkOnce(page: readonly Identity[], linking: Linking, deals: Set<string>): Promise<boolean> {
  const { warehouse, sellerDomains, now } = linking;
  const read = warehouse.read.linking;
  const drafts = await wholeGroups(read, page);
  const known = await loadKnowledge(read, drafts, sellerDomains);
  const { completed, waiting, possible } = completeDrafts(drafts, known);
  const made = completed.map((event) => ({ event, linked: linkedEvent(event) }));
  const wanted = new Map(
    made.flatMap(({ linked }) => (linked === undefined ? [] : [[keyText(linked.row), linked]])),
  );
  const broken = made.flatMap(({ event: { draft }, linked }) =>
    linked === undefined ? [{ draft, addresses: [], domains: [] }] : [],
  );

  const identities = distinct([...page, ...drafts, ...possible]);
  const standings = await read.standings(identities);
  const at = lastWins(now());
  const standing = new Map(standings.map((one) => [keyText(one), one]));
  for (const { deal_id: dealId, linked_by: by } of standings) if (by !== '') deals.add(dealId);
  for (const { row } of wanted.values()) deals.add(row.deal_id);

  const written = [...wanted].flatMap(([key, linked]) => {
    const now = standing.get(key);
    return now !== undefined && isSame(now, linked) ? [] : [{ ...linked, version: above(at, now?.version) }];
  });
  const removed = standings
    .filter((one) => one.linked_by !== '' && !one.superseded && !wanted.has(keyText(one)))
    .map((one) => ({ ...one, version: above(at, one.version) }));
  const aside = await asideChanges(read, identities, [...waiting, ...broken], at);

  if (written.length + removed.length > 0) await warehouse.write.linkedEvents({ written, removed });
  if (aside.kept.length + aside.gone.length > 0) await warehouse.write.aside(aside);
  return written.length + removed.length + aside.kept.length + aside.gone.length > 0;
}

/** These drafts with all of their meetings, next steps, series, and deals' stages. */
async function wholeGroups(read: LinkingReads, page: readonly Identity[]): Promise<readonly Draft[]> {
  const drafts = new Map<string, Draft>();
  const asked = new Set<string>();
  const seen = new Set(page.map(identityText));
  let missing = page;
  while (missing.length > 0) {
    const found = (await read.drafts(missing)).map(readDraft);
    for (const draft of found) drafts.set(identityText(draft), draft);
    const fresh = distinctTexts(found.flatMap(belongingKeys)).filter((key) => !asked.has(key));
    for (const key of fresh) asked.add(key);
    missing = (await read.draftsByKeys(fresh)).filter((identity) => !seen.has(identityText(identity)));
    for (const identity of missing) seen.add(identityText(identity));
  }
  return [...drafts.values()];
}

/** Keys of the drafts that must be known for this one to be completed. */
function belongingKeys(draft: Draft): readonly string[] {
  const { source, row, type, data, extensions } = draft;
  const scope = scopeOf(source, row.origin);
  const found = [...groupKeysOf(keyedOf(draft))];
  const series = textExtension(extensions, 'meetingseries');
  // A series is cancelled under its own id; of what it then cancels, everything must be known.
  if (series !== undefined) found.push(keys.meeting(scope, series));
  if (type === 'meeting.cancelled' && data.meeting_id !== undefined)
    found.push(keys.series(scope, data.meeting_id));
  return found;
}

/** The row of a completed event; undefined where what completed it left it no event after all. */
function linkedEvent({
  draft,
  dealId,
  id,
  type,
  data,
  linkedBy,
  shared,
}: Completed): LinkedEvent | undefined {
  const { row, source, time } = draft;
  const { schemaversion } = row;
  const candidate = {
    specversion: '1.0',
    id,
    source,
    type,
    subject: dealId,
    time: formatInstant(time),
    schemaversion,
    data,
  };
  const verdict = validateEvent(candidate);
  if (verdict.outcome !== 'valid') return undefined;
  return {
    row: {
      deal_id: dealId,
      time,
      source,
      id,
      type,
      family: eventCatalogue[type].family,
      schemaversion,
      data: JSON.stringify(data),
      extensions: row.extensions,
      content_hash: hashOf(contentOf(verdict.domain, dealId)),
      recorded_at: row.recorded_at,
    },
    linked_by: linkedBy,
    shared,
  };
}

async function asideChanges(
  read: LinkingReads,
  identities: readonly Identity[],
  waiting: readonly Waiting[],
  at: number,
): Promise<AsideChanges> {
  const before = new Map((await read.aside(identities)).map((one) => [identityText(one), one]));
  const waits = new Map(waiting.map((one) => [identityText(one.draft), one]));
  const kept = [...waits].flatMap(([identity, { draft, addresses, domains }]) => {
    const now = before.get(identity);
    if (now?.aside === true && now.content_hash === draft.row.content_hash) return [];
    return [{ ...draft.row, addresses, domains, version: above(at, now?.version) }];
  });
  const gone = [...before].flatMap(([identity, { source, id, aside, version }]) =>
    aside && !waits.has(identity) ? [{ source, id, version: above(at, version) }] : [],
  );
  return { kept, gone };
}

function isSame(now: EventStanding, { row, linked_by: by, shared }: LinkedEvent): boolean {
  return (
    !now.superseded && now.content_hash === row.content_hash && now.linked_by === by && now.shared === shared
  );
}

/** Above what stands, whatever the clock of whoever wrote it said. */
function above(at: number, version: number | undefined): number {
  return version === undefined || version < at ? at : version + 1;
}

function keyText({ deal_id, time, source, id }: EventKey): string {
  return JSON.stringify([deal_id, time, source, id]);
}

export function identityText({ source, id }: Identity): string {
  return JSON.stringify([source, id]);
}

function distinct(identities: readonly Identity[]): readonly Identity[] {
  return [
    ...new Map(identities.map(({ source, id }) => [identityText({ source, id }), { source, id }])).values(),
  ];
}

function distinctTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
