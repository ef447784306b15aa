import { describe, expect, it } from '@jest/globals';
import { createAgenda } from './agenda.js';

const nothing = (): void => undefined;

describe('an agenda', () => {
  it('lets things happen in the order of their instants, and of entry where those are equal', () => {
    const agenda = createAgenda();
    const happened: string[] = [];
    agenda.enter(20, () => happened.push('b'));
    agenda.enter(10, () => happened.push('a'));
    agenda.enter(20, () => happened.push('c'));
    agenda.runUntil(100, nothing);
    expect(happened).toEqual(['a', 'b', 'c']);
  });

  it('lets happen what is entered meanwhile, and keeps what lies beyond', () => {
    const agenda = createAgenda();
    const happened: number[] = [];
    agenda.enter(10, () => {
      agenda.enter(15, () => happened.push(15));
      agenda.enter(31, () => happened.push(31));
    });
    agenda.runUntil(30, nothing);
    expect(happened).toEqual([15]);
    expect(agenda.isEmpty()).toBe(false);
    agenda.runUntil(31, nothing);
    expect(happened).toEqual([15, 31]);
    expect(agenda.isEmpty()).toBe(true);
  });

  it('says what time it is before anything happens', () => {
    const agenda = createAgenda();
    let now = 0;
    const seen: number[] = [];
    agenda.enter(5, () => seen.push(now));
    agenda.runUntil(9, (at) => {
      now = at;
    });
    expect(seen).toEqual([5]);
  });

  it('forgets everything when it is cleared', () => {
    const agenda = createAgenda();
    agenda.enter(1, () => {
      throw new Error('this was cleared');
    });
    agenda.clear();
    agenda.runUntil(10, nothing);
    expect(agenda.isEmpty()).toBe(true);
  });
});
