import { formatDate, type DayNumber, type Instant } from '#domain/time/instant.js';
import type { Account, Segment } from './accounts.js';
import { createAgenda } from './agenda.js';
import { firstCloseDate, stageName } from './crm.js';
import { createCustomer } from './customer.js';
import { deliver } from './delivery.js';
import { duplicateOf } from './duplicate.js';
import { planFit } from './fit.js';
import { habits, type Traits } from './habits.js';
import { ownerData, planIrregularities } from './irregularities.js';
import { createJournal, type Delivery, type Disorder } from './journal.js';
import type { Owner } from './owners.js';
import { randomFor, type Random } from './random.js';
import { tell, type Sale } from './sale.js';
import { sellingDay } from './selling.js';
import { dealSubjects } from './words.js';
import { dayOf, instantAt, workdaysAfter } from './working-time.js';

/** What is settled about a deal before it opens. */
export interface DealPlan {
  readonly seed: number;
  readonly id: string;
  readonly account: Account;
  readonly owner: Owner;
  readonly openedOn: DayNumber;
  readonly until: Instant;
  readonly disorder: Disorder;
  /** It grew out of an earlier order: the customer is known, and knows what it gets. */
  readonly expansion: boolean;
}

const MINUTE = 60_000;

/** The middle of the amounts by segment. */
const AMOUNTS: Readonly<Record<Segment, number>> = { smb: 18_000, 'mid-market': 62_000, enterprise: 190_000 };

function fitFor(rng: Random, traits: Traits, expansion: boolean): number {
  const fit = traits.takesFit + (expansion ? 0.1 : 0) + 0.14 * rng.normal();
  return Math.min(0.98, Math.max(0.08, fit));
}

function createSale(plan: DealPlan): Sale {
  const { seed, id, account, owner, openedOn } = plan;
  const rng = randomFor(seed, `deal/${id}`);
  const traits = habits[owner.habit];
  const customer = createCustomer(rng, account.segment, fitFor(rng, traits, plan.expansion));
  const amount = Math.max(3000, Math.round((AMOUNTS[account.segment] * rng.spread(0.5)) / 500) * 500);
  return {
    id,
    rng,
    journal: createJournal(id, randomFor(seed, `deliveries/${id}`), plan.disorder),
    agenda: createAgenda(),
    account,
    customer,
    crm: {
      stage: 0,
      stageChangesOn: undefined,
      amount,
      currency: account.currency,
      // Some leave the date open until they know more.
      closeDate: rng.chance(0.06) ? undefined : firstCloseDate(rng, traits, customer, openedOn),
    },
    owner,
    traits,
    phase: 'selling',
    now: instantAt(openedOn, 'Europe/Berlin', rng.whole(8 * 60, 17 * 60)),
    day: openedOn,
    openedOn,
    age: 0,
    pausedUntil: undefined,
    meetsDeciders: rng.chance(traits.meetsDeciders),
    known: new Set(),
    met: new Set(),
    ahead: undefined,
    meetsOn: workdaysAfter(openedOn, rng.whole(0, 2)),
    steps: new Map(),
    lastContact: openedOn,
    lastMessage: openedOn,
    asksOn: undefined,
    answerPending: false,
    parting: false,
    expansions: [],
    counter: 0,
  };
}

/** What was said before anyone thought of a deal: it is found, and tied to the deal, after the opening. */
function tellEarlierHistory(sale: Sale): void {
  const { rng, account, journal } = sale;
  const first = account.people[0];
  if (first === undefined || !rng.chance(0.2)) return;
  for (let left = rng.whole(1, 3); left > 0; left--) {
    const at = sale.now - Math.round(rng.between(0.3, 20) * 24 * 60) * MINUTE - rng.whole(0, 59_999);
    // The opening itself is told some minutes from now.
    const found = sale.now + rng.whole(10, 2000) * MINUTE;
    const type = rng.chance(0.6) ? 'message.received' : 'message.sent';
    journal.tell(type, at, { channel: 'email', person: { email: first.email, name: first.name } }, found);
  }
}

function tellOpening(sale: Sale): void {
  const { account, crm, rng } = sale;
  const name = `${account.name}: ${rng.pick(dealSubjects)}`;
  const closeDate = crm.closeDate === undefined ? {} : { close_date: formatDate(crm.closeDate) };
  const customer = { id: account.id, name: account.name, domain: account.domain };
  const terms = {
    pipeline: 'default',
    amount: crm.amount,
    currency: crm.currency,
    ...closeDate,
    segment: account.segment,
  };
  if (rng.chance(0.96)) {
    tell(sale, 'deal.opened', {
      name,
      account: customer,
      owner: ownerData(sale),
      stage: stageName(0),
      ...terms,
    });
    return;
  }
  // Out of a webhook a deal arrives bare, and is completed by what follows.
  tell(sale, 'deal.opened', { name: sale.id, ...terms });
  tell(sale, 'deal.described', { name, account: customer });
  tell(sale, 'deal.owner_changed', { owner: ownerData(sale) });
  tell(sale, 'deal.stage_changed', { to: stageName(0) });
}

/** Lets the days go by until the deal is over, or the present is reached. */
function live(sale: Sale, until: Instant): void {
  let delivering = false;
  let day = workdaysAfter(sale.openedOn, 1);
  while (sale.phase !== 'over' || !sale.agenda.isEmpty()) {
    const morning = instantAt(day, 'Europe/Berlin', sale.rng.whole(8 * 60, 10 * 60));
    sale.agenda.runUntil(Math.min(morning, until), (at) => {
      sale.now = Math.max(sale.now, at);
      sale.day = dayOf(sale.now);
    });
    if (morning > until) return;
    sale.now = Math.max(sale.now, morning);
    sale.day = day;
    if (sale.phase === 'selling') sellingDay(sale);
    if (sale.phase === 'delivering' && !delivering) {
      delivering = true;
      deliver(sale);
    }
    day = workdaysAfter(day, 1);
  }
}

/**
 * One deal from its opening to `until`, with the deals that grew out of it and its duplicate, if it had one.
 * @returns in the order of arrival
 */
export function simulateDeal(plan: DealPlan): Delivery[] {
  const sale = createSale(plan);
  tellEarlierHistory(sale);
  tellOpening(sale);
  planFit(sale);
  planIrregularities(sale);
  live(sale, plan.until);
  const grown = sale.expansions.flatMap(({ id, day }) =>
    simulateDeal({ ...plan, id, owner: sale.owner, openedOn: day, expansion: true }),
  );
  const deliveries = [...sale.journal.deliveries(plan.until), ...grown, ...duplicateOf(plan)];
  return deliveries.sort((a, b) => a.arrives - b.arrives);
}
