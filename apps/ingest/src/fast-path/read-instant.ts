import { parseInstant } from '#domain/time/instant.js';

/**
 * Reads instants off bytes as parseInstant does; NaN where they are none. The usual form, `2026-03-02T09:00:00Z` with
 * or without `.123`, is read without making a text of it, its day remembered.
 */
export function createInstantReader(): (bytes: Buffer, start: number, end: number) => number {
  let lastDay = -1;
  let lastMidnight = 0;

  function midnight(year: number, month: number, day: number): number {
    const key = (year * 16 + month) * 32 + day;
    if (key !== lastDay) {
      lastMidnight = Date.UTC(year, month - 1, day);
      lastDay = key;
    }
    return lastMidnight;
  }

  return (bytes, start, end) => {
    const length = end - start;
    const careful = (): number => parseInstant(bytes.toString('latin1', start, end)) ?? Number.NaN;
    if (length !== 24 && length !== 20) return careful();
    const divided =
      bytes[start + 4] === 0x2d &&
      bytes[start + 7] === 0x2d &&
      bytes[start + 10] === 0x54 &&
      bytes[start + 13] === 0x3a &&
      bytes[start + 16] === 0x3a &&
      bytes[end - 1] === 0x5a;
    if (!divided) return careful();
    const century = two(bytes, start);
    const years = two(bytes, start + 2);
    const month = two(bytes, start + 5);
    const day = two(bytes, start + 8);
    const hour = two(bytes, start + 11);
    const minute = two(bytes, start + 14);
    const second = two(bytes, start + 17);
    // Days that not every month has, and years that Date.UTC misreads, are for the careful reader.
    if (century < 1 || years < 0 || month < 1 || month > 12 || day < 1 || day > 28) return careful();
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return careful();
    let ms = 0;
    if (length === 24) {
      const hundreds = (bytes[start + 20] ?? 0) - 0x30;
      const rest = two(bytes, start + 21);
      if (bytes[start + 19] !== 0x2e || hundreds < 0 || hundreds > 9 || rest < 0) return careful();
      ms = hundreds * 100 + rest;
    }
    return midnight(century * 100 + years, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  };
}

/** Two digits as a number; -1 where they are none. */
function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
