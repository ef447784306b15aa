import { expect } from '@jest/globals';
import { canonicalJson } from '#domain/events/canonical-json.js';
import { chronicle } from '#domain/score/chronicle.js';
import { rebuild } from '#scorer/rebuild.js';
import { collect, foldable, recordsOf } from '../support/system.js';
import type { Deployment, Place } from './deployment.js';
import { book, type Parcel, type Refused, type Rivals } from './parcel.js';

/** What was produced, and so what must be in the store, each once and nothing else. */
export interface Ledger {
  /** Produces the records of a parcel, and enters it. */
  send(parcel: Parcel): Promise<void>;
  /**
   * Waits until all that was produced is taken in and scored, and compares. Says the sums in one line on stderr.
   * @param after what the system went through, for that line
   */
  check(after: string): Promise<void>;
}

interface StoredLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly position: number;
  readonly reasons: readonly string[];
}

/** @param deployment of which the warehouse is asked for at each check */
export function openLedger(deployment: Pick<Deployment, 'warehouse' | 'produce' | 'settled'>): Ledger {
  const parcels: Parcel[] = [];
  const letters = new Map<string, Refused>();
  const rivals = new Map<Rivals, string[]>();
  let produced = 0;

  async function stored(query: string): Promise<readonly string[]> {
    const rows = await deployment.warehouse.read.select(query);
    return rows.map((row) => Object.values(row).join(' '));
  }

  async function storedLetters(): Promise<readonly StoredLetter[]> {
    const rows = await deployment.warehouse.read.select(
      'SELECT topic, partition, toUInt32(offset) AS offset, position, reasons FROM dead_letters',
    );
    return rows as readonly unknown[] as readonly StoredLetter[];
  }

  return {
    async send(parcel) {
      const places = await deployment.produce(parcel.records);
      produced += places.length;
      parcels.push(parcel);
      for (const refused of parcel.refused ?? []) {
        // A record that is produced several times is refused as often.
        parcel.records.forEach((record, index) => {
          const place = places[index];
          if (record === refused.record && place !== undefined)
            letters.set(placeText(place, refused.position), refused);
        });
      }
      for (const rival of parcel.rivals ?? []) {
        const known = rivals.get(rival) ?? [];
        rivals.set(rival, known);
        places.forEach((place, index) => {
          if (parcel.records[index] === rival.loser) known.push(placeText(place, 0));
          if (parcel.records[index] === rival.winner) known.push(placeText(place, DISPLACED));
        });
      }
    },

    async check(after) {
      await deployment.settled();
      const { warehouse } = deployment;
      const expected = new Set(
        parcels.flatMap(({ events }) => events.map(({ deal, source, id }) => `${deal} ${source} ${id}`)),
      );
      const events = await stored('SELECT deal_id, source, id FROM events');
      const aside = new Set(
        parcels.flatMap(({ unlinked = [] }) => unlinked.map(({ source, id }) => `${source} ${id}`)),
      );
      const unlinked = await stored('SELECT source, id FROM unlinked');
      const refused = await storedLetters();
      const before = await recordsOf(warehouse);
      const { deals, changed } = await rebuild(warehouse, book, Date.now(), {});
      process.stderr.write(
        `${after}: ${produced} produced, ${expected.size} distinct events, ${events.length} stored, ` +
          `${reasonsTold(refused)}, ${unlinked.length} unlinked, ${deals} deals, rebuild changed ${changed}\n`,
      );
      expect({ events: difference(events, expected), unlinked: difference(unlinked, aside) }).toEqual({
        events: NONE,
        unlinked: NONE,
      });
      expectRivals(refused, rivals);
      const ofRivals = new Set([...rivals.values()].flat());
      expectLetters(
        refused.filter((letter) => !ofRivals.has(placeText(letter, letter.position))),
        letters,
      );
      expect(changed).toBe(0);
      expect(await recordsOf(warehouse)).toEqual(before);
      await expectScores(deployment, parcels);
    },
  };
}

/** A letter of an event that another's record displaced stands at this position of that record. */
const DISPLACED = 1_000_000;

/** One letter at least: the loser's, or that of the winner's record, or both where one of them is read again. */
function expectRivals(stored: readonly StoredLetter[], rivals: ReadonlyMap<Rivals, readonly string[]>): void {
  const byPlace = new Map(stored.map((letter) => [placeText(letter, letter.position), letter.reasons]));
  for (const [{ reason }, places] of rivals) {
    const told = places.flatMap((place) => byPlace.get(place) ?? []);
    expect(told).toEqual(told.map(() => expect.stringMatching(reason)));
    expect(told.length).toBeGreaterThan(0);
  }
}

const NONE = { missing: [], twice: [], foreign: [] };

function difference(stored: readonly string[], expected: ReadonlySet<string>): typeof NONE | object {
  const found = new Set(stored);
  return {
    missing: [...expected].filter((one) => !found.has(one)),
    twice: stored.filter((one, index) => stored.indexOf(one) !== index),
    foreign: stored.filter((one) => !expected.has(one)),
  };
}

function placeText({ topic, partition, offset }: Place, position: number): string {
  return `${topic}/${partition}@${offset}#${position}`;
}

function expectLetters(stored: readonly StoredLetter[], expected: ReadonlyMap<string, Refused>): void {
  const places = stored.map((letter) => placeText(letter, letter.position));
  expect(places.toSorted()).toEqual([...expected.keys()].toSorted());
  for (const letter of stored) {
    const { reasons = [] } = expected.get(placeText(letter, letter.position)) ?? {};
    const beginnings = letter.reasons.map((reason, index) => reason.slice(0, reasons[index]?.length));
    expect(beginnings).toEqual(reasons);
  }
}

function reasonsTold(letters: readonly StoredLetter[]): string {
  if (letters.length === 0) return '0 dead letters';
  const counts = new Map<string, number>();
  for (const { reasons } of letters) {
    // Without what is quoted of the one record.
    const first = (reasons[0] ?? '').replaceAll(/"[^"]*"/g, '…');
    const short = first.length > 70 ? `${first.slice(0, 70)}…` : first;
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  const told = [...counts].map(([reason, count]) => `${count} × ${reason}`).join('; ');
  return `${letters.length} dead letters (${told})`;
}

/** The records of deals whose events are all known are those that the domain makes of them, without any store. */
async function expectScores(
  { warehouse }: Pick<Deployment, 'warehouse'>,
  parcels: readonly Parcel[],
): Promise<void> {
  const deals = foldable(parcels.flatMap(({ canonical = [] }) => canonical));
  const expected = [...deals].flatMap(([dealId, events]) =>
    chronicle(dealId, events, Date.now(), book).records.map(canonicalJson),
  );
  const records = await collect(warehouse.read.records());
  const stored = records.filter(({ deal_id: dealId }) => deals.has(dealId)).map(canonicalJson);
  expect(stored.length).toBe(expected.length);
  expect(stored.toSorted()).toEqual(expected.toSorted());
}
