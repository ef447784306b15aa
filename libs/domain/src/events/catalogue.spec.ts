import { describe, expect, it } from '@jest/globals';
import { eventCatalogue, eventFamilies, isEventType } from './catalogue.js';

describe('the catalogue', () => {
  it('has the types of each family', () => {
    const byFamily = Object.fromEntries(
      eventFamilies.map((family) => [
        family,
        Object.entries(eventCatalogue).flatMap(([type, declared]) =>
          declared.family === family ? [type] : [],
        ),
      ]),
    );
    expect(byFamily).toEqual({
      deal: [
        'deal.opened',
        'deal.described',
        'deal.stage_changed',
        'deal.amount_changed',
        'deal.close_date_changed',
        'deal.owner_changed',
        'deal.paused',
        'deal.resumed',
        'deal.won',
        'deal.lost',
        'deal.walked_away',
        'deal.reopened',
        'deal.removed',
        'deal.restored',
        'deal.merged',
        'deal.history_gap',
      ],
      buying: [
        'buying.process_defined',
        'buying.milestone_reached',
        'buying.milestone_withdrawn',
        'buying.decision_window_set',
      ],
      close: ['close.asked', 'close.answered'],
      people: ['stakeholder.identified', 'stakeholder.position_changed'],
      contact: ['message.sent', 'message.received'],
      meeting: [
        'meeting.scheduled',
        'meeting.rescheduled',
        'meeting.cancelled',
        'meeting.responded',
        'meeting.held',
      ],
      next_step: ['next_step.agreed', 'next_step.rescheduled', 'next_step.completed', 'next_step.dropped'],
      value: ['fit.assessed', 'business_case.validated'],
      delivery: ['implementation.milestone_planned', 'implementation.milestone_reached'],
      outcome: ['outcome.expected', 'outcome.measured'],
      use: ['adoption.measured'],
      voice: ['satisfaction.surveyed', 'escalation.raised', 'escalation.resolved'],
      future: [
        'reference.asked',
        'reference.given',
        'reference.declined',
        'renewal.scheduled',
        'renewal.completed',
        'customer.churned',
        'expansion.opened',
      ],
    });
  });

  it.each(['deal', 'Deal.opened', 'deal.opened ', '', '__proto__', 'constructor', 'toString'])(
    'has no type %j',
    (type) => {
      expect(isEventType(type)).toBe(false);
    },
  );
});
