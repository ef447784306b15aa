import { describe, expect, it } from '@jest/globals';
import { conclude } from './conclude.js';
import type { DraftFact } from './draft.js';
import { Reasons } from './values.js';

const fact = (
  type: DraftFact['type'],
  data: DraftFact['data'] = {},
  subject: string | undefined = '8',
): DraftFact => ({
  source: 'crm',
  object: '8',
  time: 0,
  subject,
  type,
  data,
});

describe('what a record becomes', () => {
  it('is its events by rank, and as they were found within one', () => {
    const facts = [
      fact('deal.won'),
      fact('deal.amount_changed', { amount: 1 }),
      fact('deal.stage_changed', { to: 'x' }),
      fact('deal.opened', { name: 'x' }),
    ];
    const result = conclude('crm', { facts }, new Reasons());
    expect('events' in result && result.events.map(({ type }) => type)).toEqual([
      'deal.opened',
      'deal.amount_changed',
      'deal.stage_changed',
      'deal.won',
    ]);
    expect(result).not.toHaveProperty('directory');
    expect(result).not.toHaveProperty('time');
  });

  it('is nothing but every reason, each once, where a field is faulty', () => {
    const reasons = new Reasons();
    reasons.add('a', 'a number', 'x');
    reasons.add('a', 'a number', 'x');
    reasons.add('b', 'an id', {});
    const time = 7;
    expect(conclude('crm', { facts: [fact('deal.won')], time }, reasons)).toEqual({
      reasons: ['a: expected a number, got "x"', 'b: expected an id, got {}'],
    });
  });

  it('is nothing at all where one of its events is faulty', () => {
    const facts = [fact('deal.won'), { ...fact('deal.won'), subject: undefined }];
    expect(conclude('crm', { facts }, new Reasons())).toEqual({
      reasons: ["subject: expected the deal's id, got nothing"],
    });
  });

  it('is no longer than fifty reasons and the number of the others', () => {
    const reasons = new Reasons();
    for (let index = 0; index < 60; index += 1) reasons.add(`ids[${index}]`, 'an id', {});
    const result = conclude('crm', { facts: [] }, reasons);
    expect('reasons' in result && result.reasons.slice(49)).toEqual([
      'ids[49]: expected an id, got {}',
      'and 10 more',
    ]);
  });
});
