import { describe, expect, it } from '@jest/globals';
import { cloudEvent } from '../testing/event-examples.js';
import { canonicalJson } from './canonical-json.js';
import { MAX_NESTING } from './nesting.js';
import { validateEvent } from './validate.js';

/** `levels` objects, one in the other. */
function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 1; level < levels; level += 1) value = { in: value };
  return value;
}

function reasons(candidate: unknown): readonly string[] {
  const verdict = validateEvent(candidate);
  if (verdict.outcome !== 'invalid') throw new Error(`it was not refused but ${verdict.outcome}`);
  return verdict.reasons;
}

describe('what is no event at all', () => {
  it.each([
    [null, 'null'],
    [undefined, 'nothing'],
    [5, '5'],
    ['{}', '"{}"'],
    [true, 'true'],
    [[], 'a list'],
    [1n, 'a bigint'],
  ])('%p is refused in words', (candidate, shown) => {
    expect(reasons(candidate)).toEqual([`expected a CloudEvent (a JSON object), got ${shown}`]);
  });

  it('an empty object is refused for each attribute that it lacks', () => {
    expect(reasons({}).map((reason) => reason.split(':')[0])).toEqual([
      'specversion',
      'id',
      'source',
      'type',
      'time',
    ]);
  });
});

describe('names that every object has', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is no event type', (type) => {
    expect(validateEvent(cloudEvent(type, {}))).toEqual({ outcome: 'unknown_type', type });
  });

  it('as keys of the data change nothing', () => {
    const data: unknown = JSON.parse('{"into":"d2","__proto__":{"into":5},"constructor":{"prototype":1}}');
    expect(validateEvent(cloudEvent('deal.merged', data)).outcome).toBe('valid');
    expect(({} as Record<string, unknown>)['into']).toBeUndefined();
  });

  it('lend the data no field that it lacks', () => {
    const data: unknown = JSON.parse('{"__proto__":{"into":"d2"}}');
    expect(validateEvent(cloudEvent('deal.merged', data)).outcome).toBe('invalid');
  });
});

describe('nesting', () => {
  it.each<[string, unknown]>([
    ['in a field that is known', cloudEvent('deal.lost', { reason: nested(10_000) })],
    ['in a key that is not', cloudEvent('deal.lost', { extra: nested(10_000) })],
    ['in an extension attribute', cloudEvent('deal.lost', {}, { extra: nested(10_000) })],
    ['of lists in the list of approvers', cloudEvent('buying.process_defined', { approvers: [[[[]]]] })],
  ])('%s is refused with a reason', (_where, candidate) => {
    expect(reasons(candidate)).not.toHaveLength(0);
  });

  it.each<[unknown, string[]]>([
    [[[{}]], ['data.owner: expected an object, got a list']],
    [[{ id: 5 }], ['data.owner: expected an object, got a list']],
  ])('of the list %j where an object belongs is told in our words', (owner, told) => {
    expect(reasons(cloudEvent('deal.owner_changed', { owner })).slice(0, 1)).toEqual(told);
    for (const reason of reasons(cloudEvent('deal.owner_changed', { owner })))
      expect(reason).toContain('expected ');
  });

  it('is allowed up to a limit, at which the event can still be written out', () => {
    // The event and its data are the two levels above.
    const event = cloudEvent('deal.lost', { extra: nested(MAX_NESTING - 2) });
    expect(validateEvent(event).outcome).toBe('valid');
    expect(canonicalJson(event)).toContain('"in":{}');
  });

  it('is refused one level further, by the attribute that holds it', () => {
    expect(reasons(cloudEvent('deal.lost', { extra: nested(MAX_NESTING - 1) }))).toEqual([
      'data: expected at most 32 levels of nesting, got more',
    ]);
  });
});

describe('size', () => {
  it('of a text is limited', () => {
    expect(validateEvent(cloudEvent('deal.lost', { reason: 'x'.repeat(100_000) })).outcome).toBe('valid');
    expect(reasons(cloudEvent('deal.lost', { reason: 'x'.repeat(1_000_000) }))[0]?.length).toBeLessThan(150);
  });

  it('of an attribute name does not make a reason long', () => {
    const [reason] = reasons(cloudEvent('deal.lost', {}, { ['x'.repeat(100_000)]: nested(100) }));
    expect(reason?.length).toBeLessThan(150);
  });
});
