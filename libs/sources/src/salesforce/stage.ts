import { type ClosedAs, closedAs } from '../native/mapping.js';
import { amountIn } from './amount.js';
import { booleanIn, type Reading, textIn, type Told } from './reading.js';

/** Names that a new org gives the stages of closed deals; admins rename them. */
const DEFAULT_STAGES = { won: new Set(['closed won']), lost: new Set(['closed lost']) } as const;

/** What an update says of the deal's stage; undefined where it says nothing of it. */
export function readStageChange(reading: Reading): Omit<Told, 'deal'> | undefined {
  const { changed } = reading;
  if (!['StageName', 'IsClosed', 'IsWon'].some(changed.has)) return undefined;
  const closing = readClosing(reading);
  if (closing !== undefined) return closing;
  const stage = textIn(reading, 'StageName');
  if (stage === undefined) return undefined;
  if (changed.has('IsClosed') && booleanIn(reading, 'IsClosed') === false)
    return { type: 'deal.reopened', data: { stage } };
  return changed.has('StageName') ? { type: 'deal.stage_changed', data: { to: stage } } : undefined;
}

/** The event that closes a deal which stands in a closed stage; undefined while it is open. */
export function readClosing(reading: Reading): Omit<Told, 'deal'> | undefined {
  switch (readClosedAs(reading)) {
    case 'won':
      return { type: 'deal.won', data: amountIn(reading) };
    case 'lost':
      return { type: 'deal.lost', data: {} };
    case 'walked_away':
      return { type: 'deal.walked_away', data: {} };
    case undefined:
      return undefined;
  }
}

/** The company's own lists decide, then the CRM's flags, and only where they are not told the usual names. */
function readClosedAs(reading: Reading): ClosedAs | undefined {
  const { mapping, changed } = reading;
  const stage = textIn(reading, 'StageName')?.trim() ?? '';
  const listed = closedAs(stage, mapping, {});
  if (listed !== undefined) return listed;
  const isClosed = booleanIn(reading, 'IsClosed');
  const isWon = booleanIn(reading, 'IsWon');
  if (isClosed === false) return undefined;
  if (isWon === true) return 'won';
  if (isClosed === true) return 'lost';
  const usual = closedAs(stage, mapping, DEFAULT_STAGES);
  if (usual !== undefined) return usual;
  // No longer won, and nothing is said of being open again: IsClosed would be among the changes.
  return isWon === false && changed.names('IsWon') ? 'lost' : undefined;
}
