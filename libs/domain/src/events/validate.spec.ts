import { describe, expect, it } from '@jest/globals';
import { cloudEvent, eventExamples, type Example } from '../testing/event-examples.js';
import { parseInstant } from '../time/instant.js';
import type { EventType } from './catalogue.js';
import { validateEvent } from './validate.js';

const examples = Object.entries(eventExamples).map(([type, example]) => {
  const { full, required, emptied = [] } = example as Example<EventType>;
  return { type, full: full as Record<string, unknown>, required, emptied };
});

function reasons(candidate: unknown): readonly string[] {
  const verdict = validateEvent(candidate);
  if (verdict.outcome !== 'invalid') throw new Error(`it was not refused but ${verdict.outcome}`);
  return verdict.reasons;
}

function without(data: Record<string, unknown>, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== field));
}

describe('the data of every event type', () => {
  it.each(examples)('of $type is accepted whole', ({ type, full }) => {
    expect(validateEvent(cloudEvent(type, full)).outcome).toBe('valid');
  });

  it.each(examples)('of $type is accepted with nothing but what it must tell', ({ type, full, required }) => {
    const data = Object.fromEntries(required.map((field) => [field, full[field as string]]));
    expect(validateEvent(cloudEvent(type, data)).outcome).toBe('valid');
  });

  it.each(examples)('of $type takes null in what it need not tell as absent', ({ type, full, required }) => {
    const known = new Set<string>(required);
    const data = Object.fromEntries(Object.keys(full).map((key) => [key, known.has(key) ? full[key] : null]));
    expect(validateEvent(cloudEvent(type, data)).outcome).toBe('valid');
  });

  it.each(examples)('of $type may have keys of the source that nobody here knows', ({ type, full }) => {
    const data = { ...full, 'x-extra': { deep: [1, { er: null }] } };
    expect(validateEvent(cloudEvent(type, data)).outcome).toBe('valid');
  });

  it.each(
    examples.flatMap(({ type, full, required }) =>
      required.map((field) => ({ type, full, field: String(field) })),
    ),
  )('of $type is refused without $field', ({ type, full, field }) => {
    const told = reasons(cloudEvent(type, without(full, field)));
    expect(told).not.toHaveLength(0);
    for (const reason of told)
      expect(reason).toMatch(new RegExp(`^data\\.${field}: expected .*, got nothing$`));
  });

  it.each(
    examples.flatMap(({ type, full, required, emptied }) =>
      required.map((field) => ({
        type,
        full,
        field: String(field),
        emptied: new Set<string>(emptied).has(field),
      })),
    ),
  )('of $type with $field null is taken as emptied: $emptied', ({ type, full, field, emptied }) => {
    const { outcome } = validateEvent(cloudEvent(type, { ...full, [field]: null }));
    expect(outcome).toBe(emptied ? 'valid' : 'invalid');
  });
});

const INSTANT = 'an RFC 3339 instant with an offset, or a date YYYY-MM-DD';
const ID = 'a non-empty text of at most 1024 characters';

/** What is laid over the example of the type, and the one reason for which it is refused. */
const wrong: readonly (readonly [EventType, Record<string, unknown>, string])[] = [
  ['deal.opened', { name: 5 }, 'data.name: expected a text of at most 100000 characters, got 5'],
  ['deal.opened', { account: 'Customer' }, 'data.account: expected an object, got "Customer"'],
  ['deal.opened', { account: { name: 'C' } }, `data.account.id: expected ${ID}, got nothing`],
  ['deal.opened', { owner: [] }, 'data.owner: expected an object, got a list'],
  ['deal.opened', { owner: { id: '' } }, `data.owner.id: expected ${ID}, got ""`],
  ['deal.opened', { amount: '1000' }, 'data.amount: expected a number, got "1000"'],
  ['deal.opened', { amount: Number.POSITIVE_INFINITY }, 'data.amount: expected a number, got Infinity'],
  ['deal.opened', { close_date: '2026-02-29' }, `data.close_date: expected ${INSTANT}, got "2026-02-29"`],
  ['deal.stage_changed', { to: '' }, `data.to: expected ${ID}, got ""`],
  ['deal.amount_changed', { amount: Number.NaN }, 'data.amount: expected a number or null, got NaN'],
  [
    'deal.close_date_changed',
    { to: '30.06.2026' },
    'data.to: expected an RFC 3339 instant with an offset, a date YYYY-MM-DD, or null, got "30.06.2026"',
  ],
  [
    'deal.paused',
    { until: '2026-04-01T09:00:00' },
    `data.until: expected ${INSTANT}, got "2026-04-01T09:00:00"`,
  ],
  [
    'deal.walked_away',
    { assisted_elsewhere: 'yes' },
    'data.assisted_elsewhere: expected true or false, got "yes"',
  ],
  ['deal.merged', { into: 7 }, `data.into: expected ${ID}, got 7`],
  ['buying.process_defined', { approvers: {} }, 'data.approvers: expected a list of objects, got an object'],
  [
    'buying.process_defined',
    { approvers: [{ email: 'a@b.example' }, { email: 5 }] },
    'data.approvers[1].email: expected a text of at most 100000 characters, got 5',
  ],
  [
    'buying.milestone_reached',
    { milestone: 'signed' },
    'data.milestone: expected one of need_recognised, process_defined, criteria_agreed, solution_validated, business_case_accepted, decision_approved, order_placed, got "signed"',
  ],
  [
    'buying.decision_window_set',
    { closes: 1_772_000_000 },
    `data.closes: expected ${INSTANT}, got 1772000000`,
  ],
  ['close.asked', { for: 'deal' }, 'data.for: expected one of order, next_step, got "deal"'],
  ['close.answered', { answer: 'Yes' }, 'data.answer: expected one of yes, no, not_yet, got "Yes"'],
  [
    'stakeholder.identified',
    { role: 'boss' },
    'data.role: expected one of champion, economic_buyer, approver, evaluator, user, other, got "boss"',
  ],
  [
    'stakeholder.position_changed',
    { position: true },
    'data.position: expected one of supportive, neutral, opposed, got true',
  ],
  [
    'message.sent',
    { person: 'ann@customer.example' },
    'data.person: expected an object, got "ann@customer.example"',
  ],
  [
    'meeting.scheduled',
    { ends_at: '2026-03-02T09:59:59.999Z' },
    'data.ends_at: expected an end that is not before starts_at, got "2026-03-02T09:59:59.999Z"',
  ],
  [
    'meeting.rescheduled',
    { ends_at: '2026-02-28' },
    'data.ends_at: expected an end that is not before starts_at, got "2026-02-28"',
  ],
  [
    'meeting.held',
    { starts_at: '2026-03-02T12:00:00+01:00', ends_at: '2026-03-02T10:59:00Z' },
    'data.ends_at: expected an end that is not before starts_at, got "2026-03-02T10:59:00Z"',
  ],
  [
    'meeting.scheduled',
    { attendees: [{ response: 'yes' }] },
    'data.attendees[0].response: expected one of accepted, tentative, declined, needs_action, got "yes"',
  ],
  [
    'meeting.responded',
    { response: 'maybe' },
    'data.response: expected one of accepted, tentative, declined, needs_action, got "maybe"',
  ],
  ['next_step.agreed', { due_at: 'soon' }, `data.due_at: expected ${INSTANT}, got "soon"`],
  [
    'next_step.agreed',
    { owner_side: 'us' },
    'data.owner_side: expected one of customer, seller, both, got "us"',
  ],
  ['next_step.agreed', { mutual: 1 }, 'data.mutual: expected true or false, got 1'],
  ['fit.assessed', { score: 1.01 }, 'data.score: expected a number from 0 to 1, got 1.01'],
  ['fit.assessed', { score: -0.01 }, 'data.score: expected a number from 0 to 1, got -0.01'],
  [
    'business_case.validated',
    { objectives: 'growth' },
    'data.objectives: expected a list of texts, got "growth"',
  ],
  [
    'business_case.validated',
    { objectives: ['growth', 5] },
    'data.objectives: expected a list of texts, got a list',
  ],
  [
    'outcome.expected',
    { target: 20 },
    'data.target: expected a target that differs from the baseline (0 where none is given), got 20',
  ],
  [
    'outcome.expected',
    { target: 0, baseline: null },
    'data.target: expected a target that differs from the baseline (0 where none is given), got 0',
  ],
  ['outcome.measured', { value: '12' }, 'data.value: expected a number, got "12"'],
  ['adoption.measured', { active: -1 }, 'data.active: expected a number of at least 0, got -1'],
  ['satisfaction.surveyed', { score: 11 }, 'data.score: expected 0 to 10 for nps, 1 to 5 for csat, got 11'],
  ['satisfaction.surveyed', { score: -1 }, 'data.score: expected 0 to 10 for nps, 1 to 5 for csat, got -1'],
  [
    'satisfaction.surveyed',
    { kind: 'csat', score: 0 },
    'data.score: expected 0 to 10 for nps, 1 to 5 for csat, got 0',
  ],
  [
    'satisfaction.surveyed',
    { kind: 'csat', score: 6 },
    'data.score: expected 0 to 10 for nps, 1 to 5 for csat, got 6',
  ],
  ['renewal.scheduled', { renews_at: null }, `data.renews_at: expected ${INSTANT}, got null`],
];

describe('a wrong value', () => {
  it.each(wrong)('of %s %j is refused by path and expectation', (type, over, reason) => {
    const full = eventExamples[type].full as Record<string, unknown>;
    expect(reasons(cloudEvent(type, { ...full, ...over }))).toEqual([reason]);
  });

  it('is quoted cut short', () => {
    const [reason] = reasons(
      cloudEvent('next_step.rescheduled', { next_step_id: 'n1', due_at: 'x'.repeat(5000) }),
    );
    expect(reason).toBe(`data.due_at: expected ${INSTANT}, got "${'x'.repeat(63)}…"`);
  });

  it('of 64 characters is quoted whole, one longer is not', () => {
    const quotedOf = (length: number): string | undefined =>
      reasons(cloudEvent('deal.merged', { into: 'd2' }, { time: 'x'.repeat(length) }))[0]?.split('got ')[1];
    expect(quotedOf(64)).toBe(JSON.stringify('x'.repeat(64)));
    expect(quotedOf(65)).toBe(JSON.stringify(`${'x'.repeat(63)}…`));
  });

  it('hides no other', () => {
    const candidate = cloudEvent(
      'implementation.milestone_planned',
      { due_at: 'soon' },
      { id: 7, time: 'today', subject: undefined },
    );
    expect(reasons(candidate).map((reason) => reason.split(':')[0])).toEqual([
      'id',
      'time',
      'subject',
      'data.milestone_id',
      'data.due_at',
    ]);
  });

  it('repeated ten thousand times is told by the first fifty and a count', () => {
    const approvers = Array.from({ length: 10_000 }, () => ({ email: 5 }));
    const told = reasons(cloudEvent('buying.process_defined', { approvers }));
    expect(told).toHaveLength(51);
    expect(told.at(-1)).toBe('and 9950 more');
  });
});

describe('the limits of a number', () => {
  it.each<[EventType, Record<string, unknown>]>([
    ['fit.assessed', { score: 0 }],
    ['fit.assessed', { score: 1 }],
    ['adoption.measured', { active: 0, licensed: 0 }],
  ])('are included in %s %j', (type, data) => {
    expect(validateEvent(cloudEvent(type, data)).outcome).toBe('valid');
  });
});

describe('the limits of a survey', () => {
  it.each([
    ['nps', 0],
    ['nps', 10],
    ['csat', 1],
    ['csat', 5],
  ])('include %s %d', (kind, score) => {
    expect(validateEvent(cloudEvent('satisfaction.surveyed', { kind, score })).outcome).toBe('valid');
  });
});

describe('the envelope', () => {
  const merged = (attributes: Record<string, unknown>): unknown =>
    cloudEvent('deal.merged', { into: 'd2' }, attributes);

  it.each<[Record<string, unknown>, string]>([
    [{ specversion: '0.3' }, 'specversion: expected one of 1.0, got "0.3"'],
    [{ specversion: 1 }, 'specversion: expected one of 1.0, got 1'],
    [{ id: '' }, `id: expected ${ID}, got ""`],
    [{ id: 'x'.repeat(1025) }, `id: expected ${ID}, got "${'x'.repeat(63)}…"`],
    [{ source: null }, `source: expected ${ID}, got null`],
    [{ id: '\ud83d' }, `id: expected ${ID}, got "\\ud83d"`],
    [{ source: 'crm\udc00' }, `source: expected ${ID}, got "crm\\udc00"`],
    [{ subject: 'd\ud800x' }, `subject: expected ${ID}, got "d\\ud800x"`],
    [{ subject: '' }, `subject: expected ${ID}, got ""`],
    [{ subject: undefined }, "subject: expected the deal's id, got nothing"],
    [{ subject: null }, "subject: expected the deal's id, got null"],
    [{ time: '2026-03-02' }, 'time: expected an RFC 3339 instant with an offset, got "2026-03-02"'],
    [
      { time: '2026-03-02T09:00:00' },
      'time: expected an RFC 3339 instant with an offset, got "2026-03-02T09:00:00"',
    ],
    [{ schemaversion: '1' }, 'schemaversion: expected a whole number from 1, got "1"'],
    [{ schemaversion: 0 }, 'schemaversion: expected a whole number from 1, got 0'],
    [{ schemaversion: 2 }, 'schemaversion: expected 1 to 1 for deal.merged, got 2'],
    [{ recordedtime: 'later' }, 'recordedtime: expected an RFC 3339 instant with an offset, got "later"'],
    [{ data: 'd2' }, 'data: expected an object, got "d2"'],
    [{ data: ['d2'] }, 'data: expected an object, got a list'],
  ])('with %j is refused', (attributes, reason) => {
    expect(reasons(merged(attributes))).toContain(reason);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a missing schema version is 1', { schemaversion: undefined }],
    ['extension attributes pass', { traceparent: '00-1', recordedtime: '2026-03-02T10:00:00+01:00' }],
    ['characters beyond U+FFFF are text', { id: 'e-\u{1f600}', source: '\u{10348}' }],
  ])('%s', (_name, attributes) => {
    expect(validateEvent(merged(attributes)).outcome).toBe('valid');
  });

  it('names no deal only for what calendars, mail and task lists tell, and for lost history', () => {
    const lacking = examples.filter(
      ({ type, full }) => validateEvent(cloudEvent(type, full, { subject: undefined })).outcome === 'valid',
    );
    expect(lacking.map(({ type }) => type)).toEqual([
      'deal.history_gap',
      'message.sent',
      'message.received',
      'meeting.scheduled',
      'meeting.rescheduled',
      'meeting.cancelled',
      'meeting.responded',
      'meeting.held',
      'next_step.agreed',
      'next_step.rescheduled',
      'next_step.completed',
      'next_step.dropped',
    ]);
  });

  it('needs no data where the type says all', () => {
    const verdict = validateEvent(cloudEvent('deal.removed', null));
    expect(verdict).toMatchObject({ outcome: 'valid', domain: { data: {} } });
  });

  it('of a type that is not ours is told apart from a wrong one', () => {
    expect(validateEvent(cloudEvent('invoice.paid', { anything: 1 }, { subject: undefined }))).toEqual({
      outcome: 'unknown_type',
      type: 'invoice.paid',
    });
  });
});

describe('a valid event', () => {
  it('passes as it came, and ready to be folded with its time as an instant', () => {
    const event = cloudEvent(
      'deal.merged',
      { into: 'd2', extra: 1 },
      { time: '2026-03-02T10:00:00.1239+01:00' },
    );
    const verdict = validateEvent(event);
    if (verdict.outcome !== 'valid') throw new Error(verdict.outcome);
    expect(verdict.event).toBe(event);
    expect(verdict.domain).toEqual({
      type: 'deal.merged',
      source: 'crm/acme',
      id: 'e1',
      time: parseInstant('2026-03-02T09:00:00.123Z'),
      data: { into: 'd2', extra: 1 },
    });
  });
});
