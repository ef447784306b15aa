import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DomainEvent } from '../events/domain-event.js';
import type { RuleBook } from '../policy/rules.js';
import { ruleBooks } from '../testing/policies.js';
import { moments, streams } from '../testing/streams.js';
import { formatInstant, type Instant, MILLISECONDS_PER_DAY, parseInstant } from '../time/instant.js';
import { chronicle } from './chronicle.js';
import type { DealRecord, FindingRecord, HealthRecord, ScorerRecord } from './records.js';
import { scoreDeal } from './score.js';

const RUNS = { numRuns: 200 };

interface Kept {
  readonly all: readonly ScorerRecord[];
  readonly deal: DealRecord | undefined;
  readonly health: readonly HealthRecord[];
  readonly findings: readonly FindingRecord[];
}

function keptAt(events: readonly DomainEvent[], asOf: Instant, book: RuleBook): Kept {
  const { records } = chronicle('d1', events, asOf, book);
  return {
    all: records,
    deal: records.find((record) => record.record === 'deal'),
    health: records.filter((record) => record.record === 'health'),
    findings: records.filter((record) => record.record === 'finding'),
  };
}

/** Whether the instant lies in [from, to); both as records tell them, null: without an end. */
function within(instant: Instant, from: string, to: string | null): boolean {
  const end = to === null ? Number.POSITIVE_INFINITY : (parseInstant(to) ?? Number.NaN);
  return (parseInstant(from) ?? Number.NaN) <= instant && instant < end;
}

describe('what is kept of a deal', () => {
  it('tells its health without a gap from the opening on, one row for each change', () => {
    fc.assert(
      fc.property(ruleBooks, streams, moments, (book, events, moment) => {
        const asOf = moment(events);
        const { all, deal, health } = keptAt(events, asOf, book);
        if (deal === undefined) {
          expect(all).toEqual([]);
          return;
        }
        expect(health[0]?.valid_from).toBe(deal.opened_at);
        expect(health.map((row) => row.valid_to)).toEqual([
          ...health.slice(1).map((row) => row.valid_from),
          null,
        ]);
        const starts = health.map((row) => parseInstant(row.valid_from) ?? Number.NaN);
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        const told = health.map((row) => JSON.stringify({ ...row, key: '', valid_from: '', valid_to: '' }));
        told.forEach((row, index) => {
          expect(row).not.toBe(told[index - 1]);
        });
      }),
      RUNS,
    );
  });

  it('agrees at any instant in the past with what a scoring as of that instant says', () => {
    const stops = fc.array(moments, { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(ruleBooks, streams, moments, stops, (book, events, moment, more) => {
        const asOf = moment(events);
        const { health, findings } = keptAt(events, asOf, book);
        const instants = [
          ...events.flatMap(({ time }) => [time - 1, time]),
          ...more.map((stop) => stop(events)),
          ...findings.map((finding) => parseInstant(finding.opened_at) ?? asOf),
          asOf,
        ];
        for (const instant of instants.filter((candidate) => candidate <= asOf)) {
          const score = scoreDeal('d1', events, instant, book);
          const row = health.find((candidate) => within(instant, candidate.valid_from, candidate.valid_to));
          const open = findings.filter((finding) => within(instant, finding.opened_at, finding.closed_at));
          const when = formatInstant(instant);
          expect([when, Object.fromEntries(open.map(({ kind, opened_at }) => [kind, opened_at]))]).toEqual([
            when,
            Object.fromEntries((score?.findings ?? []).map(({ kind, since }) => [kind, since])),
          ]);
          expect([when, row === undefined]).toEqual([when, score === undefined]);
          if (row === undefined || score === undefined) continue;
          expect([when, standing(row)]).toEqual([
            when,
            {
              status: score.status,
              health: score.health,
              stall: score.families.stall ?? null,
              alignment: score.families.alignment ?? null,
              success: score.families.success ?? null,
              pipeline: score.pipeline,
              stage: score.stage,
              position: score.position,
              amount: score.amount,
              currency: score.currency,
              paused: score.paused,
              finding_kinds: score.findings.map(({ kind }) => kind),
              finding_severities: score.findings.map(({ severity }) => severity),
            },
          ]);
        }
      }),
      RUNS,
    );
  });

  it('holds the findings that are open with the severity and the history that they have', () => {
    fc.assert(
      fc.property(ruleBooks, streams, moments, (book, events, moment) => {
        const asOf = moment(events);
        const score = scoreDeal('d1', events, asOf, book);
        const { deal, findings } = keptAt(events, asOf, book);
        const open = findings.filter((finding) => finding.closed_at === null);
        expect(Object.fromEntries(open.map(({ kind, severity }) => [kind, severity]))).toEqual(
          Object.fromEntries((score?.findings ?? []).map(({ kind, severity }) => [kind, severity])),
        );
        expect(deal?.term_points ?? []).toEqual((score?.terms ?? []).map(({ points }) => points));
        expect(deal?.next_change_at ?? null).toBe(score?.next_change_at ?? null);
        expect(deal?.not_judged ?? []).toEqual(score?.not_judged ?? []);
        expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length);
        for (const { severity, worst_severity: worst, closed_at: closed, closed_by: by } of findings) {
          const ranks = ['info', 'warning', 'critical'];
          expect(ranks.indexOf(worst)).toBeGreaterThanOrEqual(ranks.indexOf(severity));
          expect(by === null).toBe(closed === null);
        }
        for (const { kind, opened_at: opened, closed_at: closed } of findings)
          expect([kind, closed === null || opened < closed]).toEqual([kind, true]);
      }),
      RUNS,
    );
  });

  it('stays as it is until the instant at which it says to look again', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(ruleBooks, streams, moments, share, (book, events, moment, part) => {
        const asOf = moment(events);
        const { records, rescoreAt } = chronicle('d1', events, asOf, book);
        expect(rescoreAt).toBeGreaterThan(asOf);
        const last = Math.min(rescoreAt - 1, asOf + 4000 * MILLISECONDS_PER_DAY);
        for (const instant of [Math.floor(asOf + (last - asOf) * part), last])
          expect(chronicle('d1', events, instant, book).records).toEqual(records);
      }),
      RUNS,
    );
  });
});

function standing(row: HealthRecord): object {
  const { status, health, stall, alignment, success, pipeline, stage, position, amount, currency } = row;
  const { paused, finding_kinds, finding_severities } = row;
  return {
    ...{ status, health, stall, alignment, success, pipeline, stage, position, amount, currency },
    ...{ paused, finding_kinds, finding_severities },
  };
}
