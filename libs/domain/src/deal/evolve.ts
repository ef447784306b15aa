import { eventCatalogue, type EventFamily } from '../events/catalogue.js';
import type { DomainEvent, EventOfFamily } from '../events/domain-event.js';
import type { RuleBook, Rules } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';
import { evolveBuying, settleBuying } from './buying.js';
import { evolveClose, settleClose } from './close.js';
import type { Deal } from './deal.js';
import { evolveLifecycle, settleStage } from './lifecycle.js';
import { evolveMeeting, settleMeetings } from './meeting-events.js';
import { evolveNextStep } from './next-step-events.js';
import { evolvePeople } from './people-events.js';
import { passTimeAhead, settleAhead } from './steps-ahead.js';
import { evolveSuccess, passTimeForSuccess, settleSuccess } from './success.js';
import { evolveValue } from './value.js';

/**
 * Lets time pass to an instant under the facts known so far: what was ahead and is over by then is remembered.
 * To be called before the first event of that instant is applied.
 */
export function passTime(deal: Deal, to: Instant, rules: Rules): void {
  passTimeAhead(deal, to);
  passTimeForSuccess(deal, to, rules);
}

type Evolver = (deal: Deal, event: DomainEvent, rules: Rules, book: RuleBook) => void;

const evolvers: {
  readonly [F in EventFamily]: (deal: Deal, event: EventOfFamily<F>, rules: Rules, book: RuleBook) => void;
} = {
  deal: (deal, event, _rules, book) => {
    evolveLifecycle(deal, event, book);
  },
  buying: evolveBuying,
  close: evolveClose,
  people: evolvePeople,
  contact: evolvePeople,
  meeting: evolveMeeting,
  next_step: evolveNextStep,
  value: evolveValue,
  delivery: evolveSuccess,
  outcome: evolveSuccess,
  use: evolveSuccess,
  voice: evolveSuccess,
  future: evolveSuccess,
};

/** Folds one event into the deal. Events come in the order of `compareEvents`, each once. */
export function apply(deal: Deal, event: DomainEvent, book: RuleBook): void {
  deal.events += 1;
  deal.lastEvent = event;
  // The catalogue gives the family of each type, which TypeScript can't follow from the one to the other.
  const evolve = evolvers[eventCatalogue[event.type].family] as Evolver;
  evolve(deal, event, book.forPipeline(deal.pipeline), book);
}

/**
 * Takes the events of an instant together: what only held between two of them never was.
 * To be called after the last event of that instant.
 */
export function settle(deal: Deal, at: Instant, rules: Rules): void {
  settleMeetings(deal, at);
  settleStage(deal);
  settleBuying(deal, at, rules);
  settleClose(deal);
  settleAhead(deal, at);
  settleSuccess(deal, at, rules);
  deal.settledAt = at;
}
