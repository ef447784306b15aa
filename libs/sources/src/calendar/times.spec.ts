import { describe, expect, it } from '@jest/globals';
import { Reasons } from '../native/values.js';
import { readCancelledAt, readDateTime, readMidnight, readZone } from './times.js';

const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

function read<T>(reader: (reasons: Reasons) => T): { found: T; reasons: readonly string[] } {
  const reasons = new Reasons();
  return { found: reader(reasons), reasons: reasons.list };
}

describe('a date with a time', () => {
  it.each([
    ['2026-03-10T15:00:00+01:00', '2026-03-10T14:00:00.000Z'],
    ['2026-03-10T15:00:00Z', '2026-03-10T15:00:00.000Z'],
    ['2026-03-10T15:00:00', '2026-03-10T14:00:00.000Z'],
    ['2026-03-10T15:00:00.1239999', '2026-03-10T14:00:00.123Z'],
    ['2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
    [1773151200, '2026-03-10T14:00:00.000Z'],
    ['1773151200000', '2026-03-10T14:00:00.000Z'],
  ])('%s is %s in Berlin', (value, expected) => {
    const clock = read((reasons) => readZone('zone', 'Europe/Berlin', 'UTC', reasons)).found;
    const { found, reasons } = read((list) => readDateTime('start', value, () => clock, list));
    expect([iso(found), reasons]).toEqual([expected, []]);
  });

  it.each([
    '2026-03-10',
    '2026-02-30T10:00:00',
    '2026-03-10T25:00:00',
    '1989-12-31T23:00:00Z',
    '2101-06-01T00:00:00',
    '9999-12-31T23:59:59',
    'soon',
    '',
    null,
    undefined,
    true,
    {},
    [],
  ])('is not %j', (value) => {
    const { found, reasons } = read((list) => readDateTime('start.dateTime', value, () => (at) => at, list));
    expect(found).toBeUndefined();
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/^start\.dateTime: expected a date with a time, between 1990 and 2100, got /);
  });

  it('asks for no zone where it has an offset', () => {
    const { reasons } = read((list) =>
      readDateTime(
        'start',
        '2026-03-10T15:00:00+01:00',
        () => readZone('zone', 'Nowhere', 'UTC', list),
        list,
      ),
    );
    expect(reasons).toEqual([]);
  });
});

describe('a zone', () => {
  it('is another one where none is named', () => {
    const clock = read((reasons) => readZone('zone', null, 'Romance Standard Time', reasons)).found;
    expect(clock?.(3_600_000)).toBe(0);
  });

  it.each(['tzone://Microsoft/Custom', 'Customized Time Zone', 'Nowhere', 5, {}, ['UTC']])(
    'is not %j',
    (value) => {
      const { found, reasons } = read((list) => readZone('start.timeZone', value, 'UTC', list));
      expect(found).toBeUndefined();
      expect(reasons[0]).toMatch(/^start\.timeZone: expected an IANA or Windows name of a time zone, got /);
    },
  );
});

describe('a day', () => {
  it.each([
    ['Europe/Berlin', '2026-03-10', '2026-03-09T23:00:00.000Z'],
    ['America/Los_Angeles', '2026-03-10', '2026-03-10T07:00:00.000Z'],
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00.000Z'],
  ])('begins in %s on %s at %s', (zone, day, expected) => {
    const { found } = read((list) =>
      readMidnight('date', day, () => readZone('zone', zone, 'UTC', list), list),
    );
    expect(iso(found)).toBe(expected);
  });

  it.each(['2026-02-30', '2026-03-10T00:00:00', '1989-12-31', 20260310])('is not %j', (value) => {
    const { found, reasons } = read((list) => readMidnight('start.date', value, () => (at) => at, list));
    expect(found).toBeUndefined();
    expect(reasons).toHaveLength(1);
  });
});

describe('the time of a cancellation', () => {
  const value = null;
  const timestamp = Date.UTC(2026, 2, 7);
  const page = { updated: '2026-03-06T00:00:00Z' };

  it.each([
    ['the record', '2026-03-05T00:00:00Z', { value, page, timestamp }, '2026-03-05T00:00:00.000Z'],
    ['the page', undefined, { value, page, timestamp }, '2026-03-06T00:00:00.000Z'],
    ['the page', '', { value, page, timestamp }, '2026-03-06T00:00:00.000Z'],
    ['the message', null, { value, page: {}, timestamp }, '2026-03-07T00:00:00.000Z'],
    ['the message', undefined, { value, timestamp }, '2026-03-07T00:00:00.000Z'],
    ['nobody', undefined, { value }, undefined],
    ['nobody', undefined, { value, timestamp: -1 }, undefined],
    ['nobody', undefined, { value, timestamp: Number.NaN }, undefined],
  ])('is known to %s', (_who, own, record, expected) => {
    const { found, reasons } = read((list) => readCancelledAt('updated', own, record, list));
    expect([iso(found), reasons]).toEqual([expected, []]);
  });

  it.each([
    ['updated: ', 'soon', { value, page, timestamp }],
    ['updated of the page: ', undefined, { value, page: { updated: 'soon' }, timestamp }],
  ])('is refused where it can not be read, by a reason that begins with %j', (path, own, record) => {
    const { found, reasons } = read((list) => readCancelledAt('updated', own, record, list));
    expect(found).toBeUndefined();
    expect(reasons[0]?.startsWith(path)).toBe(true);
  });
});
