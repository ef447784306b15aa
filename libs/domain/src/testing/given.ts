import { expect } from '@jest/globals';
import type { DomainEvent } from '../events/domain-event.js';
import { type FindingKind, findingKinds, type Severity } from '../findings/kinds.js';
import { layerPolicy } from '../policy/parse-policy.js';
import { createRuleBook, type RuleBook } from '../policy/rules.js';
import { type Score, scoreDeal } from '../score/score.js';
import { formatInstant } from '../time/instant.js';
import { at, type Fact, text, toEvents } from './facts.js';

/** What a policy file would say, layered over the defaults. */
export type PolicyFile = Readonly<Record<string, unknown>>;

const SELLER: PolicyFile = { seller_domains: ['seller.example'] };

/** @throws Error with every fault of a policy that a spec got wrong */
export function bookOf(...layers: readonly PolicyFile[]): RuleBook {
  const parsed = layerPolicy(SELLER, ...layers);
  if (parsed.policy === undefined) throw new Error(JSON.stringify(parsed.faults));
  return createRuleBook(parsed.policy);
}

/** A policy under which no other kinds than these are judged. */
export function only(...kinds: readonly FindingKind[]): PolicyFile {
  const all: readonly FindingKind[] = Object.values(findingKinds).flat();
  return { findings: Object.fromEntries(all.map((kind) => [kind, { enabled: kinds.includes(kind) }])) };
}

/** What a finding is expected to be; what is left out is not looked at. */
interface ExpectedFinding {
  readonly severity?: Severity;
  /** As `at` reads it. */
  readonly since?: string;
  /** The ids of the facts, in order. */
  readonly evidence?: readonly string[];
  readonly numbers?: Readonly<Record<string, number | string | null>>;
  readonly advice?: string | RegExp;
}

/** The deal d1 under a policy: `given(policy).events(…).asOf(t)`, then what is expected of its score. */
export function given(...policies: readonly PolicyFile[]) {
  const book = bookOf(...policies);
  return { events: (...facts: readonly Fact[]) => deal(book, toEvents(facts)) };
}

function deal(book: RuleBook, events: readonly DomainEvent[]) {
  const asOf = (when: string) => asked(scoreDeal('d1', events, at(when), book));
  const severityAt = (kind: FindingKind, instant: number): Severity | null =>
    scoreDeal('d1', events, instant, book)?.findings.find((finding) => finding.kind === kind)?.severity ??
    null;
  return {
    asOf,
    /**
     * The instants at which the finding comes, changes and goes (null), to the millisecond: a millisecond before
     * each it is still as it was, and foretold for that instant if no event brings it.
     */
    expectTurns(kind: FindingKind, ...turns: readonly (readonly [string, Severity | null])[]): void {
      let before: Severity | null = null;
      for (const [when, after] of turns) {
        const instant = at(when);
        expect([when, severityAt(kind, instant - 1)]).toEqual([when, before]);
        expect([when, severityAt(kind, instant)]).toEqual([when, after]);
        if (events.every((event) => event.time !== instant)) {
          const foretold = scoreDeal('d1', events, instant - 1, book)?.next_change_at;
          expect([kind, foretold]).toEqual([kind, formatInstant(instant)]);
        }
        before = after;
      }
    },
    /** That the finding holds at none of these instants. */
    expectNever(kind: FindingKind, ...whens: readonly string[]): void {
      for (const when of whens) expect([when, severityAt(kind, at(when))]).toEqual([when, null]);
    },
  };
}

function asked(score: Score | undefined) {
  const told = (): Score => {
    if (score === undefined) throw new Error('the deal has no score line');
    return score;
  };
  return {
    score,
    told,
    /** These findings and no others. */
    expectFindings(expectations: Readonly<Partial<Record<FindingKind, ExpectedFinding>>>): void {
      expect(told().findings.map((finding) => finding.kind)).toEqual(Object.keys(expectations));
      for (const [kind, expectation] of Object.entries(expectations))
        expectFinding(told(), kind, expectation);
    },
    expectFinding(kind: FindingKind, expectation: ExpectedFinding): void {
      expectFinding(told(), kind, expectation);
    },
    expectNoFinding(kind: FindingKind): void {
      expect(told().findings.map((finding) => finding.kind)).not.toContain(kind);
    },
    expectStatus(status: Score['status'], health?: number | null): void {
      expect(told().status).toBe(status);
      if (health !== undefined) expect(told().health).toBe(health);
    },
    /** `at` text, or null: never. */
    expectNextChange(when: string | null): void {
      expect(told().next_change_at).toBe(when === null ? null : text(when));
    },
    expectNoScore(): void {
      expect(score).toBeUndefined();
    },
  };
}

function expectFinding(score: Score, kind: string, expectation: ExpectedFinding): void {
  const finding = score.findings.find((candidate) => candidate.kind === kind);
  const { severity, since, evidence, numbers, advice } = expectation;
  expect({ kind: finding?.kind }).toEqual({ kind });
  if (severity !== undefined) expect([kind, finding?.severity]).toEqual([kind, severity]);
  if (since !== undefined) expect([kind, finding?.since]).toEqual([kind, text(since)]);
  if (evidence !== undefined)
    expect(finding?.evidence.map((id) => id.replace(/^crm\|/, ''))).toEqual(evidence);
  if (numbers !== undefined) expect(finding?.numbers).toEqual(numbers);
  if (advice !== undefined) expect(finding?.advice).toMatch(advice);
}
