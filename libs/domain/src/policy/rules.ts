import { HIGHEST_POSITION } from '../events/buying.js';
import { findingRules } from '../findings/rules.js';
import type { FindingRule } from '../findings/rule.js';
import { type Calendar, createCalendar } from '../time/calendar.js';
import type { FindingPolicies, Policy, StagePolicy } from './policy.js';

export type Stage = StagePolicy;

/** A policy made ready for judging the deals of one pipeline. */
export interface Rules {
  readonly calendar: Calendar;
  /** In lower case. */
  readonly sellerDomains: ReadonlySet<string>;
  readonly readyToBuy: number;
  readonly points: Policy['points'];
  readonly findings: FindingPolicies;
  /** The stage of an id or alias as a CRM wrote it; undefined for one that the policy does not know. */
  stage(text: string): Stage | undefined;
  /** The order of the highest stage that a customer's position calls for; 0 where none is called for. */
  calledForAt(position: number): number;
  /** Expected business days of the stage of that order and those after it. */
  expectedFrom(order: number): number;
  /** The enabled kinds whose events are tracked, by the phase in which they apply. */
  readonly judged: { readonly open: readonly FindingRule[]; readonly won: readonly FindingRule[] };
  /** The enabled kinds that are not judged because their events are not tracked. */
  readonly untracked: { readonly open: readonly FindingRule[]; readonly won: readonly FindingRule[] };
}

/** The rules of each pipeline; a pipeline that the policy does not know is judged by `default`. */
export interface RuleBook {
  readonly policy: Policy;
  forPipeline(name: string): Rules;
}

function layerFindings(policy: Policy, pipeline: string): FindingPolicies {
  const own = policy.pipelines[pipeline]?.findings;
  if (own === undefined) return policy.findings;
  const layered = Object.entries(policy.findings).map(([kind, numbers]) => [
    kind,
    { ...numbers, ...own[kind as keyof FindingPolicies] },
  ]);
  return Object.fromEntries(layered) as FindingPolicies;
}

function rulesFor(policy: Policy, calendar: Calendar, pipeline: string): Rules {
  const stages = [...(policy.pipelines[pipeline]?.stages ?? policy.pipelines['default']?.stages ?? [])].sort(
    (a, b) => a.order - b.order,
  );
  const byText = new Map<string, Stage>();
  for (const stage of stages) {
    for (const text of [stage.id, ...stage.aliases]) byText.set(text.toLowerCase(), stage);
  }
  const called = Array.from({ length: HIGHEST_POSITION + 1 }, (_, position) =>
    stages.reduce((order, stage) => {
      const calls = stage.called_for_at !== null && stage.called_for_at <= position;
      return calls ? Math.max(order, stage.order) : order;
    }, 0),
  );
  const findings = layerFindings(policy, pipeline);
  const tracks = new Set<string>(policy.tracks);
  const enabled = findingRules.filter((rule) => findings[rule.kind].enabled);
  const tracked = (rule: FindingRule): boolean => rule.restsOn.every((family) => tracks.has(family));
  const inPhase = (rules: readonly FindingRule[], won: boolean): FindingRule[] =>
    rules.filter((rule) => (rule.family === 'success') === won);
  const judged = enabled.filter(tracked);
  const untracked = enabled.filter((rule) => !tracked(rule));
  return {
    calendar,
    sellerDomains: sellerDomainsOf(policy),
    readyToBuy: policy.ready_to_buy,
    points: policy.points,
    findings,
    stage: (text) => byText.get(text.toLowerCase()),
    calledForAt: (position) => called[position] ?? 0,
    expectedFrom: (order) =>
      stages.reduce((sum, stage) => sum + (stage.order >= order ? (stage.expected_days ?? 0) : 0), 0),
    judged: { open: inPhase(judged, false), won: inPhase(judged, true) },
    untracked: { open: inPhase(untracked, false), won: inPhase(untracked, true) },
  };
}

/** Makes a policy ready for judging. */
/** Domains of addresses on the seller's side, in lower case. */
export function sellerDomainsOf({ seller_domains: domains }: Policy): ReadonlySet<string> {
  return new Set(domains.map((domain) => domain.toLowerCase()));
}

export function createRuleBook(policy: Policy): RuleBook {
  const calendar = createCalendar(policy.calendar);
  const byPipeline = new Map<string, Rules>();
  for (const name of Object.keys(policy.pipelines)) byPipeline.set(name, rulesFor(policy, calendar, name));
  const fallback = byPipeline.get('default') ?? rulesFor(policy, calendar, 'default');
  return { policy, forPipeline: (name) => byPipeline.get(name) ?? fallback };
}
