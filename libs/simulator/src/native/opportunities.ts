import { changeEvent, type Change } from './change-event.js';
import { enterAccount, enterUser, type Entered } from './directory.js';
import { opportunityId } from './ids.js';
import { type OpportunityEntry, opportunityOf, type Organisation } from './organisation.js';
import type { Said, ToldOf } from './sent.js';

/** Names that the organisation's CRM gives the stages of closed deals. */
export const closedStages = { won: 'Closed Won', lost: 'Closed Lost', walkedAway: 'No fit' } as const;

/** The types of events that the CRM keeps in a deal's opportunity. */
export type OpportunityType =
  | 'deal.opened'
  | 'deal.described'
  | 'deal.stage_changed'
  | 'deal.amount_changed'
  | 'deal.close_date_changed'
  | 'deal.owner_changed'
  | 'deal.won'
  | 'deal.lost'
  | 'deal.walked_away'
  | 'deal.reopened'
  | 'deal.removed'
  | 'deal.restored'
  | 'deal.history_gap';

type OpportunityEvent = ToldOf<OpportunityType>;

/** What the CRM says when that happens to a deal, after the people and the account that it refers to. */
export function opportunityRecords(organisation: Organisation, event: OpportunityEvent): readonly Said[] {
  const entry = opportunityOf(organisation, event.subject);
  const owner = ownerIn(organisation, event);
  const account = accountIn(organisation, event);
  if (owner !== undefined) entry.ownerId = owner.id;
  if (account !== undefined) entry.accountId = account.id;
  const change = {
    object: 'Opportunity',
    recordId: opportunityId(event.subject),
    userId: entry.ownerId,
    ...changeOf(event, entry),
  } as const;
  return [...(owner?.said ?? []), ...(account?.said ?? []), changeEvent(event, change)];
}

function ownerIn(organisation: Organisation, event: OpportunityEvent): Entered | undefined {
  if (event.type !== 'deal.opened' && event.type !== 'deal.owner_changed') return undefined;
  const { owner } = event.data;
  return owner?.id === undefined ? undefined : enterUser(organisation, event, { ...owner, id: owner.id });
}

function accountIn(organisation: Organisation, event: OpportunityEvent): Entered | undefined {
  if (event.type !== 'deal.opened' && event.type !== 'deal.described') return undefined;
  const { account } = event.data;
  return account?.id === undefined
    ? undefined
    : enterAccount(organisation, event, { ...account, id: account.id });
}

function changeOf(
  event: OpportunityEvent,
  entry: OpportunityEntry,
): Pick<Change, 'kind' | 'fields' | 'context'> {
  switch (event.type) {
    case 'deal.opened': {
      const { name, stage, amount, currency, close_date: closeDate, segment } = event.data;
      entry.amount = amount ?? null;
      return {
        kind: 'CREATE',
        fields: {
          Name: name,
          ...given('AccountId', entry.accountId),
          ...given('OwnerId', entry.ownerId),
          ...given('StageName', stage),
          IsClosed: false,
          IsWon: false,
          ...given('Amount', amount),
          ...given('CurrencyIsoCode', currency),
          ...given('CloseDate', closeDate),
          ...given('Segment__c', segment),
        },
      };
    }
    case 'deal.described': {
      const { name, account, segment } = event.data;
      return update({
        ...given('Name', name),
        ...(account === undefined || account === null ? {} : given('AccountId', entry.accountId)),
        ...given('Segment__c', segment),
      });
    }
    case 'deal.stage_changed':
      return update({ StageName: event.data.to });
    case 'deal.amount_changed': {
      const { amount, currency } = event.data;
      entry.amount = amount;
      return update({ Amount: amount }, given('CurrencyIsoCode', currency));
    }
    case 'deal.close_date_changed':
      return update({ CloseDate: event.data.to });
    case 'deal.owner_changed':
      return update({ OwnerId: entry.ownerId });
    case 'deal.won':
      return won(event, entry);
    case 'deal.lost':
      return update({ StageName: closedStages.lost, IsClosed: true });
    case 'deal.walked_away':
      return update({ StageName: closedStages.walkedAway, IsClosed: true });
    case 'deal.reopened': {
      const wasWon = entry.isWon;
      entry.isWon = false;
      return update({
        StageName: event.data.stage,
        IsClosed: false,
        ...(wasWon ? { IsWon: false } : {}),
      });
    }
    case 'deal.removed':
      return { kind: 'DELETE' };
    case 'deal.restored':
      return { kind: 'UNDELETE' };
    case 'deal.history_gap':
      return { kind: 'GAP_UPDATE' };
  }
}

/** What the price was in the end is a change of the amount only where it is another one. */
function won(
  { data: { amount, currency } }: ToldOf<'deal.won'>,
  entry: OpportunityEntry,
): ReturnType<typeof update> {
  const price = given('Amount', amount);
  const isNew = amount !== undefined && amount !== null && amount !== entry.amount;
  if (isNew) entry.amount = amount;
  entry.isWon = true;
  return update(
    { StageName: closedStages.won, IsClosed: true, IsWon: true, ...(isNew ? price : {}) },
    { ...price, ...given('CurrencyIsoCode', currency) },
  );
}

function update(fields: Change['fields'] & object, context: Change['fields'] & object = {}) {
  return { kind: 'UPDATE', fields, context } as const;
}

function given(field: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined || value === null ? {} : { [field]: value };
}
