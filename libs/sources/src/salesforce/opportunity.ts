import { amountIn, currencyIn } from './amount.js';
import { readStamp } from './header.js';
import { dateIn, idIn, instantIn, numberIn, type Reading, textIn, type Told } from './reading.js';
import { readClosing, readStageChange } from './stage.js';

/** A deal. */
export function readOpportunity(id: string, reading: Reading): readonly Told[] {
  return readEvents(id, reading).map((told) => ({ ...told, deal: id }));
}

function readEvents(id: string, reading: Reading): readonly Told[] {
  switch (reading.event.changeType) {
    case 'CREATE':
      return [opened(id, reading), ...listOf(readClosing(reading))];
    case 'UPDATE':
      return updates(reading);
    case 'DELETE':
      return [{ type: 'deal.removed', data: {} }];
    case 'UNDELETE':
      return [{ type: 'deal.restored', data: {} }];
    default:
      return [];
  }
}

function opened(id: string, reading: Reading): Told {
  const account = idIn(reading, 'AccountId');
  const owner = idIn(reading, 'OwnerId');
  const stage = textIn(reading, 'StageName');
  const amount = numberIn(reading, 'Amount');
  const closeDate = dateIn(reading, 'CloseDate');
  return {
    type: 'deal.opened',
    data: {
      name: textIn(reading, 'Name') ?? id,
      ...(account === undefined ? {} : { account: { id: account } }),
      ...(owner === undefined ? {} : { owner: { id: owner } }),
      ...(stage === undefined ? {} : { stage }),
      ...(amount === undefined ? {} : { amount }),
      ...currencyIn(reading),
      ...(closeDate === undefined ? {} : { close_date: closeDate }),
    },
    time: openedAt(reading),
  };
}

/** An opportunity that was imported keeps the date of its creation; one that lies ahead is no date of it. */
function openedAt(reading: Reading): number | undefined {
  const created = instantIn(reading, 'CreatedDate');
  const { time } = readStamp(reading.event, reading.reasons);
  return created === undefined || time === undefined ? (created ?? time) : Math.min(created, time);
}

function updates(reading: Reading): readonly Told[] {
  const { changed } = reading;
  const told: Told[] = [...listOf(described(reading)), ...listOf(readStageChange(reading))];
  if (changed.has('Amount'))
    told.push({ type: 'deal.amount_changed', data: { amount: null, ...amountIn(reading) } });
  if (changed.has('CloseDate'))
    told.push({ type: 'deal.close_date_changed', data: { to: dateIn(reading, 'CloseDate') ?? null } });
  const owner = changed.has('OwnerId') ? idIn(reading, 'OwnerId') : undefined;
  if (owner !== undefined) told.push({ type: 'deal.owner_changed', data: { owner: { id: owner } } });
  return told;
}

function described(reading: Reading): Told | undefined {
  const { changed } = reading;
  const name = changed.has('Name') ? textIn(reading, 'Name') : undefined;
  const account = changed.has('AccountId') ? idIn(reading, 'AccountId') : undefined;
  if (name === undefined && account === undefined) return undefined;
  return {
    type: 'deal.described',
    data: {
      ...(name === undefined ? {} : { name }),
      ...(account === undefined ? {} : { account: { id: account } }),
    },
  };
}

function listOf<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
