import type { DayNumber, Instant } from '#domain/time/instant.js';
import type { Account } from './accounts.js';
import { createJournal, type Delivery, type Disorder } from './journal.js';
import type { Owner } from './owners.js';
import { randomFor } from './random.js';
import { instantAt, workdaysAfter } from './working-time.js';

/** Share of deals that somebody enters a second time. */
const ENTERED_TWICE = 0.012;

/**
 * The second entry of the same deal, found out and merged into the first after some days; mostly there is none.
 */
export function duplicateOf(deal: {
  readonly seed: number;
  readonly id: string;
  readonly account: Account;
  readonly owner: Owner;
  readonly openedOn: DayNumber;
  readonly until: Instant;
  readonly disorder: Disorder;
}): Delivery[] {
  const { account, owner } = deal;
  const id = `${deal.id}-d`;
  const rng = randomFor(deal.seed, `duplicate/${deal.id}`);
  if (!rng.chance(ENTERED_TWICE)) return [];
  const journal = createJournal(id, randomFor(deal.seed, `deliveries/${id}`), deal.disorder);
  const opened = workdaysAfter(deal.openedOn, rng.whole(2, 8));
  const at = (day: DayNumber): Instant =>
    instantAt(day, 'Europe/Berlin', rng.whole(8 * 60, 17 * 60)) + rng.whole(0, 59_999);
  journal.tell('deal.opened', at(opened), {
    name: `${account.name} (new)`,
    account: { id: account.id, name: account.name, domain: account.domain },
    owner: { id: owner.id, name: owner.name, email: owner.email, team: owner.team },
    stage: 'qualification',
    segment: account.segment,
  });
  journal.tell('deal.merged', at(workdaysAfter(opened, rng.whole(1, 9))), { into: deal.id });
  return journal.deliveries(deal.until);
}
