import type { Instant } from '#domain/time/instant.js';
import { readDateTime, readMidnight, readZone } from '../calendar/times.js';
import type { WallClock } from '../calendar/zones.js';
import type { SourceMapping } from '../native/mapping.js';
import type { NativeRecord } from '../native/record.js';
import { fieldOf, isEmpty, type Reasons } from '../native/values.js';

/** Reads a field such as `start`: an instant, a local time with its zone, or a day. */
export type ReadTime = (path: string, value: unknown, reasons: Reasons) => Instant | undefined;

/** A reader of an event's times. Those without a zone of their own are of the page's, else of the mapping's. */
export function timesOf(record: NativeRecord, mapping: SourceMapping): ReadTime {
  return (path, value, reasons) => {
    const calendarClock = (): WallClock | undefined =>
      readZone('timeZone of the page', record.page?.timeZone, mapping.timezone, reasons);
    const dateTime = fieldOf(value, 'dateTime');
    if (!isEmpty(dateTime)) {
      const zone = fieldOf(value, 'timeZone');
      const clock = (): WallClock | undefined =>
        isEmpty(zone) ? calendarClock() : readZone(`${path}.timeZone`, zone, mapping.timezone, reasons);
      return readDateTime(`${path}.dateTime`, dateTime, clock, reasons);
    }
    const date = fieldOf(value, 'date');
    // A day's own zone counts for nothing: whoever looks at the calendar sees the whole day of his own.
    if (!isEmpty(date)) return readMidnight(`${path}.date`, date, calendarClock, reasons);
    reasons.add(path, 'a dateTime or a date', value);
    return undefined;
  };
}
