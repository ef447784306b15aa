import { UserError } from './user-error.js';

/** What a command that lists things is told by `--limit` and `--format`. */
export interface ListOptions {
  readonly limit: number;
  readonly format: 'table' | 'ndjson';
}

/** @throws UserError where one of them is something else */
export function readListOptions(options: { readonly limit: string; readonly format: string }): ListOptions {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new UserError('--limit: expected a whole number from 1', 2);
  const { format } = options;
  if (format === 'ndjson' || format === 'table') return { limit, format };
  throw new UserError(`--format: expected table or ndjson, got ${JSON.stringify(format)}`, 2);
}
