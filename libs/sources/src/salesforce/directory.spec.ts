import { describe, expect, it } from '@jest/globals';
import { defaultMapping } from '../native/mapping.js';
import { changeEvent, COMMITTED, ids, translated } from './testing/change-event.js';
import { translateSalesforce } from './translate.js';

type Fields = Readonly<Record<string, unknown>>;

const entries = (kind: string, entity: string, id: unknown, fields: Fields, header: Fields = {}) =>
  translated(changeEvent(kind, entity, id, fields, header)).directory;

describe('what Salesforce says of people and accounts', () => {
  it('is no event, but told with the time of its change', () => {
    const record = changeEvent('CREATE', 'Contact', ids.contact, { Email: 'ann@customer.example' });
    expect(translateSalesforce({ value: record }, { ...defaultMapping, source: 'salesforce/acme' })).toEqual({
      events: [],
      source: 'salesforce/acme',
      directory: [{ kind: 'person', ref: `contact/${ids.contact}`, email: 'ann@customer.example' }],
      time: COMMITTED,
    });
  });

  it.each<[string, string, string, Fields, Fields]>([
    [
      'a contact',
      'Contact',
      ids.contact,
      { Email: ' Ann@Customer.example ', Name: 'Ann Lee', AccountId: ids.account },
      { kind: 'person', ref: `contact/${ids.contact}`, email: 'ann@customer.example', name: 'Ann Lee', account: ids.account }, // prettier-ignore
    ],
    [
      'a contact with a compound name',
      'Contact',
      ids.contact,
      { Name: { Salutation: 'Dr.', FirstName: 'Ann', LastName: 'Lee' } },
      { kind: 'person', ref: `contact/${ids.contact}`, name: 'Ann Lee' },
    ],
    [
      'a contact with a last name alone',
      'Contact',
      ids.contact,
      { Name: { FirstName: null, LastName: 'Lee' } },
      { kind: 'person', ref: `contact/${ids.contact}`, name: 'Lee' },
    ],
    [
      'a lead, whose company is no account',
      'Lead',
      ids.lead,
      {
        Email: 'bo@lead.example',
        FirstName: 'Bo',
        LastName: 'Ek',
        Company: 'Lead AB',
        AccountId: ids.account,
      },
      { kind: 'person', ref: `lead/${ids.lead}`, email: 'bo@lead.example', name: 'Bo Ek' },
    ],
    [
      'a user',
      'User',
      ids.user,
      { Email: 'sam@seller.example', Name: 'Sam' },
      { kind: 'person', ref: `user/${ids.user}`, email: 'sam@seller.example', name: 'Sam' },
    ],
    [
      'an account',
      'Account',
      ids.account,
      { Name: 'Acme', Website: 'https://www.ACME.example/about?x=1' },
      { kind: 'account', id: ids.account, name: 'Acme', domain: 'acme.example' },
    ],
  ])('is an entry: %s', (_, entity, id, fields, expected) => {
    expect(entries('CREATE', entity, id, fields)).toEqual([expected]);
    expect(entries('UNDELETE', entity, id, fields)).toEqual([expected]);
  });

  const ref = `contact/${ids.contact}`;
  it.each<[string, Fields, Fields, Fields | undefined]>([
    ['what changed', { Email: 'new@customer.example' }, {}, { email: 'new@customer.example' }],
    ['what was emptied', { Email: null }, {}, { email: null }],
    ['what was emptied by name', {}, { nulledFields: ['AccountId'] }, { account: null }],
    ['nothing of what is null for it did not change', { Email: null, Name: null, AccountId: ids.account }, { changedFields: ['0x10'] }, { account: ids.account }], // prettier-ignore
    ['a whole name', { Name: { FirstName: 'Ann', LastName: 'Lee' } }, { changedFields: ['Name.LastName'] }, { name: 'Ann Lee' }], // prettier-ignore
    ['no half of a name', { Name: { LastName: 'Lee' } }, { changedFields: ['Name.LastName'] }, undefined],
    ['nothing else', { Phone: '1' }, {}, undefined],
  ])('tells of an update %s', (_, fields, header, said) => {
    const expected = said === undefined ? [] : [{ kind: 'person', ref, ...said }];
    expect(entries('UPDATE', 'Contact', ids.contact, fields, header)).toEqual(expected);
  });

  it('is an entry for each of the records', () => {
    const other = '0035f00002BoBoAAAV';
    expect(entries('UPDATE', 'Contact', [ids.contact, other], { AccountId: ids.account })).toEqual([
      { kind: 'person', ref, account: ids.account },
      { kind: 'person', ref: `contact/${other}`, account: ids.account },
    ]);
  });

  it.each<[string, string, Fields, Fields]>([
    ['an address that is none', 'Contact', { Email: 'none', Name: 'Ann' }, {}],
    ['an address in an object', 'Contact', { Email: { a: 1 } }, {}],
    ['a name in a list', 'Contact', { Name: ['Ann'] }, {}],
    ['a name nested too deep', 'Contact', { Name: { FirstName: { a: {} }, LastName: 'Lee' } }, {}],
    ['a website that is none', 'Account', { Name: 'Acme', Website: 'ask Bob' }, {}],
    ['names of fields that are none', 'Contact', { Email: 'a@b.example' }, { changedFields: 7 }],
  ])('is left out, and refuses nothing, with %s', (_, entity, fields, header) => {
    const record = changeEvent('UPDATE', entity, ids.contact, fields, header);
    expect(translated(record)).toEqual({ events: [], directory: [], reasons: [] });
  });

  it('is told without a time that is none', () => {
    const record = changeEvent('CREATE', 'User', ids.user, { Name: 'Sam' }, { commitTimestamp: 'soon' });
    expect(translateSalesforce({ value: record }, defaultMapping)).toEqual({
      events: [],
      source: 'salesforce',
      directory: [{ kind: 'person', ref: `user/${ids.user}`, name: 'Sam' }],
    });
  });

  it.each(['DELETE', 'GAP_UPDATE', 'GAP_OVERFLOW'])('is nothing by %s', (kind) => {
    expect(entries(kind, 'Contact', ids.contact, { Email: 'a@b.example' })).toEqual([]);
  });
});
