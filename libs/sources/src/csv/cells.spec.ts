import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PLAIN_COLUMN, readCell, readText, type ColumnRule } from './cells.js';
import { createClock } from './clock.js';
import { momentReader, readIsoMoment } from './moments.js';

const bytes = (text: string): string => Buffer.from(text).toString('latin1');
const column = (rule: Partial<ColumnRule>): ColumnRule => ({ ...PLAIN_COLUMN, ...rule });
const berlin = createClock('Europe/Berlin');
const read = (rule: Partial<ColumnRule>, text: string): unknown => {
  const reading = readCell(column(rule), bytes(text), berlin, 'end');
  if (reading === undefined) return 'empty';
  return 'value' in reading ? reading.value : reading;
};
const number = (text: string, rule: Partial<ColumnRule> = {}): unknown =>
  read({ as: 'number', ...rule }, text);

describe('a text cell', () => {
  it('is kept as it is, in any script, blanks and hostile content included', () => {
    for (const text of ['  Zoë 株式会社 😀 ', '=HYPERLINK("http://x")', 'a\0b', '__proto__', 'a\u2028b']) {
      expect(read({}, text)).toBe(text);
    }
  });

  it('is empty when it holds nothing but blanks', () => {
    expect(read({}, '')).toBe('empty');
    expect(read({}, ' \t')).toBe('empty');
  });

  it('is refused when its bytes are not UTF-8', () => {
    expect(readText(PLAIN_COLUMN, 'Zo\xeb')).toEqual({ fault: expect.stringContaining('not UTF-8') });
  });

  it('is replaced whole, whatever blanks surround it', () => {
    const replace = new Map([
      ['GTXPro', 'GTX Pro'],
      ['n/a', ''],
      ['', 'New'],
    ]);
    expect(read({ replace }, ' GTXPro ')).toBe('GTX Pro');
    expect(read({ replace }, 'GTXPro 2')).toBe('GTXPro 2');
    expect(read({ replace }, 'n/a')).toBe('empty');
    expect(read({ replace }, ' ')).toBe('New');
  });

  it('is a list where its column is split', () => {
    expect(read({ split: ';' }, 'cost; speed ;;')).toEqual(['cost', 'speed']);
    expect(read({ split: ';' }, ' ; ')).toBe('empty');
  });
});

describe('a number cell', () => {
  it.each([
    ['1054', 1054],
    [' -12.50 ', -12.5],
    ['+7', 7],
    ['0', 0],
  ])('reads %j', (text, value) => {
    expect(number(text)).toBe(value);
  });

  it.each(['12k', '1,200', 'NaN', 'Infinity', '1e3', '0x10', '1.2.3', '.5', '5.', '--1', '9'.repeat(400)])(
    'refuses %j',
    (text) => {
      expect(number(text)).toEqual({ fault: expect.stringContaining('expected a number, got') });
    },
  );

  it('reads the marks that its column names, where they stand as marks stand', () => {
    const german = { decimal: ',', thousands: '.', strip: ['€'] };
    expect(number('€ 1.234.567,89', german)).toBe(1234567.89);
    expect(number('1234,5', german)).toBe(1234.5);
    expect(number('-1.234', german)).toBe(-1234);
    for (const text of ['12.34', '1234.567', '1,2,3', '1.5', '1.234.56', '.234']) {
      expect(number(text, german)).toEqual({ fault: expect.any(String) });
    }
    expect(number('1.5', { decimal: ',' })).toEqual({ fault: expect.any(String) });
  });

  it('divides percents to shares', () => {
    expect(number('85', { divide: 100 })).toBe(0.85);
  });

  it('reads every plain decimal as JavaScript does', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(999_999), (whole, fraction) => {
        expect(number(`${whole}.${fraction}`)).toBe(Number(`${whole}.${fraction}`));
      }),
    );
  });
});

describe('a boolean cell', () => {
  it('is true or false in any case, or what its column replaces by them', () => {
    expect(read({ as: 'boolean' }, 'TRUE')).toBe(true);
    expect(read({ as: 'boolean', replace: new Map([['no', 'false']]) }, 'no')).toBe(false);
    expect(read({ as: 'boolean' }, '1')).toEqual({ fault: 'expected true or false, got "1"' });
  });
});

describe('a date or instant cell', () => {
  it('is a bare date, of an instant the local one', () => {
    expect(read({ as: 'date' }, '2016-10-20')).toBe('2016-10-20');
    expect(read({ as: 'date' }, '2016-10-20T23:30')).toBe('2016-10-20');
    expect(read({ as: 'date' }, '2016-10-20T23:30:00Z')).toBe('2016-10-21');
  });

  it('is an instant in UTC, of a bare date the end of the day unless the mapping says otherwise', () => {
    expect(read({ as: 'instant' }, '2016-10-20T23:30')).toBe('2016-10-20T21:30:00.000Z');
    expect(read({ as: 'instant' }, '2016-10-20')).toBe('2016-10-20T21:59:59.999Z');
    const noon = readCell(column({ as: 'instant' }), '2016-10-20', berlin, 12 * 3_600_000);
    expect(noon).toEqual({ value: '2016-10-20T10:00:00.000Z' });
    const start = readCell(column({ as: 'instant' }), '2016-10-20', berlin, 'start');
    expect(start).toEqual({ value: '2016-10-19T22:00:00.000Z' });
  });

  it('reads a local time that occurs twice as the first, and a skipped one with the offset before', () => {
    expect(read({ as: 'instant' }, '2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(read({ as: 'instant' }, '2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('is refused before 1990 and after 2100, and in another format', () => {
    for (const as of ['date', 'instant'] as const) {
      expect(read({ as }, '1989-12-31')).toEqual({
        fault: 'expected a date from 1990 to 2100, got "1989-12-31"',
      });
      expect(read({ as }, '2101-01-01')).toEqual({ fault: expect.any(String) });
      expect(read({ as }, '9999999999999999')).toEqual({ fault: expect.any(String) });
      expect(read({ as }, '42663')).toEqual({ fault: expect.any(String) });
      expect(read({ as }, '1990-01-01')).toEqual(expect.stringContaining('1990-01-01'));
      expect(read({ as }, '10/20/2016')).toEqual({ fault: expect.stringContaining('YYYY-MM-DD') });
      const readMoment = momentReader('DD.MM.YYYY') ?? readIsoMoment;
      expect(read({ as, format: 'DD.MM.YYYY', readMoment }, '2016-10-20')).toEqual({
        fault: 'expected DD.MM.YYYY, got "2016-10-20"',
      });
    }
  });
});
