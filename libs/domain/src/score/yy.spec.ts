import { describe, expect, it, jest } from '@jest/globals';
jest.setTimeout(3_000_000);
import fc from 'fast-check';
import type { CloudEvent } from '../events/cloud-event.js';
import type { DomainEvent } from '../events/domain-event.js';
import type { FindingKind, Severity } from '../findings/kinds.js';
import type { RuleBook } from '../policy/rules.js';
import { collect } from '../testing/collect.js';
import { bookOf } from '../testing/given.js';
import { ruleBooks } from '../testing/policies.js';
import { cloudEvents, moments, streams } from '../testing/streams.js';
import { formatInstant, type Instant, MILLISECONDS_PER_DAY, parseInstant } from '../time/instant.js';
import { type Score, scoreDeal } from './score.js';

const RUNS = { numRuns: 40000 };

/** Kinds with their severities, and whether the deal is paused: what time alone can change. */
function verdict(events: readonly DomainEvent[], at: Instant, book: RuleBook): unknown {
  const score = scoreDeal('d1', events, at, book);
  return score && [score.paused, ...score.findings.map(({ kind, severity }) => [kind, severity])];
}

function severityOf(score: Score | undefined, kind: FindingKind): Severity | undefined {
  return score?.findings.find((finding) => finding.kind === kind)?.severity;
}

function read(instant: string): Instant {
  return parseInstant(instant) ?? Number.NaN;
}

describe('the score of any deal', () => {
  it('does not depend on the order in which events arrive, on repetitions, or on claims to a taken identity', () => {
    const keys = fc.array(fc.nat(999), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(ruleBooks, cloudEvents, moments, keys, (book, events, moment, order) => {
        const rivals = events.flatMap((event, index): CloudEvent[] => {
          const other = events[(order[index] ?? 0) % events.length];
          if (other === undefined || (order[index] ?? 0) % 4 !== 0) return [];
          return [{ ...other, source: event.source, id: event.id }];
        });
        const told = [...events, ...rivals];
        const again = [...told, ...told.filter((_, index) => (order[index] ?? 0) % 3 === 0)]
          .map((event, index) => ({ event: { ...event }, key: order[index % order.length] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const counted = collect(told);
        const asOf = moment(counted);
        expect(scoreDeal('d1', collect(again), asOf, book)).toEqual(scoreDeal('d1', counted, asOf, book));
      }),
      RUNS,
    );
  });

  it('is the same when asked twice', () => {
    fc.assert(
      fc.property(ruleBooks, streams, moments, (book, events, moment) => {
        const asOf = moment(events);
        expect(scoreDeal('d1', events, asOf, book)).toEqual(scoreDeal('d1', events, asOf, book));
      }),
      { numRuns: 100 },
    );
  });

  it('stays the same until next_change_at, and changes then', () => {
    const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(ruleBooks, streams, moments, parts, (book, events, moment, fractions) => {
        const asOf = moment(events);
        const known = events.filter((event) => event.time <= asOf);
        const score = scoreDeal('d1', known, asOf, book);
        if (score === undefined) return;
        const before = verdict(known, asOf, book);
        const next = score.next_change_at === null ? undefined : read(score.next_change_at);
        const last = next === undefined ? asOf + 4000 * MILLISECONDS_PER_DAY : next - 1;
        for (const fraction of [...fractions, 1]) {
          const between = Math.floor(asOf + (last - asOf) * fraction);
          expect([formatInstant(between), verdict(known, between, book)]).toEqual([
            formatInstant(between),
            before,
          ]);
        }
        if (next === undefined) return;
        expect(next).toBeGreaterThan(asOf);
        expect([score.next_change_at, verdict(known, next, book)]).not.toEqual([
          score.next_change_at,
          before,
        ]);
      }),
      RUNS,
    );
  });

  it('tells since when each finding has been there without a break', () => {
    fc.assert(
      fc.property(ruleBooks, streams, moments, (book, events, moment) => {
        const asOf = moment(events);
        for (const { kind, since } of scoreDeal('d1', events, asOf, book)?.findings ?? []) {
          const start = read(since);
          expect(start).toBeLessThanOrEqual(asOf);
          const between = events.flatMap(({ time }) => [time - 1, time]).filter((s) => s > start && s < asOf);
          for (const instant of [start, Math.floor((start + asOf) / 2), ...between]) {
            const score = scoreDeal('d1', events, instant, book);
            expect([kind, formatInstant(instant), severityOf(score, kind) !== undefined]).toEqual([
              ...[kind, formatInstant(instant), true],
            ]);
          }
          expect([kind, since, severityOf(scoreDeal('d1', events, start - 1, book), kind)]).toEqual([
            ...[kind, since, undefined],
          ]);
        }
      }),
      RUNS,
    );
  });

  it('is 100 and its terms for each family, and its health follows from the families', () => {
    fc.assert(
      fc.property(ruleBooks, streams, moments, (book, events, moment) => {
        const score = scoreDeal('d1', events, moment(events), book);
        if (score === undefined) return;
        const { families, findings, terms, health } = score;
        expect(terms.map(({ kind }) => kind)).toEqual(findings.map(({ kind }) => kind));
        for (const [family, points] of Object.entries(families)) {
          const cost = terms.reduce(
            (sum, term, index) => (findings[index]?.family === family ? sum + term.points : sum),
            0,
          );
          expect([family, 100 + cost]).toEqual([family, expect.closeTo(points, 9)]);
          expect(points).toBeGreaterThanOrEqual(0);
        }
        expect(terms.every(({ points }) => points <= 0 && !Object.is(points, -0))).toBe(true);
        const { stall, alignment, success } = families;
        if (stall !== undefined && alignment !== undefined) {
          const low = Math.min(stall, alignment);
          const exact = 0.75 * low + 0.25 * Math.max(stall, alignment);
          expect(Math.abs((health ?? Number.NaN) - exact)).toBeLessThan(0.00501);
        } else if (success !== undefined) expect(health).toBeCloseTo(success, 2);
        else expect(health).toBeNull();
      }),
      RUNS,
    );
  });

  it('rests each finding on events without any of which it would be gone or another', () => {
    fc.assert(
      fc.property(ruleBooks, streams, moments, (book, events, moment) => {
        const asOf = moment(events);
        for (const finding of scoreDeal('d1', events, asOf, book)?.findings ?? []) {
          expect([finding.kind, finding.evidence.length]).not.toEqual([finding.kind, 0]);
          for (const id of finding.evidence) {
            const without = events.filter((event) => `${event.source}|${event.id}` !== id);
            expect(without).toHaveLength(events.length - 1);
            const left = scoreDeal('d1', without, asOf, book)?.findings.find(
              ({ kind }) => kind === finding.kind,
            );
            const untouched = { ...finding, evidence: finding.evidence.filter((other) => other !== id) };
            expect([id, left]).not.toEqual([id, untouched]);
          }
        }
      }),
      RUNS,
    );
  });

  it('can be asked at the ends of time, of events at the ends of time', () => {
    const far = fc.constantFrom(
      ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999Z', '9999-12-31'],
    );
    const book = bookOf({ calendar: { timezone: 'Europe/Berlin' } });
    const places = fc.array(fc.tuple(fc.nat(29), far), { maxLength: 6 });
    fc.assert(
      fc.property(cloudEvents, places, (events, changes) => {
        const changed = events.map((event, index) => {
          const when = changes.find(([place]) => place === index)?.[1];
          if (when === undefined) return event;
          const data = Object.entries(event.data ?? {}).map(([key, value]: [string, unknown]) => [
            key,
            typeof value === 'string' && /^20\d\d-/.test(value) ? when : value,
          ]);
          const time = when.includes('T') && index % 2 === 0 ? when : event.time;
          return { ...event, time, data: Object.fromEntries(data) as object };
        });
        const domain = collect(changed);
        const instants = [...domain.map((event) => event.time), 8.64e15, -8.64e15];
        for (const asOf of instants) expect(() => scoreDeal('d1', domain, asOf, book)).not.toThrow();
      }),
      { numRuns: 15000 },
    );
  });
});
