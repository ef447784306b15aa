/** A deal as its opportunity stands in the CRM. */
export interface OpportunityEntry {
  /** Ids of Salesforce. */
  accountId: string | undefined;
  ownerId: string | undefined;
  amount: number | null;
  isWon: boolean;
}

/** Somebody or something whom a calendar lists with a meeting. */
export interface Guest {
  /** None: a room. */
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly response: string;
}

/** A meeting as it stands in the calendar of whoever invited to it. */
export interface CalendarEntry {
  readonly created: string;
  startsAt: string;
  endsAt: string;
  title: string | undefined;
  /** The first is whoever invited. */
  guests: readonly Guest[];
  isCancelled: boolean;
  /** How often its time or its people changed. */
  sequence: number;
}

/** What the organisation's systems hold. */
export interface Organisation {
  /** By deal id. */
  readonly opportunities: Map<string, OpportunityEntry>;
  /** By meeting id. */
  readonly calendar: Map<string, CalendarEntry>;
  /** Ids of the people and accounts that have a record in the CRM. */
  readonly entered: Set<string>;
}

/** @param entered what has a record in the CRM already */
export function createOrganisation(entered: Set<string>): Organisation {
  return { opportunities: new Map(), calendar: new Map(), entered };
}

/** A deal's opportunity; one of which nothing is known is entered empty. */
export function opportunityOf(organisation: Organisation, dealId: string): OpportunityEntry {
  const known = organisation.opportunities.get(dealId);
  if (known !== undefined) return known;
  const entry: OpportunityEntry = { accountId: undefined, ownerId: undefined, amount: null, isWon: false };
  organisation.opportunities.set(dealId, entry);
  return entry;
}
