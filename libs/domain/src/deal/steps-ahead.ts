import type { Instant } from '../time/instant.js';
import { type Ahead, type Deal, NOTHING_AHEAD } from './deal.js';
import { evidenceOf } from './meetings.js';

/** What is ahead for longest, of the open explicit steps and the confirmed customer meetings. */
function furthestAhead(deal: Deal, at: Instant): Ahead {
  let furthest = NOTHING_AHEAD;
  for (const step of deal.steps.values()) {
    // A step is ahead up to and including its due date, a meeting until its end.
    if (step.state === 'open' && step.due >= at && step.due + 1 > furthest.end) {
      furthest = { end: step.due + 1, countFrom: step.due, evidence: [step.dueBy], item: step };
    }
  }
  for (const meeting of deal.meetings.values()) {
    if (meeting.aheadUntil > at && meeting.aheadUntil > furthest.end) {
      const end = meeting.aheadUntil;
      furthest = { end, countFrom: end, evidence: evidenceOf(meeting), item: meeting };
    }
  }
  return furthest;
}

/** Remembers what was ahead and is over before the instant. */
export function passTimeAhead(deal: Deal, to: Instant): void {
  const { ahead } = deal;
  if (ahead.end > deal.settledAt && ahead.end <= to) {
    deal.lastAhead = { at: ahead.countFrom, evidence: ahead.evidence };
  }
}

/** Looks ahead anew, and remembers what the events of the instant took away. */
export function settleAhead(deal: Deal, at: Instant): void {
  if (!deal.aheadTouched) return;
  deal.aheadTouched = false;
  const before = deal.ahead;
  deal.ahead = furthestAhead(deal, at);
  if (before.end > at && deal.ahead.end <= at && before.item !== undefined) {
    deal.lastAhead = { at, evidence: [before.item.lastBy] };
  }
}

/** When a step was last ahead, asked at an instant at which none is; undefined where none ever was. */
export function lastAheadAt(deal: Deal, at: Instant): Deal['lastAhead'] {
  const { ahead } = deal;
  const endedSince = ahead.end > deal.settledAt && ahead.end <= at;
  return endedSince ? { at: ahead.countFrom, evidence: ahead.evidence } : deal.lastAhead;
}
