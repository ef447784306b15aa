import { findingKinds, type FindingKind } from '#domain/findings/kinds.js';
import type { ControlRequest } from './alert-actions.js';

/** Longer ones are no names, and no reasons. */
export const MAX_NAME = 200;
export const MAX_REASON = 2_000;

/** A kind of finding by its name; undefined for any other text. */
export function findingKind(text: string): FindingKind | undefined {
  return Object.values(findingKinds)
    .flat()
    .find((kind) => kind === text);
}

/** What someone says about an alert, as it came from outside; undefined where it is not said rightly. */
export function readControlRequest(value: unknown): ControlRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { deal_id: dealId, kind: named, what, by, reason } = value as Record<string, unknown>;
  const kind = typeof named === 'string' ? findingKind(named) : undefined;
  const told = readWhat(what);
  if (kind === undefined || told === undefined) return undefined;
  if (!isText(dealId, 1, 1_024) || !isText(by, 1, MAX_NAME) || !isText(reason, 0, MAX_REASON))
    return undefined;
  return { deal_id: dealId, kind, what: told, by, reason };
}

function readWhat(value: unknown): ControlRequest['what'] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { do: action, until } = value as Record<string, unknown>;
  if (action === 'snooze')
    return Number.isSafeInteger(until) ? { do: action, until: until as number } : undefined;
  return action === 'ack' || action === 'lift' ? { do: action } : undefined;
}

function isText(value: unknown, shortest: number, longest: number): value is string {
  return typeof value === 'string' && value.length >= shortest && value.length <= longest;
}
