import { begun, belongsTo, carriedOn } from './alert-life.js';
import { alertId } from './ids.js';
import { wants } from './matching.js';
import { type Circumstances, tell } from './telling.js';
import type { Alert, AlertFinding, Delivery } from './types.js';

export interface PlanInput extends Circumstances {
  /** Of each kind at least the latest: the one that is open, or the last that was. */
  readonly episodes: readonly AlertFinding[];
  /** As stored, of each kind at least the latest. */
  readonly alerts: readonly Alert[];
}

export interface Plan {
  /** Those that are new or have changed. */
  readonly alerts: Alert[];
  readonly deliveries: Delivery[];
}

/**
 * What is to be told of a deal's findings now, and what is to be kept of that. Whoever plans again with what came out
 * tells nothing; whoever lost it plans the same messages, by their ids, while the findings are the same.
 */
export function planDeal(input: PlanInput): Plan {
  const plan: Plan = { alerts: [], deliveries: [] };
  const stored = latestOfKinds(input.alerts, isLaterAlert);
  const episodes = latestOfKinds(input.episodes, isLaterEpisode);
  for (const kind of new Set([...stored.keys(), ...episodes.keys()]))
    planKind(stored.get(kind), episodes.get(kind), input, plan);
  return plan;
}

function planKind(
  before: Alert | undefined,
  episode: AlertFinding | undefined,
  input: PlanInput,
  plan: Plan,
): void {
  const goesOn =
    before !== undefined && (episode === undefined || belongsTo(before, episode, input.settings.flapWithin));
  const next = goesOn ? undefined : begin(before, episode, input);
  if (before !== undefined) {
    const now = goesOn ? carriedOn(before, input.deal, episode, input.now) : before;
    const told = tell(now, goesOn ? episode : undefined, input);
    plan.deliveries.push(...told.deliveries);
    // Nobody looks at an alert that another has followed: it would be due for ever.
    const after = next === undefined ? told.alert : { ...told.alert, next_look_at: null };
    if (isChanged(before, after)) plan.alerts.push({ ...after, version: before.version + 1 });
  }
  if (next !== undefined) {
    const told = tell(next, episode, input);
    plan.deliveries.push(...told.deliveries);
    plan.alerts.push({ ...told.alert, version: 1 });
  }
}

/** @returns undefined where nothing is to be alerted of: what nobody wants to hear of is no alert */
function begin(
  before: Alert | undefined,
  episode: AlertFinding | undefined,
  { deal, endpoints, settings, now, sha256 }: PlanInput,
): Alert | undefined {
  if (episode?.closed_at !== null) return undefined;
  const wanted = settings.endpoints.some(
    (endpoint) => endpoints.get(endpoint.name)?.disabled_at === null && wants(endpoint, deal, episode),
  );
  if (!wanted) return undefined;
  const id = alertId(sha256, deal.id, episode.kind, episode.since, before?.alert_id ?? null);
  return begun(id, deal, episode, now);
}

/** Advice and health go on changing; they are kept as of the latest change that matters. */
function isChanged(before: Alert, after: Alert): boolean {
  return (
    before.status !== after.status ||
    before.since !== after.since ||
    before.severity !== after.severity ||
    before.resolved_at !== after.resolved_at ||
    before.next_look_at !== after.next_look_at ||
    after.told.some(({ endpoint, count }) =>
      before.told.every((told) => told.endpoint !== endpoint || told.count !== count),
    )
  );
}

function latestOfKinds<T extends { readonly kind: string }>(
  list: readonly T[],
  isLater: (one: T, than: T) => boolean,
): Map<string, T> {
  const latest = new Map<string, T>();
  for (const one of list) {
    const known = latest.get(one.kind);
    if (known === undefined || isLater(one, known)) latest.set(one.kind, one);
  }
  return latest;
}

function isLaterEpisode(one: AlertFinding, than: AlertFinding): boolean {
  if (one.closed_at === null || than.closed_at === null) return one.closed_at === null;
  return one.since > than.since;
}

function isLaterAlert(one: Alert, than: Alert): boolean {
  if (one.status !== than.status) return one.status === 'firing';
  return one.raised_at >= than.raised_at;
}
