import { type Calendar, LAST_DAY_OF_TIME } from './calendar.js';
import { MILLISECONDS_PER_DAY, type Instant } from './instant.js';

/** Time during which a deal is paused: from (included) to (excluded; Infinity: no end known). Disjoint and in order. */
export interface Pause {
  readonly from: Instant;
  readonly to: Instant;
}

/** Business time in milliseconds of a 24-hour day, so that a working day of 23 or 25 hours counts as one. */
type BusinessMilliseconds = number;

/** Far below a millisecond's share of any day, far above what rounding in 64 bits can amount to. */
const ROUNDING = 5e-3;

/** Business time passed at an instant, from an arbitrary but fixed start. */
export function businessTime(calendar: Calendar, at: Instant): BusinessMilliseconds {
  const day = calendar.dayOf(at);
  const whole = calendar.workingDaysBefore(day) * MILLISECONDS_PER_DAY;
  if (!calendar.isWorkingDay(day)) return whole;
  const start = calendar.startOf(day);
  const length = calendar.startOf(day + 1) - start;
  const passed = at - start;
  return whole + (length === MILLISECONDS_PER_DAY ? passed : (passed * MILLISECONDS_PER_DAY) / length);
}

/** The first instant at which the business time passed is above (`strict`), or has reached, the target. */
function instantOf(calendar: Calendar, target: BusinessMilliseconds, strict: boolean): Instant {
  let ordinal = Math.floor(target / MILLISECONDS_PER_DAY);
  let rest = target - ordinal * MILLISECONDS_PER_DAY;
  // A whole day is reached when the working day before ends, not when the next one begins.
  if (!strict && rest === 0) {
    ordinal -= 1;
    rest = MILLISECONDS_PER_DAY;
  }
  for (;;) {
    const day = calendar.workingDay(ordinal);
    if (day === undefined || Math.abs(day) > LAST_DAY_OF_TIME) return Number.POSITIVE_INFINITY;
    const start = calendar.startOf(day);
    const length = calendar.startOf(day + 1) - start;
    // A working day that the zone skipped altogether can't hold the instant.
    if (length > 0) {
      const passed = (rest * length) / MILLISECONDS_PER_DAY;
      return start + (strict ? Math.floor(passed + ROUNDING) + 1 : Math.ceil(passed - ROUNDING));
    }
    ordinal += 1;
    rest = 0;
  }
}

function pausedWithin(
  calendar: Calendar,
  pauses: readonly Pause[],
  a: Instant,
  b: Instant,
): BusinessMilliseconds {
  let paused = 0;
  for (const pause of pauses) {
    const from = Math.max(pause.from, a);
    const to = Math.min(pause.to, b);
    if (from < to) paused += businessTime(calendar, to) - businessTime(calendar, from);
  }
  return paused;
}

/**
 * `bd(a, b)`: business days from a to b, each working day by the share of it that lies between; pauses do not count.
 * @returns 0 where b is not after a
 */
export function businessDays(
  calendar: Calendar,
  a: Instant,
  b: Instant,
  pauses: readonly Pause[] = [],
): number {
  if (b <= a) return 0;
  const passed = businessTime(calendar, b) - businessTime(calendar, a) - pausedWithin(calendar, pauses, a, b);
  return passed / MILLISECONDS_PER_DAY;
}

/**
 * The first instant x at which `bd(a, x) > days`.
 * Every "over N business days" is asked as `t >= overAt(…)`, so that a verdict and the instant at which it
 * turns can never disagree.
 * @returns Infinity where a pause without an end stands before it
 */
export function overAt(calendar: Calendar, pauses: readonly Pause[], a: Instant, days: number): Instant {
  let target = businessTime(calendar, a) + days * MILLISECONDS_PER_DAY;
  let at = instantOf(calendar, target, true);
  for (const pause of pauses) {
    if (pause.to <= a) continue;
    if (at <= pause.from) break;
    if (pause.to === Number.POSITIVE_INFINITY) return pause.to;
    target += businessTime(calendar, pause.to) - businessTime(calendar, Math.max(pause.from, a));
    at = instantOf(calendar, target, true);
  }
  return at;
}

/** The first instant x at which `bd(x, b) <= days`, looking ahead: pauses count like any day. */
export function withinAt(calendar: Calendar, b: Instant, days: number): Instant {
  return instantOf(calendar, businessTime(calendar, b) - days * MILLISECONDS_PER_DAY, false);
}

/** The first instant x at which `bd(x, b) < days`, looking ahead: pauses count like any day. */
export function fewerAt(calendar: Calendar, b: Instant, days: number): Instant {
  return instantOf(calendar, businessTime(calendar, b) - days * MILLISECONDS_PER_DAY, true);
}
