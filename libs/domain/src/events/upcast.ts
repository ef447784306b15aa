import { eventCatalogue, type EventType } from './catalogue.js';

/** Turns the data of one schema version into that of the next. */
export type Upcaster = (data: unknown) => unknown;

/** By type and the version that is turned into the next: `'deal.opened@1'`. Every type is at version 1 today. */
export type Upcasters = Readonly<Record<string, Upcaster>>;

export const upcasters: Upcasters = {};

/**
 * Brings an event's data to the version that the code folds. Stored events are never changed: this happens at
 * every read.
 * @returns undefined where the version is newer than the code, or no path leads from it
 */
export function upcast(
  type: EventType,
  version: number,
  data: unknown,
  registry: Upcasters = upcasters,
  current: number = eventCatalogue[type].version,
): { readonly data: unknown } | undefined {
  if (!Number.isInteger(version) || version < 1 || version > current) return undefined;
  let upcasted = data;
  for (let from = version; from < current; from += 1) {
    const step = Object.hasOwn(registry, `${type}@${from}`) ? registry[`${type}@${from}`] : undefined;
    if (step === undefined) return undefined;
    upcasted = step(upcasted);
  }
  return { data: upcasted };
}
