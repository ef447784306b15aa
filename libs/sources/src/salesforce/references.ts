import { idIn, type Reading, type Told } from './reading.js';

/** The first three characters of an id say of what object it is. */
export const OPPORTUNITY = '006';
const ACCOUNT = '001';
const PEOPLE: Readonly<Record<string, 'contact' | 'lead' | 'user'>> = {
  '003': 'contact',
  '00Q': 'lead',
  '005': 'user',
};

/** `contact/003…` of a contact's, lead's or user's id; undefined for any other. */
export function personRefOf(id: string): string | undefined {
  const prefix = id.slice(0, 3);
  const kind = Object.hasOwn(PEOPLE, prefix) ? PEOPLE[prefix] : undefined;
  return kind === undefined ? undefined : `${kind}/${id}`;
}

/** The deal of a task or event, or what it may be found by. A partial update names neither. */
export function relatedTo(reading: Reading): Pick<Told, 'deal' | 'hints'> {
  const what = idIn(reading, 'WhatId');
  if (what?.startsWith(OPPORTUNITY) === true) return { deal: what };
  const who = idIn(reading, 'WhoId');
  const hints: [kind: 'account' | 'contact' | 'lead', value: string][] = [];
  if (what?.startsWith(ACCOUNT) === true) hints.push(['account', what]);
  const kind = who === undefined ? undefined : PEOPLE[who.slice(0, 3)];
  if (who !== undefined && (kind === 'contact' || kind === 'lead')) hints.push([kind, who]);
  return { hints };
}
