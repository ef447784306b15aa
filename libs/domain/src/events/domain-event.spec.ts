import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareCodePoints, compareEvents, type DomainEvent } from './domain-event.js';

function removed(time: number, source: string, id: string): DomainEvent {
  return { type: 'deal.removed', source, id, time, data: {} };
}

/** The definition, spelt out: by the list of code points. */
function byDefinition(a: string, b: string): number {
  const left = Array.from(a, (char) => char.codePointAt(0) ?? 0);
  const right = Array.from(b, (char) => char.codePointAt(0) ?? 0);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(left.length - right.length);
}

/** Texts that share beginnings and hold characters from both sides of the surrogates. */
const text = fc.string({
  unit: fc.constantFrom('a', 'Z', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}'),
  maxLength: 4,
});
const event = fc
  .tuple(fc.integer({ min: 0, max: 2 }), text, text)
  .map(([time, source, id]) => removed(time, source, id));

describe('the order of texts', () => {
  it.each([
    ['Z', 'a', 'capitals before small letters'],
    ['evt-10', 'evt-9', 'figures as characters, not as numbers'],
    ['a', 'ab', 'a beginning before what goes on'],
    ['\uffff', '\u{1f600}', 'U+FFFF before what lies beyond it'],
    ['\u{1f600}', '\u{1f601}', 'pairs by what they stand for'],
  ])('puts %j before %j: %s', (first, second) => {
    expect(compareCodePoints(first, second)).toBeLessThan(0);
    expect(compareCodePoints(second, first)).toBeGreaterThan(0);
  });

  it('is that of their code points', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(byDefinition(a, b));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the order of events', () => {
  it('is by time, then source, then id', () => {
    const sorted = [removed(1, 'a', 'a'), removed(1, 'a', 'b'), removed(1, 'b', 'a'), removed(2, 'A', 'A')];
    expect([...sorted].reverse().sort(compareEvents)).toEqual(sorted);
  });

  it('is the same whatever the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (events, picks) => {
        const shuffled: DomainEvent[] = [];
        for (const next of events)
          shuffled.splice((picks.next().value as number) % (shuffled.length + 1), 0, next);
        expect(shuffled.sort(compareEvents)).toEqual([...events].sort(compareEvents));
      }),
    );
  });

  it('leaves no two events of different identity equal', () => {
    fc.assert(
      fc.property(event, event, (a, b) => {
        const same = a.time === b.time && a.source === b.source && a.id === b.id;
        expect(compareEvents(a, b) === 0).toBe(same);
      }),
      { numRuns: 1000 },
    );
  });
});
