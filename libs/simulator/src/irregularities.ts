import { formatInstant } from '#domain/time/instant.js';
import { stepBack } from './crm.js';
import { isLeaving, withdrawMilestone } from './customer.js';
import { habits } from './habits.js';
import { owners, type Owner } from './owners.js';
import { isPaused, laterInPhase, tell, type Sale } from './sale.js';
import { pauseReasons } from './words.js';
import { instantAt, workdaysAfter } from './working-time.js';

/** A known wait: it says why, and mostly until when. */
function pause(sale: Sale): void {
  const { rng } = sale;
  if (isLeaving(sale.customer) || isPaused(sale)) return;
  const length = rng.whole(15, 40);
  const until = workdaysAfter(sale.day, length);
  const open = rng.chance(0.12);
  sale.pausedUntil = until;
  tell(sale, 'deal.paused', {
    ...(open ? {} : { until: formatInstant(instantAt(until, 'Europe/Berlin', 8 * 60)) }),
    reason: rng.pick(pauseReasons),
  });
  // One without an end has to be lifted by hand; of the others, some are over sooner than was thought.
  if (!open && !rng.chance(0.3)) return;
  laterInPhase(sale, open ? length : rng.whole(5, length - 1), 'Europe/Berlin', () => {
    sale.pausedUntil = undefined;
    tell(sale, 'deal.resumed', {});
  });
}

/** The customer has other things to do, and says nothing. */
function goQuiet(sale: Sale): void {
  sale.customer.quietUntil = workdaysAfter(sale.day, sale.rng.whole(12, 28));
}

/** A colleague of the same team takes over. */
function handOver(sale: Sale): void {
  const { rng } = sale;
  const team = owners.filter((o) => o.team === sale.owner.team && o.id !== sale.owner.id);
  sale.owner = rng.pick(team);
  sale.traits = habits[sale.owner.habit];
  tell(sale, 'deal.owner_changed', { owner: ownerData(sale) });
}

/** An owner as deals name one. */
export function ownerData(sale: Sale): Pick<Owner, 'id' | 'name' | 'email' | 'team'> {
  const { id, name, email, team } = sale.owner;
  return { id, name, email, team };
}

/** The CRM's record disappears; mostly by mistake, and then it comes back. */
function remove(sale: Sale): void {
  const { rng } = sale;
  tell(sale, 'deal.removed', {});
  if (rng.chance(0.6)) {
    laterInPhase(sale, rng.whole(1, 4), 'Europe/Berlin', () => {
      tell(sale, 'deal.restored', {});
    });
    return;
  }
  sale.agenda.clear();
  sale.phase = 'over';
}

/** What happens to some deals, decided at their opening: each on a day of its own. */
export function planIrregularities(sale: Sale): void {
  const { rng } = sale;
  const some = (share: number, from: number, to: number, happens: () => void): void => {
    const day = rng.whole(from, to);
    if (rng.chance(share)) laterInPhase(sale, day, 'Europe/Berlin', happens);
  };
  some(0.08, 15, 110, () => {
    pause(sale);
  });
  some(0.25, 15, 100, () => {
    goQuiet(sale);
  });
  some(0.03, 10, 90, () => {
    handOver(sale);
  });
  some(0.012, 4, 60, () => {
    remove(sale);
  });
  some(0.02, 5, 120, () => {
    tell(sale, 'deal.history_gap', {});
  });
  some(0.06, 30, 90, () => {
    withdrawMilestone(sale);
    stepBack(sale);
  });
}
