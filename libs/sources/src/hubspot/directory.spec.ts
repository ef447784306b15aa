import { describe, expect, it } from '@jest/globals';
import { defaultMapping } from '../native/mapping.js';
import type { DirectoryEntry } from '../native/record.js';
import { AT, crmObject, entry } from '../testing/hubspot.js';
import { translateHubspot } from './translate.js';

function translate(value: unknown) {
  return translateHubspot({ value }, defaultMapping);
}

function directory(value: unknown): readonly DirectoryEntry[] | undefined {
  const result = translate(value);
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  expect(result.events).toEqual([]);
  return result.directory;
}

const change = (object: string, propertyName: unknown, propertyValue: unknown, fields = {}) =>
  entry(`${object}.propertyChange`, { objectId: 512, propertyName, propertyValue, ...fields });

describe('what HubSpot says of people and companies', () => {
  it('comes from contacts read through the API, under the time of the record', () => {
    const record = crmObject('512', {
      email: ' Ann@Customer.Example ',
      firstname: 'Ann',
      lastname: 'Lee',
      associatedcompanyid: '31',
    });
    expect(translate(record)).toEqual({
      events: [],
      source: 'hubspot',
      time: Date.UTC(2026, 2, 5, 8),
      directory: [
        { kind: 'person', ref: 'contact/512', email: 'ann@customer.example', name: 'Ann Lee', account: '31' },
      ],
    });
  });

  it.each<[object, object]>([
    [
      { email: null, firstname: null, lastname: '' },
      { email: null, name: null },
    ],
    [{ email: 'a@b.example' }, { email: 'a@b.example' }],
    [{ firstname: null, lastname: 'Lee' }, { name: 'Lee' }],
  ])('is no more than the contact names: %j', (properties, expected) => {
    const record = crmObject('512', properties as Record<string, unknown>);
    expect(directory(record)).toEqual([{ kind: 'person', ref: 'contact/512', ...expected }]);
  });

  it.each<[unknown, unknown, object]>([
    ['email', 'Ann@Customer.Example', { kind: 'person', ref: 'contact/512', email: 'ann@customer.example' }],
    ['email', '', { kind: 'person', ref: 'contact/512', email: null }],
    ['associatedcompanyid', '31', { kind: 'person', ref: 'contact/512', account: '31' }],
  ])('comes from a change of the contact: %j = %j', (name, value, expected) => {
    expect(directory(change('contact', name, value))).toEqual([expected]);
    expect(translate(change('object', name, value, { objectTypeId: '0-1' }))).toMatchObject({
      source: 'hubspot/5799819',
      time: AT,
      directory: [expected],
    });
  });

  it.each<[unknown, unknown, object]>([
    ['domain', 'WWW.Customer.Example', { kind: 'account', id: '512', domain: 'customer.example' }],
    ['domain', '', { kind: 'account', id: '512', domain: null }],
    ['name', 'Customer Ltd', { kind: 'account', id: '512', name: 'Customer Ltd' }],
  ])('comes from a change of the company: %j = %j', (name, value, expected) => {
    expect(directory(change('company', name, value))).toEqual([expected]);
    expect(directory(change('object', name, value, { objectTypeId: '0-2' }))).toEqual([expected]);
  });

  it('comes from companies read through the API', () => {
    const record = crmObject('31', { name: 'Customer Ltd', domain: 'https://www.customer.example/about' });
    expect(directory(record)).toEqual([
      { kind: 'account', id: '31', name: 'Customer Ltd', domain: 'customer.example' },
    ]);
  });

  it('comes from owners, by the id that deals name', () => {
    const owner = {
      email: 'Sam@Seller.Example',
      userId: 9,
      firstName: 'Sam',
      lastName: 'Ray',
      archived: false,
    };
    const expected = { kind: 'person', ref: 'owner/77001', email: 'sam@seller.example', name: 'Sam Ray' };
    expect(directory({ id: '77001', ...owner })).toEqual([expected]);
    expect(directory({ id: 77_001, ...owner, updatedAt: 'soon' })).toEqual([expected]);
    expect(translate({ ...owner })).toEqual({ reasons: ['id: expected an id, got nothing'] });
  });

  it.each<[string, unknown]>([
    ['half a name, which would displace the whole one', change('contact', 'firstname', 'Ann')],
    ['a property that says nothing', change('contact', 'phone', '1')],
    ['a property without a value', change('contact', 'email', undefined)],
    ['no address', change('contact', 'email', 'unknown')],
    ['no text', change('contact', 'email', { a: 1 })],
    ['no id', change('contact', 'email', 'a@b.example', { objectId: {} })],
    ['no domain', change('company', 'domain', 'customer')],
    ['a creation', entry('contact.creation')],
    ['an address that is none beside a name', crmObject('512', { email: 'nobody', firstname: 'Ann' })],
    ['a company whose name is no text', crmObject('31', { name: {}, domain: 'customer.example' })],
  ])('leaves out %s, and refuses nothing', (_case, record) => {
    expect(directory(record)).toBeUndefined();
  });
});
