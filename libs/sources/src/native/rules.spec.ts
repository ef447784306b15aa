import { describe, expect, it } from '@jest/globals';
import { defaultMapping, type SourceMapping } from './mapping.js';
import { loadSourceMapping } from './load-mapping.js';
import { applyRules, type RuleResult } from './rules.js';
import { fieldAt, Reasons } from './values.js';

function mappingOf(yaml: string): SourceMapping {
  const loaded = loadSourceMapping('salesforce', yaml);
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return loaded.mapping;
}

interface Applied extends RuleResult {
  readonly reasons: readonly string[];
}

/** Applies rules to an Opportunity with these fields, all of them changed unless told otherwise. */
function applied(
  yaml: string,
  fields: object,
  { object = 'Opportunity', context = [] }: { object?: string; context?: readonly string[] } = {},
): Applied {
  const reasons = new Reasons();
  const subject = {
    object,
    value: (path: string) => fieldAt(fields, path),
    isChanged: (path: string) => fieldAt(fields, path) !== undefined && !context.includes(path),
  };
  return { ...applyRules(subject, mappingOf(yaml), reasons), reasons: reasons.list };
}

const rule = (rest: string): string => `rules:\n  - { object: Opportunity, ${rest} }`;
const GIVEN = 'field: F, emit: reference.given';
const ASKED = 'field: F, emit: close.asked, data: { for: order }, time: F';
const FIT = 'field: F, emit: fit.assessed, data: { score: { field: F, as: number, divide: 100 } }';
const CASE = 'field: F, emit: business_case.validated, data: { objectives: { field: F, split: ";" } }';
const RENEWAL = 'field: F, emit: renewal.scheduled, data: { renews_at: { field: F, as: date } }';
const WINDOW = 'field: F, emit: buying.decision_window_set, data: { closes: { field: F, as: instant } }';
const STEP =
  'field: F, values: { Agreed: criteria_agreed, 7: order_placed }, emit: buying.milestone_reached, data: { milestone: { value: true } }';

describe('a rule that emits', () => {
  it.each<[string, string, unknown, boolean]>([
    ['any value', GIVEN, 'yes', true],
    ['zero', GIVEN, 0, true],
    ['false', GIVEN, false, true],
    ['an empty text', GIVEN, '', false],
    ['null', GIVEN, null, false],
    ['the value of equals', `${GIVEN}, equals: Given`, 'Given', true],
    ['another value than that of equals', `${GIVEN}, equals: Given`, 'given soon', false],
    ['true as such', `${GIVEN}, equals: true`, true, true],
    ['true as text', `${GIVEN}, equals: true`, 'true', true],
    ['false where true is asked for', `${GIVEN}, equals: true`, 'false', false],
    ['a number as text', `${GIVEN}, equals: 12`, '12', true],
    ['a number with decimals', `${GIVEN}, equals: 12`, '12.0', true],
    ['a text that is a number', `${GIVEN}, equals: "12"`, 12, true],
    ['another number', `${GIVEN}, equals: 12`, '13', false],
    ['a listed value', `${GIVEN}, values: [A, B]`, 'B', true],
    ['a value that is not listed', `${GIVEN}, values: [A, B]`, 'C', false],
    ['an empty value that is listed', `${GIVEN}, values: ["", B]`, '', false],
    ['a key that every object has', `${GIVEN}, values: [A, B]`, 'constructor', false],
  ])('fires or not for %s', (_, rest, value, fires) => {
    const { events, reasons } = applied(rule(rest), { F: value });
    expect(events.map(({ type }) => type)).toEqual(fires ? ['reference.given'] : []);
    expect(reasons).toEqual([]);
  });

  it('looks only at what the record changes', () => {
    expect(applied(rule(GIVEN), { F: 'yes' }, { context: ['F'] }).events).toEqual([]);
  });

  it('looks only at its object, however that is spelled', () => {
    expect(applied(rule(GIVEN), { F: 'yes' }, { object: 'Task' }).events).toEqual([]);
    expect(applied(rule(GIVEN), { F: 'yes' }, { object: 'opportunity' }).events).toHaveLength(1);
  });

  it.each<[string, string, unknown, Readonly<Record<string, unknown>>]>([
    ['a looked-up value', STEP, 'Agreed', { milestone: 'criteria_agreed' }],
    ['a looked-up number', STEP, 7, { milestone: 'order_placed' }],
    [
      'the own value',
      'field: F, emit: deal.lost, data: { reason: { value: true } }',
      'price',
      { reason: 'price' },
    ],
    ['a number divided', FIT, 72, { score: 0.72 }],
    ['a number as text, divided', FIT, '72.0', { score: 0.72 }],
    ['a list', CASE, ' a ; b;;', { objectives: ['a', 'b'] }],
    ['one item', CASE, 'a', { objectives: ['a'] }],
    ['a bare date', RENEWAL, '2027-01-31', { renews_at: '2027-01-31' }],
    ['a date written as an epoch', RENEWAL, 1_801_353_600_000, { renews_at: '2027-01-31' }],
    ['an instant as a date', RENEWAL, '2027-01-30T23:30:00Z', { renews_at: '2027-01-31' }],
    ['a local time as a date', RENEWAL, '2027-01-30T23:30:00', { renews_at: '2027-01-30' }],
    ['an instant', WINDOW, '2026-03-02T10:00:00+02:00', { closes: '2026-03-02T08:00:00.000Z' }],
    ['an epoch', WINDOW, '1772442000137', { closes: '2026-03-02T09:00:00.137Z' }],
    ['a local time', WINDOW, '2026-03-02 10:00', { closes: '2026-03-02T09:00:00.000Z' }],
    ['a bare date as an instant', WINDOW, '2026-03-02', { closes: '2026-03-01T23:00:00.000Z' }],
  ])('fills the data with %s', (_, rest, value, data) => {
    const { events, reasons } = applied(`timezone: Europe/Berlin\n${rule(rest)}`, { F: value });
    expect(reasons).toEqual([]);
    expect(events).toMatchObject([{ data }]);
  });

  it.each<[string, string, unknown, string]>([
    ['no number', FIT, '12k', 'F: expected a number, got "12k"'],
    ['a number with a comma', FIT, '1,200', 'F: expected a number, got "1,200"'],
    ['an object', GIVEN, { a: 1 }, 'F: expected a text, a number, true or false, got {"a":1}'],
    [
      'no date',
      RENEWAL,
      'soon',
      'F: expected an instant between 1990 and 2100 (RFC 3339 with an offset, or an epoch), got "soon"',
    ],
    [
      'a date far off',
      RENEWAL,
      '9999-12-31',
      'F: expected a date between 1990 and 2100, such as 2026-03-31, got "9999-12-31"',
    ],
    ['a time far off', ASKED, '1815-06-18', 'F: expected an instant between 1990 and 2100, got "1815-06-18"'],
  ])('gives a reason for %s', (_, rest, value, reason) => {
    expect(applied(rule(rest), { F: value }).reasons).toEqual([reason]);
  });

  it('reads no field of a rule that does not fire', () => {
    const unread =
      'field: F, equals: x, emit: fit.assessed, data: { score: { field: Other, as: number } }, time: Other';
    expect(applied(rule(unread), { F: 'y', Other: { bad: 1 } }).reasons).toEqual([]);
  });

  it("leaves the field of an empty value out, and the record's own time where the time is empty", () => {
    const both =
      'field: F, emit: deal.won, data: { amount: { field: A, as: number }, currency: EUR }, time: T';
    expect(applied(rule(both), { F: 1, A: '', T: null }).events).toEqual([
      { type: 'deal.won', data: { currency: 'EUR' } },
    ]);
  });

  it('takes its time from a field, the first instant of a bare date', () => {
    const berlin = `timezone: Europe/Berlin\n${rule(ASKED)}`;
    expect(applied(berlin, { F: '2026-03-17' }).events).toMatchObject([
      { time: Date.UTC(2026, 2, 16, 23), data: { for: 'order' } },
    ]);
  });

  it('takes the deal from a field, and refuses a record that does not name it', () => {
    const outcome = rule(
      'field: F, deal: D, emit: outcome.measured, data: { outcome_id: a, value: { field: F } }',
    );
    expect(applied(outcome, { F: 3, D: '006x' }).events).toMatchObject([{ deal: '006x' }]);
    expect(applied(outcome, { F: 3 }).reasons).toEqual(['D: expected an id, got nothing']);
  });

  it('needs no deal for what is tied to one later', () => {
    const done = rule('field: F, deal: D, emit: next_step.completed, data: { next_step_id: { field: F } }');
    expect(applied(done, { F: 's1' })).toMatchObject({
      reasons: [],
      events: [{ data: { next_step_id: 's1' } }],
    });
  });

  it('fills objects and lists within the data', () => {
    const people = rule(
      'field: F, emit: buying.process_defined, data: { approvers: [{ email: { field: F } }, { email: b@x.example }] }',
    );
    expect(applied(people, { F: 'a@x.example' }).events).toMatchObject([
      { data: { approvers: [{ email: 'a@x.example' }, { email: 'b@x.example' }] } },
    ]);
  });
});

describe('a custom field of Pipedrive', () => {
  const at = STEP.replace('field: F', 'field: custom_fields.ab');

  it.each<[string, unknown, readonly unknown[]]>([
    ['its value', { type: 'varchar', value: 'Agreed' }, ['criteria_agreed']],
    ['the id of its option', { type: 'enum', id: 7 }, ['order_placed']],
    [
      'each of its options',
      { type: 'set', values: [{ id: 7 }, { id: 8 }, { value: 'Agreed' }] },
      ['order_placed', 'criteria_agreed'],
    ],
    ['plain options', { type: 'set', values: ['Agreed'] }, ['criteria_agreed']],
    ['no option', { type: 'set', values: [] }, []],
    ['an empty value', { type: 'enum', id: null }, []],
  ])('is unwrapped to %s', (_, field, milestones) => {
    const { events, reasons } = applied(rule(at), { custom_fields: { ab: field } });
    expect(events.map(({ data }) => data['milestone'])).toEqual(milestones);
    expect(reasons).toEqual([]);
  });

  it('is unwrapped to its amount', () => {
    const amount =
      'field: custom_fields.m, emit: deal.won, data: { amount: { field: custom_fields.m, as: number } }';
    const field = { type: 'monetary', value: 1200, currency: 'EUR' };
    expect(applied(rule(amount), { custom_fields: { m: field } }).events).toMatchObject([
      { data: { amount: 1200 } },
    ]);
  });
});

describe('a rule that sets', () => {
  const mutual = 'field: M, equals: true, set: { mutual: true, owner_side: both }';

  it.each<[string, object, readonly string[], object]>([
    ['a change', { M: true }, [], { mutual: true, owner_side: 'both' }],
    ['context', { M: 'true' }, ['M'], { mutual: true, owner_side: 'both' }],
    ['another value', { M: false }, [], {}],
    ['nothing', {}, [], {}],
  ])('goes by %s', (_, fields, context, set) => {
    expect(applied(rule(mutual), fields, { context })).toEqual({ events: [], set, reasons: [] });
  });

  it('is overruled by those after it', () => {
    const two = `${rule(mutual)}\n  - { object: Opportunity, field: M, set: { owner_side: customer } }`;
    expect(applied(two, { M: true }).set).toEqual({ mutual: true, owner_side: 'customer' });
  });

  it('may emit as well, but only for a change', () => {
    const both = rule('field: M, set: { mutual: true }, emit: reference.given');
    expect(applied(both, { M: true })).toMatchObject({
      events: [{ type: 'reference.given' }],
      set: { mutual: true },
    });
    expect(applied(both, { M: true }, { context: ['M'] })).toMatchObject({
      events: [],
      set: { mutual: true },
    });
  });
});

it('no rules make nothing of a record', () => {
  const subject = { object: 'deal', value: () => 1, isChanged: () => true };
  expect(applyRules(subject, defaultMapping, new Reasons())).toEqual({ events: [], set: {} });
});
