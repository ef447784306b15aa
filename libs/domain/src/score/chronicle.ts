import { isOpened } from '../deal/deal.js';
import { nextHeld } from '../deal/meetings.js';
import type { DomainEvent } from '../events/domain-event.js';
import type { RuleBook } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';
import { follow, nextChange, startCourse } from './course.js';
import { dealRecord } from './deal-record.js';
import { createHistory } from './history.js';
import { keepMeetings, keepNextSteps, keepStages } from './parts.js';
import type { ScorerRecord } from './records.js';

/** What is kept of a deal as of an instant. */
export interface Kept {
  /** None where the deal is not opened by then. */
  readonly records: ScorerRecord[];
  /** When to look again even without another event; until then the records stay as they are. Infinity: never. */
  readonly rescoreAt: Instant;
}

/** A deal's chronicle, which can be carried on from where it stands. */
export interface Chronicle {
  /**
   * Whether it can be carried on with these events: they are those it has seen, and others that are all later than
   * whatever it knows to have happened; and the instant is not before that either. Otherwise another must be started.
   * An event that was taken away since is for the caller to know of.
   */
  goesOn(events: readonly DomainEvent[], asOf: Instant): boolean;
  /**
   * Everything that is kept of the deal as of an instant: the deal as it stands, its health through time, the
   * episodes of its findings, its meetings, next steps and stages. The same, to the byte, as a chronicle that was
   * started just now would tell; a record that has not changed since the last time is the same object.
   * @param events all of the deal's in the order of `compareEvents`, each identity once; those after the instant only
   * tell when to look again
   * @throws RangeError where `goesOn` says that it can't be carried on with them
   */
  advance(events: readonly DomainEvent[], asOf: Instant): Kept;
}

export function startChronicle(dealId: string, book: RuleBook): Chronicle {
  const course = startCourse(dealId, book);
  const history = createHistory(course);
  const meetings = keepMeetings();
  const nextSteps = keepNextSteps();
  const stages = keepStages();
  /** How many events are folded. */
  let folded = 0;

  const goesOn = (events: readonly DomainEvent[], asOf: Instant): boolean => {
    const next = events[folded];
    return (
      asOf >= course.turnedAt &&
      // One that came in before what is folded has moved the last of these on.
      events[folded - 1] === course.deal.lastEvent &&
      // What happens at one instant is judged together.
      (next === undefined || next.time > course.turnedAt)
    );
  };

  return {
    goesOn,
    advance(events, asOf) {
      if (!goesOn(events, asOf))
        throw new RangeError(`the chronicle of ${dealId} can't go on: start another`);
      folded = follow(course, events, asOf, history, folded);
      const { deal, rules } = course;
      const nextChangeAt = nextChange(course);
      const rescoreAt = Math.min(
        nextChangeAt,
        nextHeld(deal, asOf),
        events[folded]?.time ?? Number.POSITIVE_INFINITY,
      );
      if (!isOpened(deal)) return { records: [], rescoreAt };
      const judgedAt = history.judgedAt(deal, asOf);
      const findings = history.findings(deal, judgedAt);
      const records: ScorerRecord[] = [
        dealRecord(course, deal, findings, { judgedAt, nextChangeAt, rescoreAt }),
        ...history.health(),
        ...findings,
        ...meetings(deal, rules, asOf),
        ...nextSteps(deal),
        ...stages(deal, rules, judgedAt),
      ];
      return { records, rescoreAt };
    },
  };
}

/**
 * Everything that is kept of a deal as of an instant, told from its first event on.
 * @param events the deal's events in the order of `compareEvents`, each identity once; later ones only tell when
 * to look again
 * @returns no records where the deal is not opened by then, and in `rescoreAt` when to look again
 */
export function chronicle(
  dealId: string,
  events: readonly DomainEvent[],
  asOf: Instant,
  book: RuleBook,
): Kept {
  return startChronicle(dealId, book).advance(events, asOf);
}
