import { describe, expect, it } from '@jest/globals';
import { mayEndAfterStart } from './meeting-times.js';

describe('the end of a meeting', () => {
  it.each([
    ['2026-03-02T10:00:00Z', '2026-03-02T10:00:00Z', 'the same instant'],
    ['2026-03-02T10:00:00Z', '2026-03-02T11:00:00.000Z', 'another precision'],
    ['2026-03-02T10:00:00+02:00', '2026-03-02T08:00:00Z', 'another offset'],
    ['2026-03-02t10:00:00Z', '2026-03-02T10:00:00z', 'another spelling'],
    ['2026-03-02', '2026-03-02', 'the same date'],
    ['2026-03-02', '2026-03-03', 'a later date'],
    ['2026-03-02T23:59:00Z', '2026-03-02', 'the date of the start'],
    ['2026-03-02T11:59:59Z', '2026-03-01', 'a date that has not ended yet west of the line'],
    ['2026-03-02', '2026-03-02T10:00:00Z', 'a start whose date is over in the far east'],
  ])('may be, after the start %s, %s: %s', (startsAt, endsAt) => {
    expect(mayEndAfterStart({ starts_at: startsAt, ends_at: endsAt })).toBe(true);
  });

  it.each([
    ['2026-03-02T10:00:00.000Z', '2026-03-02T09:59:59.999Z', 'a millisecond before'],
    ['2026-03-02T10:00:00Z', '2026-03-02T11:59:59+02:00', 'a later clock time of an earlier instant'],
    ['2026-03-02 11:00:00Z', '2026-03-02T10:00:00Z', 'a text that sorts later, being spelt otherwise'],
    ['2026-03-02', '2026-03-01', 'an earlier date'],
    ['2026-03-02T12:00:00Z', '2026-03-01', 'a date that is over everywhere'],
    ['2026-03-02', '2026-03-02T09:59:59.998Z', 'a start whose date is not over anywhere'],
  ])('may not be, after the start %s, %s: %s', (startsAt, endsAt) => {
    expect(mayEndAfterStart({ starts_at: startsAt, ends_at: endsAt })).toBe(false);
  });

  it.each<[unknown, unknown]>([
    [undefined, '2026-03-02T10:00:00Z'],
    ['2026-03-02T10:00:00Z', null],
    ['2026-03-02T10:00:00Z', 'later'],
    ['soon', '2026-03-02T10:00:00Z'],
  ])(
    'is no matter of order between %p and %p: the field that is no time is told for itself',
    (start, end) => {
      expect(mayEndAfterStart({ starts_at: start, ends_at: end })).toBe(true);
    },
  );
});
