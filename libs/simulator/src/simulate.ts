import type { DayNumber, Instant } from '#domain/time/instant.js';
import { accountOf, ownerOfAccount } from './accounts.js';
import { simulateDeal } from './deal.js';
import type { Delivery, SimulatedEvent } from './journal.js';
import { owners } from './owners.js';
import { randomFor } from './random.js';
import { dayOf, isWorkday } from './working-time.js';

export interface SimulationOptions {
  /** Same seed, same events. */
  readonly seed: number;
  /** How many deals open; those that grow out of them, and duplicates, come on top (about 2 in 100). */
  readonly deals?: number;
  /** The present: nothing happens or arrives later. */
  readonly until: Instant;
  /**
   * The days before `until` that the picture is about. The organisation was there before them: deals open from a
   * quarter of that time earlier on, so that the period begins with deals in every stage, and the cycles of the closed
   * ones are not just the short ones.
   */
  readonly days?: number;
  /** `time`: as one feed brings them, by arrival; `deal`: deal by deal, by arrival, with the memory of one deal. */
  readonly order?: 'time' | 'deal';
  /** Share of events that are delivered twice (0 to 1). */
  readonly duplicates?: number;
  /** Share of calendar, mail and delivery events that arrive hours or days after they happened (0 to 1). */
  readonly late?: number;
}

const DEALS_PER_ACCOUNT = 1.3;

/** How much longer than the period itself deals had been opening before it, as a share of it. */
const LEAD = 0.25;

function workdayBefore(day: DayNumber): DayNumber {
  let at = day - 1;
  while (!isWorkday(at)) at--;
  return at;
}

function* byDeal(options: SimulationOptions): Generator<Delivery[]> {
  const { seed, deals = 1500, until, days = 365, duplicates = 0.003, late = 0.01 } = options;
  const present = dayOf(until);
  const accountsPerOwner = Math.max(1, Math.round(deals / DEALS_PER_ACCOUNT / owners.length));
  for (let number = 0; number < deals; number++) {
    const rng = randomFor(seed, `plan/${number}`);
    const account = (number % owners.length) + owners.length * rng.whole(0, accountsPerOwner - 1);
    yield simulateDeal({
      seed,
      id: `deal-${String(number + 1).padStart(6, '0')}`,
      account: accountOf(seed, account),
      owner: ownerOfAccount(account),
      openedOn: workdayBefore(present - Math.floor(rng.between(0, days * (1 + LEAD)))),
      until,
      disorder: { duplicates, late },
      expansion: false,
    });
  }
}

/**
 * The events of a sales organisation, as canonical CloudEvents. Ids are unique; a repeated delivery has the same id
 * and content. An event that became known later than it happened bears `recordedtime`.
 */
export function* simulate(options: SimulationOptions): Generator<SimulatedEvent> {
  if ((options.order ?? 'time') === 'deal') {
    for (const deliveries of byDeal(options)) for (const { event } of deliveries) yield event;
    return;
  }
  const all = [...byDeal(options)].flat();
  all.sort(
    (a, b) => a.arrives - b.arrives || (a.event.id < b.event.id ? -1 : a.event.id > b.event.id ? 1 : 0),
  );
  for (const { event } of all) yield event;
}
