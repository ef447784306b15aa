import { UserError } from '../user-error.js';

/**
 * @param when said behind it, where it is asked about another time than now
 * @throws UserError that names them, where there is any
 */
export function expectNone(unknown: readonly string[], when = ''): void {
  if (unknown.length === 0) return;
  throw new UserError(`no such deal${unknown.length > 1 ? 's' : ''}${when}: ${unknown.join(', ')}`);
}
