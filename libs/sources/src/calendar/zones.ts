import { createRequire } from 'node:module';
import type { Instant } from '#domain/time/instant.js';
import { isTimezone, localTimesOf, type LocalTime } from '../instants.js';

/** Makes instants of what a wall clock shows. */
export type WallClock = (local: LocalTime) => Instant;

/** How CLDR tells which zone a Windows name is in a territory. */
interface WindowsZones {
  readonly supplemental: {
    readonly windowsZones: {
      readonly mapTimezones: readonly {
        readonly mapZone: { readonly _other: string; readonly _type: string; readonly _territory: string };
      }[];
    };
  };
}

// Required, not imported: not every tool that compiles this keeps the attribute that imports of JSON need.
const { supplemental } = createRequire(import.meta.url)(
  'cldr-core/supplemental/windowsZones.json',
) as WindowsZones;

/** A Windows name stands for one zone wherever it is used: CLDR's territory 001, the world. */
const windowsNames: ReadonlyMap<string, string> = new Map(
  supplemental.windowsZones.mapTimezones
    .filter(({ mapZone }) => mapZone._territory === '001')
    .map(({ mapZone }) => [mapZone._other, mapZone._type]),
);

/** Records may spell a zone in any case, so that there is no end to the names. */
const MOST_KEPT = 1000;
const kept = new Map<string, WallClock>();

/**
 * The wall clock of a time zone.
 * @param name an IANA name, or a Windows one as Microsoft writes it: `W. Europe Standard Time`
 * @returns undefined where the name is neither
 */
export function wallClockOf(name: string): WallClock | undefined {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const zone = isTimezone(name) ? name : windowsNames.get(name);
  if (zone === undefined) return undefined;
  const clock = localTimesOf(zone);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(name, clock);
  return clock;
}
