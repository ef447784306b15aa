import { UserError } from './user-error.js';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a duration given on the command line, such as `30m`, `24h` or `7d`.
 * @throws UserError for anything else
 */
export function parseDuration(option: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const length = UNITS[unit ?? ''];
  if (count !== undefined && length !== undefined) return Number(count) * length;
  throw new UserError(
    `${option}: expected a duration such as 30m, 24h or 7d, got ${JSON.stringify(text)}`,
    2,
  );
}
