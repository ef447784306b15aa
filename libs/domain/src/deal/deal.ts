import type { EventOf, DomainEvent } from '../events/domain-event.js';
import type { Pause } from '../time/business-time.js';
import type { DayNumber, Instant } from '../time/instant.js';
import type { Stage } from '../policy/rules.js';
import type { Meeting } from './meetings.js';
import type { NextStep } from './next-steps.js';
import type { Person } from './people.js';

/** Something that holds since an instant, and the event that made it so. */
export interface Since {
  readonly at: Instant;
  readonly by: DomainEvent;
}

export type Lifecycle = 'open' | 'won' | 'lost' | 'walked_away' | 'churned';

/** An ask for the order or for a next step, with the latest answer to it. */
export interface Ask extends Since {
  readonly forOrder: boolean;
  /** The customer's position when asked. */
  position: number;
  /** Since when the customer had been ready to buy when asked. */
  readyAt: Instant | undefined;
  answer?: { readonly word: 'yes' | 'no' | 'not_yet'; readonly by: DomainEvent };
}

/** A move of the close date to a later day. */
export interface Slip extends Since {
  readonly days: number;
}

/** Until when a next step is ahead, if no event comes between, and which events say so. */
export interface Ahead {
  /** The first instant at which none is ahead any more; -Infinity: none is. */
  readonly end: Instant;
  /** What is counted from once it is over: the due date, or the meeting's end. */
  readonly countFrom: Instant;
  readonly evidence: readonly DomainEvent[];
  readonly item: Meeting | NextStep | undefined;
}

export interface Outcome {
  readonly by: DomainEvent;
  readonly name: string;
  readonly baseline: number;
  readonly target: number;
  readonly due: Instant;
}

export interface Measure {
  readonly by: DomainEvent;
  readonly value: number;
}

export interface DeliveryMilestone {
  readonly by: DomainEvent;
  readonly name: string;
  readonly due: Instant;
}

export interface Survey {
  readonly by: DomainEvent;
  readonly score: number;
}

export interface Escalation extends Since {
  resolvedAt: Instant | undefined;
}

/** A stay in a stage of the seller's ladder. */
export interface StageStay {
  readonly stage: string;
  readonly order: number | null;
  readonly enteredAt: Instant;
  leftAt: Instant | null;
  movedForward: boolean;
}

/**
 * What is known of a deal at an instant: the fold of its events up to then. Plain data, grown by `apply`; what
 * passes by time alone (a meeting's end, a due date) is not in it but asked with the instant.
 */
export interface Deal {
  readonly id: string;
  /** The latest instant whose events are folded. */
  settledAt: Instant;
  lastEvent: DomainEvent | undefined;
  events: number;

  opening: EventOf<'deal.opened'> | undefined;
  /** The opening or the latest reopening: clocks start here. */
  run: Since | undefined;
  lifecycle: Lifecycle;
  /** The event that won, lost, ended or reopened it. */
  lifecycleBy: DomainEvent | undefined;
  /** The first of the wins that follow each other without another word between. */
  won: Since | undefined;
  removed: boolean;
  mergedInto: string | undefined;
  historyGap: boolean;
  pauses: Pause[];
  pausedBy: EventOf<'deal.paused'> | undefined;

  name: string;
  account: EventOf<'deal.opened'>['data']['account'];
  owner: EventOf<'deal.opened'>['data']['owner'];
  pipeline: string;
  segment: string | null;
  amount: number | null;
  currency: string | null;
  closeDate: { readonly day: DayNumber; readonly by: DomainEvent } | undefined;
  /** Of this run, in order. */
  slips: Slip[];

  /** As it came. */
  stage: string | null;
  /** The policy's stage of that id or alias; undefined where it knows none. */
  stagePolicy: Stage | undefined;
  stageBy: DomainEvent | undefined;
  /** The stage was changed by an event of the instant that is being folded. */
  stageTouched: boolean;
  /** The highest of this run. */
  highestStage: { readonly order: number; readonly by: DomainEvent } | undefined;
  stays: StageStay[];
  /** Forward progress of any kind, the latest. */
  progress: Since | undefined;

  /** By position 1 to 7: the event that reached it, while it stands. */
  milestones: (DomainEvent | undefined)[];
  /** By position 1 to 7: the event that withdrew it, while it does not stand. */
  withdrawals: (DomainEvent | undefined)[];
  position: number;
  highestPosition: number;
  /** Since when the position has been at least ready_to_buy. */
  ready: Since | undefined;
  /** Since when the position has called for a higher stage than the deal's. */
  behindSince: Instant | undefined;
  approvers: readonly Person[];
  approversBy: DomainEvent | undefined;
  window: { readonly closes: Instant; readonly by: DomainEvent } | undefined;

  /** Of this run, in order. */
  asks: Ask[];
  firstOrderAsk: Ask | undefined;
  /** Given in the instant that is being folded. */
  unsettledAnswer: EventOf<'close.answered'> | undefined;

  people: Map<string, Person>;
  /** Contact other than by meetings. */
  contact: Since | undefined;
  /** Of every message sent, in order. */
  sent: DomainEvent[];

  meetings: Map<string, Meeting>;
  /** Touched by the events of the instant that is being folded. */
  unsettledMeetings: Meeting[];
  steps: Map<string, NextStep>;
  /** Every explicit agreement, in order. */
  agreements: Instant[];
  meetingsWithNamedStep: Set<string>;
  firstAgreement: Instant | undefined;
  ahead: Ahead;
  /** An event of the instant that is being folded may have changed what is ahead. */
  aheadTouched: boolean;
  /** What was last ahead, and until when. */
  lastAhead: { readonly at: Instant; readonly evidence: readonly DomainEvent[] } | undefined;

  fit: { readonly score: number; readonly by: DomainEvent } | undefined;
  businessCase: { readonly tied: boolean; readonly by: DomainEvent } | undefined;

  delivery: Map<string, DeliveryMilestone>;
  delivered: Set<string>;
  outcomes: Map<string, Outcome>;
  measures: Map<string, Measure>;
  /** Since when every outcome due is attained, satisfaction is not low and nobody spoke of a reference. */
  referableSince: Instant | undefined;
  adoption: { readonly active: number; readonly licensed: number; readonly by: DomainEvent } | undefined;
  nps: Survey | undefined;
  csat: Survey | undefined;
  escalations: Map<string, Escalation>;
  reference: { readonly word: 'asked' | 'given' | 'declined'; readonly by: DomainEvent } | undefined;
  referenceGiven: DomainEvent | undefined;
  referenceDeclined: DomainEvent | undefined;
  /** A reference declined while satisfaction was low, until it is low no more. */
  declinedWhileLow: DomainEvent | undefined;
  expandedSinceReference: boolean;
  renewal: { readonly at: Instant; readonly by: DomainEvent } | undefined;
  churnedAt: Instant | undefined;
}

/** No next step is ahead. */
export const NOTHING_AHEAD: Ahead = {
  end: Number.NEGATIVE_INFINITY,
  countFrom: Number.NEGATIVE_INFINITY,
  evidence: [],
  item: undefined,
};

/** A deal of which nothing is known yet. */
export function unknownDeal(id: string): Deal {
  return {
    id,
    settledAt: Number.NEGATIVE_INFINITY,
    lastEvent: undefined,
    events: 0,
    opening: undefined,
    run: undefined,
    lifecycle: 'open',
    lifecycleBy: undefined,
    won: undefined,
    removed: false,
    mergedInto: undefined,
    historyGap: false,
    pauses: [],
    pausedBy: undefined,
    name: id,
    account: undefined,
    owner: undefined,
    pipeline: 'default',
    segment: null,
    amount: null,
    currency: null,
    closeDate: undefined,
    slips: [],
    stage: null,
    stagePolicy: undefined,
    stageBy: undefined,
    stageTouched: false,
    highestStage: undefined,
    stays: [],
    progress: undefined,
    milestones: [],
    withdrawals: [],
    position: 0,
    highestPosition: 0,
    ready: undefined,
    behindSince: undefined,
    approvers: [],
    approversBy: undefined,
    window: undefined,
    asks: [],
    firstOrderAsk: undefined,
    unsettledAnswer: undefined,
    people: new Map(),
    contact: undefined,
    sent: [],
    meetings: new Map(),
    unsettledMeetings: [],
    steps: new Map(),
    agreements: [],
    meetingsWithNamedStep: new Set(),
    firstAgreement: undefined,
    ahead: NOTHING_AHEAD,
    aheadTouched: false,
    lastAhead: undefined,
    fit: undefined,
    businessCase: undefined,
    delivery: new Map(),
    delivered: new Set(),
    outcomes: new Map(),
    measures: new Map(),
    referableSince: undefined,
    adoption: undefined,
    nps: undefined,
    csat: undefined,
    escalations: new Map(),
    reference: undefined,
    referenceGiven: undefined,
    referenceDeclined: undefined,
    declinedWhileLow: undefined,
    expandedSinceReference: false,
    renewal: undefined,
    churnedAt: undefined,
  };
}

/** A deal whose opening is known: what its opening sets is there. */
export type OpenedDeal = Deal & {
  opening: NonNullable<Deal['opening']>;
  run: Since;
  progress: Since;
};

export function isOpened(deal: Deal): deal is OpenedDeal {
  return deal.opening !== undefined && deal.run !== undefined && deal.progress !== undefined;
}
