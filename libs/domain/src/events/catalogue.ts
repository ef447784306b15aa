import {
  BuyingDecisionWindowSetData,
  BuyingMilestoneReachedData,
  BuyingMilestoneWithdrawnData,
  BuyingProcessDefinedData,
} from './buying.js';
import { CloseAnsweredData, CloseAskedData } from './close.js';
import { MessageData } from './contact.js';
import {
  DealAmountChangedData,
  DealCloseDateChangedData,
  DealDescribedData,
  DealLostData,
  DealMergedData,
  DealOpenedData,
  DealOwnerChangedData,
  DealPausedData,
  DealReopenedData,
  DealStageChangedData,
  DealWalkedAwayData,
  DealWonData,
} from './deal.js';
import { ImplementationMilestonePlannedData, ImplementationMilestoneReachedData } from './delivery.js';
import { CustomerChurnedData, ExpansionOpenedData, RenewalScheduledData } from './future.js';
import {
  MeetingCancelledData,
  MeetingHeldData,
  MeetingRescheduledData,
  MeetingRespondedData,
  MeetingScheduledData,
} from './meeting.js';
import { NextStepAgreedData, NextStepClosedData, NextStepRescheduledData } from './next-step.js';
import { OutcomeExpectedData, OutcomeMeasuredData } from './outcome.js';
import { StakeholderIdentifiedData, StakeholderPositionChangedData } from './people.js';
import { NoData } from './person.js';
import { AdoptionMeasuredData } from './use.js';
import { BusinessCaseValidatedData, FitAssessedData } from './value.js';
import { EscalationRaisedData, EscalationResolvedData, SatisfactionSurveyedData } from './voice.js';

/** The families of events: what a company's sources may or may not record. */
export const eventFamilies = [
  'deal',
  'buying',
  'close',
  'people',
  'contact',
  'meeting',
  'next_step',
  'value',
  'delivery',
  'outcome',
  'use',
  'voice',
  'future',
] as const;

export type EventFamily = (typeof eventFamilies)[number];

/** A type of event: its family, the shape of its data, and the schema version that the code writes and folds. */
interface EventDeclaration<F extends EventFamily, T extends object> {
  readonly family: F;
  readonly data: new () => T;
  readonly version: number;
}

function event<F extends EventFamily, T extends object>(
  family: F,
  data: new () => T,
): EventDeclaration<F, T> {
  return { family, data, version: 1 };
}

/** Every type of canonical event. */
export const eventCatalogue = {
  'deal.opened': event('deal', DealOpenedData),
  'deal.described': event('deal', DealDescribedData),
  'deal.stage_changed': event('deal', DealStageChangedData),
  'deal.amount_changed': event('deal', DealAmountChangedData),
  'deal.close_date_changed': event('deal', DealCloseDateChangedData),
  'deal.owner_changed': event('deal', DealOwnerChangedData),
  'deal.paused': event('deal', DealPausedData),
  'deal.resumed': event('deal', NoData),
  'deal.won': event('deal', DealWonData),
  'deal.lost': event('deal', DealLostData),
  'deal.walked_away': event('deal', DealWalkedAwayData),
  'deal.reopened': event('deal', DealReopenedData),
  'deal.removed': event('deal', NoData),
  'deal.restored': event('deal', NoData),
  'deal.merged': event('deal', DealMergedData),
  'deal.history_gap': event('deal', NoData),
  'buying.process_defined': event('buying', BuyingProcessDefinedData),
  'buying.milestone_reached': event('buying', BuyingMilestoneReachedData),
  'buying.milestone_withdrawn': event('buying', BuyingMilestoneWithdrawnData),
  'buying.decision_window_set': event('buying', BuyingDecisionWindowSetData),
  'close.asked': event('close', CloseAskedData),
  'close.answered': event('close', CloseAnsweredData),
  'stakeholder.identified': event('people', StakeholderIdentifiedData),
  'stakeholder.position_changed': event('people', StakeholderPositionChangedData),
  'message.sent': event('contact', MessageData),
  'message.received': event('contact', MessageData),
  'meeting.scheduled': event('meeting', MeetingScheduledData),
  'meeting.rescheduled': event('meeting', MeetingRescheduledData),
  'meeting.cancelled': event('meeting', MeetingCancelledData),
  'meeting.responded': event('meeting', MeetingRespondedData),
  'meeting.held': event('meeting', MeetingHeldData),
  'next_step.agreed': event('next_step', NextStepAgreedData),
  'next_step.rescheduled': event('next_step', NextStepRescheduledData),
  'next_step.completed': event('next_step', NextStepClosedData),
  'next_step.dropped': event('next_step', NextStepClosedData),
  'fit.assessed': event('value', FitAssessedData),
  'business_case.validated': event('value', BusinessCaseValidatedData),
  'implementation.milestone_planned': event('delivery', ImplementationMilestonePlannedData),
  'implementation.milestone_reached': event('delivery', ImplementationMilestoneReachedData),
  'outcome.expected': event('outcome', OutcomeExpectedData),
  'outcome.measured': event('outcome', OutcomeMeasuredData),
  'adoption.measured': event('use', AdoptionMeasuredData),
  'satisfaction.surveyed': event('voice', SatisfactionSurveyedData),
  'escalation.raised': event('voice', EscalationRaisedData),
  'escalation.resolved': event('voice', EscalationResolvedData),
  'reference.asked': event('future', NoData),
  'reference.given': event('future', NoData),
  'reference.declined': event('future', NoData),
  'renewal.scheduled': event('future', RenewalScheduledData),
  'renewal.completed': event('future', NoData),
  'customer.churned': event('future', CustomerChurnedData),
  'expansion.opened': event('future', ExpansionOpenedData),
} as const;

export type EventType = keyof typeof eventCatalogue;

/** The data of an event type. */
export type DataOf<T extends EventType> = InstanceType<(typeof eventCatalogue)[T]['data']>;

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventCatalogue, type);
}
