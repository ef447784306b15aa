import { describe, expect, it } from '@jest/globals';
import { cutRecord, cutText, eventId, quoted, tidyData } from './translation.js';

describe('the id of an event', () => {
  it('is made of the fact: sequence, rank, type, object, change and a hash of the data', () => {
    const fact = {
      type: 'deal.won',
      object: 'D1',
      time: 1488387600000,
      data: { currency: 'USD', amount: 1054 },
    } as const;
    expect(eventId(fact)).toBe('000000/7/deal.won/D1/1488387600000/21102a09fd00');
    expect(eventId({ ...fact, data: { amount: 1054, currency: 'USD' } })).toBe(eventId(fact));
    expect(eventId({ ...fact, data: { amount: 1055, currency: 'USD' } })).not.toBe(eventId(fact));
  });

  it('names the sequence, the change and the deal where the source has them, and 0 for no time', () => {
    const fact = { type: 'deal.stage_changed', object: '006A', time: undefined, data: {} } as const;
    expect(eventId(fact)).toBe('000000/2/deal.stage_changed/006A/0/44136fa355b3');
    const told = eventId({ ...fact, sequence: 12, change: 'abc-1', deal: '006B' });
    expect(told).toBe('000012/2/deal.stage_changed/006A/abc-1/44136fa355b3/006B');
    expect(eventId({ ...fact, type: 'deal.opened', sequence: 12 })).toMatch(/^000000\/0\//);
  });

  it('orders what happened at one instant: opened, described, changed, the rest, closed, removed, a gap', () => {
    const types = [
      'deal.opened',
      'deal.described',
      'deal.amount_changed',
      'meeting.held',
      'deal.lost',
      'deal.removed',
      'deal.history_gap',
    ] as const;
    const ids = types.map((type) => eventId({ type, object: 'D1', time: 0, data: {} }));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids.map((id) => id.slice(0, 9))).size).toBe(types.length);
  });
});

describe('long texts', () => {
  it('are cut at 4,000 code points, never within one', () => {
    expect(cutText('a'.repeat(4000))).toHaveLength(4000);
    expect(cutText('a'.repeat(4001))).toBe('a'.repeat(4000));
    expect(cutText(`a${'😀'.repeat(5000)}`)).toBe(`a${'😀'.repeat(3999)}`);
    expect(cutText('😀'.repeat(4000))).toBe('😀'.repeat(4000));
  });

  it('of a refused record are cut at 64 KiB of UTF-8, never within a character', () => {
    expect(cutRecord('a'.repeat(70_000))).toBe('a'.repeat(65_536));
    expect(cutRecord('a'.repeat(65_536))).toHaveLength(65_536);
    expect(cutRecord(`a${'é'.repeat(40_000)}`)).toBe(`a${'é'.repeat(32_767)}`);
    expect(cutRecord(`abc${'😀'.repeat(40_000)}`)).toBe(`abc${'😀'.repeat(16_383)}`);
  });

  it('are quoted in reasons on one short line', () => {
    expect(quoted('a\nb')).toBe('"a\\nb"');
    expect(quoted('x'.repeat(5_000_000))).toHaveLength(80);
    expect(quoted(undefined)).toBe('undefined');
    expect(quoted(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toBe('a nested list');
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
    expect(quoted(deep)).toBe('a nested object');
  });
});

describe('event data', () => {
  it('has long names cut, addresses in lower case and ids without blanks, and all else as it was', () => {
    const long = 'x'.repeat(5000);
    expect(
      tidyData({
        name: long,
        stage: long,
        owner: { id: ' U1 ', email: ' Ann@Corp.Example ', name: ' Ann ' },
        attendees: [{ email: 'BOB@corp.example' }],
        meeting_id: 'm1\n',
        score: 0,
        objectives: [' keep '],
      }),
    ).toEqual({
      name: 'x'.repeat(4000),
      stage: long,
      owner: { id: 'U1', email: 'ann@corp.example', name: ' Ann ' },
      attendees: [{ email: 'bob@corp.example' }],
      meeting_id: 'm1',
      score: 0,
      objectives: [' keep '],
    });
  });
});
