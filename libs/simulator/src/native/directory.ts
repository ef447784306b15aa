import type { SimulatedEvent } from '../journal.js';
import { changeEvent } from './change-event.js';
import { salesforceId, type SalesforceObject } from './ids.js';
import type { Organisation } from './organisation.js';
import type { Said } from './sent.js';

interface Named {
  readonly email?: string | null | undefined;
  readonly name?: string | null | undefined;
}

/** A record that others refer to, with the records that enter it where it was not there yet. */
export interface Entered {
  readonly id: string;
  readonly said: readonly Said[];
}

/** A customer's company, with its website. */
export function enterAccount(
  organisation: Organisation,
  event: SimulatedEvent,
  account: { readonly id: string; readonly name?: string | null; readonly domain?: string | null },
): Entered {
  const { id, name, domain } = account;
  return enter(organisation, event, 'Account', id, {
    Name: name ?? id,
    ...(domain === undefined || domain === null ? {} : { Website: `https://www.${domain}` }),
  });
}

/** One of the seller's people. */
export function enterUser(
  organisation: Organisation,
  event: SimulatedEvent,
  owner: Named & { readonly id: string },
): Entered {
  return enter(organisation, event, 'User', owner.id, { ...personFields(owner), IsActive: true });
}

/** One of the customer's people. */
export function enterContact(
  organisation: Organisation,
  event: SimulatedEvent,
  person: Named,
  accountId: string | undefined,
): Entered {
  return enter(organisation, event, 'Contact', person.email ?? `${event.subject}/${person.name ?? ''}`, {
    ...(accountId === undefined ? {} : { AccountId: accountId }),
    ...personFields(person),
  });
}

function personFields({ email, name }: Named): Readonly<Record<string, unknown>> {
  const [first = '', ...rest] = (name ?? '').split(' ');
  const last = rest.join(' ');
  return {
    Name: last === '' ? { LastName: first } : { FirstName: first, LastName: last },
    ...(email === undefined || email === null ? {} : { Email: email }),
  };
}

function enter(
  { entered }: Organisation,
  event: SimulatedEvent,
  object: SalesforceObject,
  name: string,
  fields: Readonly<Record<string, unknown>>,
): Entered {
  const id = salesforceId(object, name);
  if (entered.has(id)) return { id, said: [] };
  entered.add(id);
  return { id, said: [changeEvent(event, { object, kind: 'CREATE', recordId: id, fields })] };
}
