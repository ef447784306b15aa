import { describe, expect, it } from '@jest/globals';
import { momentReader, readIsoMoment, type Moment } from './moments.js';

const iso = (moment: Moment | undefined): string | undefined => {
  if (moment === undefined) return undefined;
  if (moment.kind === 'date') return new Date(moment.day * 86_400_000).toISOString().slice(0, 10);
  return moment.kind === 'local'
    ? new Date(moment.local).toISOString().slice(0, -1)
    : new Date(moment.at).toISOString();
};

describe('a date or time without a format', () => {
  it.each([
    ['2016-10-20', '2016-10-20'],
    ['2016-10-20T09:30', '2016-10-20T09:30:00.000'],
    ['2016-10-20 09:30:15.1239', '2016-10-20T09:30:15.123'],
    ['2016-10-20T09:30:00+02:00', '2016-10-20T07:30:00.000Z'],
    ['1476954000', '2016-10-20T09:00:00.000Z'],
    ['1476954000000', '2016-10-20T09:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(iso(readIsoMoment(text))).toBe(expected);
  });

  it.each(['2016-02-30', '2016-10-20T24:00', '10/20/2016', '2016-2-3', 'soon', ''])('refuses %j', (text) => {
    expect(readIsoMoment(text)).toBeUndefined();
  });
});

describe('a date or time with a format', () => {
  it.each([
    ['DD.MM.YYYY', '20.10.2016', '2016-10-20'],
    ['M/D/YY', '3/1/17', '2017-03-01'],
    ['M/D/YY', '3/1/95', '1995-03-01'],
    ['D-MMM-YYYY', '7-Sep-2016', '2016-09-07'],
    ['YYYYMMDD', '20161020', '2016-10-20'],
    ['YYYY-MM-DDTHH:mm:ss', '2016-10-20T09:30:15', '2016-10-20T09:30:15.000'],
    ['M/D/YYYY h:mm A', '10/20/2016 12:05 am', '2016-10-20T00:05:00.000'],
    ['M/D/YYYY h:mm A', '10/20/2016 12:05 PM', '2016-10-20T12:05:00.000'],
    ['DD.MM.YYYY HH:mm Z', '20.10.2016 09:30 -0130', '2016-10-20T11:00:00.000Z'],
    ['YYYY-MM-DD HH:mm:ss.SSSZ', '2016-10-20 09:30:00.250Z', '2016-10-20T09:30:00.250Z'],
  ])('%s reads %s', (format, text, expected) => {
    expect(iso(momentReader(format)?.(text))).toBe(expected);
  });

  it.each([
    ['DD.MM.YYYY', '31.02.2016'],
    ['DD.MM.YYYY', '20x10x2016'],
    ['DD.MM.YYYY', '2016-10-20'],
    ['D-MMM-YYYY', '7-Foo-2016'],
    ['M/D/YYYY h:mm A', '10/20/2016 13:05 PM'],
    ['DD.MM.YYYY HH:mm', '20.10.2016 25:00'],
    ['DD.MM.YYYY HH:mm Z', '20.10.2016 09:30 +99:00'],
  ])('%s refuses %s', (format, text) => {
    expect(momentReader(format)?.(text)).toBeUndefined();
  });

  it.each([
    '',
    'MM/DD',
    'dd.mm.yyyy',
    'YYYY-MM-DD hh:mm',
    'YYYY-MM-DD HH:mm A',
    'YYYY-MM-DD YYYY',
    'YYYY-MM-DD mm',
    'QQ YYYY-MM-DD',
  ])('%j is no format', (format) => {
    expect(momentReader(format)).toBeUndefined();
  });
});
