import { milliseconds } from '#scorer/alerts/file-values.js';
import { UserError } from './user-error.js';

/**
 * Milliseconds of a duration given on the command line, such as `30m`, `24h` or `7d`.
 * @throws UserError for anything else
 */
export function parseDuration(option: string, text: string): number {
  const length = /^[1-9]\d*[mhd]$/.test(text) ? milliseconds(text) : undefined;
  if (length !== undefined) return length;
  throw new UserError(
    `${option}: expected a duration such as 30m, 24h or 7d, got ${JSON.stringify(text)}`,
    2,
  );
}
