import { formatDate, MILLISECONDS_PER_DAY, type DayNumber, type Instant } from '#domain/time/instant.js';

/** Where people of this world work. Their days end and begin apart, which is what makes their calendars hard to match. */
export type Zone = 'Europe/Berlin' | 'Europe/London' | 'America/New_York' | 'Asia/Singapore';

const MINUTES_PER_DAY = 1440;

/** Month and day of the holidays; moveable ones are left out, so that every year has the same. */
const HOLIDAYS: readonly (readonly [month: number, day: number])[] = [
  [1, 1],
  [5, 1],
  [10, 3],
  [12, 24],
  [12, 25],
  [12, 26],
  [12, 31],
];

/** The holidays of a year as ISO dates. */
export function holidaysOf(year: number): string[] {
  return HOLIDAYS.map(([month, day]) => formatDate(Date.UTC(year, month - 1, day) / MILLISECONDS_PER_DAY));
}

function isHoliday(day: DayNumber): boolean {
  const date = new Date(day * MILLISECONDS_PER_DAY);
  const month = date.getUTCMonth() + 1;
  const dayOfMonth = date.getUTCDate();
  return HOLIDAYS.some(([m, d]) => m === month && d === dayOfMonth);
}

/** 0 is Monday. */
function weekday(day: DayNumber): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function isWorkday(day: DayNumber): boolean {
  return weekday(day) < 5 && !isHoliday(day);
}

/** The n-th working day after `day`; n = 0 is the day itself, or the next working day where it is none. */
export function workdaysAfter(day: DayNumber, n: number): DayNumber {
  let at = day;
  while (!isWorkday(at)) at++;
  for (let left = n; left > 0; left--) {
    do at++;
    while (!isWorkday(at));
  }
  return at;
}

/** The n-th Sunday of a month (from 1), or the last one where n is 'last'. */
function sunday(year: number, month: number, n: number | 'last'): DayNumber {
  if (n === 'last') {
    const end = Date.UTC(year, month, 0) / MILLISECONDS_PER_DAY;
    return end - ((weekday(end) + 1) % 7);
  }
  const first = Date.UTC(year, month - 1, 1) / MILLISECONDS_PER_DAY;
  return first + ((6 - weekday(first) + 7) % 7) + (n - 1) * 7;
}

/** Whole days are enough: nobody here works during the night in which the clocks change. */
function isSummer(
  day: DayNumber,
  from: (year: number) => DayNumber,
  to: (year: number) => DayNumber,
): boolean {
  const year = new Date(day * MILLISECONDS_PER_DAY).getUTCFullYear();
  return day >= from(year) && day < to(year);
}

/** Minutes by which local time is ahead of UTC during the working hours of a day. */
function offset(zone: Zone, day: DayNumber): number {
  const european = (): boolean =>
    isSummer(
      day,
      (year) => sunday(year, 3, 'last'),
      (year) => sunday(year, 10, 'last'),
    );
  const american = (): boolean =>
    isSummer(
      day,
      (year) => sunday(year, 3, 2),
      (year) => sunday(year, 11, 1),
    );
  switch (zone) {
    case 'Europe/Berlin':
      return european() ? 120 : 60;
    case 'Europe/London':
      return european() ? 60 : 0;
    case 'America/New_York':
      return american() ? -240 : -300;
    case 'Asia/Singapore':
      return 480;
  }
}

/** The instant at which a clock in the zone shows that minute of that day (0 to 1439). */
export function instantAt(day: DayNumber, zone: Zone, minute: number): Instant {
  return day * MILLISECONDS_PER_DAY + (minute - offset(zone, day)) * (MILLISECONDS_PER_DAY / MINUTES_PER_DAY);
}

/** The calendar day in UTC; within working hours of Europe and America it is the local one too. */
export function dayOf(at: Instant): DayNumber {
  return Math.floor(at / MILLISECONDS_PER_DAY);
}
