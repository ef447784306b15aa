import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareEvents, type DomainEvent } from '../events/domain-event.js';
import type { RuleBook } from '../policy/rules.js';
import { ruleBooks } from '../testing/policies.js';
import { moments, streams } from '../testing/streams.js';
import { type Instant, MILLISECONDS_PER_DAY } from '../time/instant.js';
import { type Chronicle, chronicle, startChronicle } from './chronicle.js';
import type { ScorerRecord } from './records.js';

const RUNS = { numRuns: 150 };
const HOUR = 3_600_000;

/** How a stream comes in: where it is cut, how long after the last of its events an arrival is looked at. */
const arrivals = fc.array(
  fc.record({
    size: fc.integer({ min: 0, max: 6 }),
    after: fc.constantFrom(0, 0, 0, 1, -1, HOUR, MILLISECONDS_PER_DAY, 9 * MILLISECONDS_PER_DAY),
  }),
  { minLength: 12, maxLength: 12 },
);

interface Arrival {
  readonly news: readonly DomainEvent[];
  readonly asOf: Instant;
}

function cut(
  events: readonly DomainEvent[],
  cuts: readonly { readonly size: number; readonly after: number }[],
): Arrival[] {
  const cutUp: Arrival[] = [];
  let from = 0;
  let asOf = events[0]?.time ?? 0;
  for (const [index, { size, after }] of cuts.entries()) {
    const to = index === cuts.length - 1 ? events.length : from + size;
    const news = events.slice(from, to);
    asOf = Math.max(asOf, (news.at(-1)?.time ?? asOf) + after);
    cutUp.push({ news, asOf });
    from = to;
  }
  return cutUp;
}

/** Puts some events off to a later arrival. */
function delayed(inOrder: readonly Arrival[], puttings: readonly (readonly [number, number])[]): Arrival[] {
  const late = inOrder.map(({ news, asOf }) => ({ news: [...news], asOf }));
  for (const [from, by] of puttings) {
    const event = late[from]?.news.shift();
    if (event !== undefined) late[Math.min(from + by, late.length - 1)]?.news.push(event);
  }
  return late;
}

/** Follows a deal through its arrivals as the scorer does, and holds each step against a chronicle started afresh. */
function follow(
  book: RuleBook,
  stream: readonly Arrival[],
  each: (step: { wentOn: boolean; records: readonly ScorerRecord[]; news: readonly DomainEvent[] }) => void,
): void {
  let known: DomainEvent[] = [];
  let carried: Chronicle = startChronicle('d1', book);
  for (const { news, asOf } of stream) {
    known = [...known, ...news].sort(compareEvents);
    const wentOn = carried.goesOn(known, asOf);
    if (!wentOn) carried = startChronicle('d1', book);
    const told = carried.advance(known, asOf);
    const afresh = chronicle('d1', known, asOf, book);
    expect(JSON.stringify(told.records)).toBe(JSON.stringify(afresh.records));
    expect(told.rescoreAt).toBe(afresh.rescoreAt);
    each({ wentOn, records: told.records, news });
  }
}

const ignore = (): void => undefined;

describe('a chronicle that is carried on', () => {
  it('tells what one started afresh tells, whatever the arrivals, late ones and those of one instant too', () => {
    const puttings = fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 4 })), { maxLength: 4 });
    fc.assert(
      fc.property(ruleBooks, streams, arrivals, puttings, (book, events, cuts, off) => {
        follow(book, delayed(cut(events, cuts), off), ignore);
      }),
      RUNS,
    );
  });

  it('tells so at any instants, earlier ones than before too', () => {
    const asked = fc.array(moments, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(ruleBooks, streams, arrivals, asked, (book, events, cuts, instants) => {
        const stream = cut(events, cuts).map(({ news, asOf }, index) => ({
          news,
          asOf: instants[index]?.(events) ?? asOf,
        }));
        follow(book, stream, ignore);
      }),
      RUNS,
    );
  });

  it('goes on wherever what comes is later than the instant that it was last asked about', () => {
    fc.assert(
      fc.property(ruleBooks, streams, arrivals, (book, events, cuts) => {
        const stream = cut(events, cuts);
        let step = 0;
        follow(book, stream, ({ wentOn }) => {
          const before = stream[step - 1]?.asOf ?? Number.NEGATIVE_INFINITY;
          const later = (stream[step]?.news ?? []).every(({ time }) => time > before);
          step += 1;
          expect(wentOn || !later).toBe(true);
        });
      }),
      RUNS,
    );
  });

  it('keeps the object of a record that is over, or that no event was about', () => {
    fc.assert(
      fc.property(ruleBooks, streams, arrivals, (book, events, cuts) => {
        let before = new Map<string, ScorerRecord>();
        follow(book, cut(events, cuts), ({ wentOn, records, news }) => {
          for (const record of records) {
            const known = before.get(`${record.record} ${record.key}`);
            if (wentOn && known !== undefined && isSame(known, record) && isLeft(record, news))
              expect(record).toBe(known);
          }
          before = new Map(records.map((record) => [`${record.record} ${record.key}`, record]));
        });
      }),
      RUNS,
    );
  });

  it('refuses events that are older than what it knows, and an instant that is', () => {
    fc.assert(
      fc.property(ruleBooks, streams, (book, events) => {
        const [first] = events;
        const last = events.at(-1);
        if (first === undefined || last === undefined || first.time === last.time) return;
        const carried = startChronicle('d1', book);
        carried.advance(events.slice(1), last.time);
        expect(carried.goesOn(events, last.time)).toBe(false);
        expect(carried.goesOn(events.slice(1), last.time - 1)).toBe(false);
        expect(() => carried.advance(events, last.time)).toThrow('start another');
      }),
      RUNS,
    );
  });
});

/** Whether nothing of the news could have changed the record. */
function isLeft(record: ScorerRecord, news: readonly DomainEvent[]): boolean {
  const toldOf = (family: string): boolean => news.some(({ type }) => type.startsWith(family));
  switch (record.record) {
    case 'health':
      return true;
    case 'finding':
      return record.closed_at !== null;
    case 'meeting':
      return !toldOf('meeting.');
    case 'next_step':
      return !toldOf('next_step.');
    case 'stage':
      return record.left_at !== null && !toldOf('deal.');
    case 'deal':
      return false;
  }
}

function isSame(a: ScorerRecord, b: ScorerRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
