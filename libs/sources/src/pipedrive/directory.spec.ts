import { describe, expect, it } from '@jest/globals';
import { defaultMapping } from '../native/mapping.js';
import { AT, notice } from '../testing/pipedrive.js';
import { translatePipedrive } from './translate.js';

function translate(value: unknown) {
  return translatePipedrive({ value }, defaultMapping);
}

describe('what Pipedrive says of people and organizations', () => {
  const emails = [
    { value: 'home@ann.example', primary: false },
    { value: ' Ann@Customer.Example ', primary: true },
  ];

  it.each<[string, object, object]>([
    [
      'person',
      { id: 8, name: 'Ann Lee', emails, org_id: 31 },
      { kind: 'person', ref: 'person/8', email: 'ann@customer.example', name: 'Ann Lee', account: '31' },
    ],
    [
      'person',
      { emails: [{ value: 'a@b.example' }] },
      { kind: 'person', ref: 'person/8', email: 'a@b.example' },
    ],
    [
      'person',
      { emails: [], name: null, org_id: null },
      { kind: 'person', ref: 'person/8', email: null, name: null, account: null },
    ],
    [
      'user',
      { email: 'Sam@Seller.Example', name: 'Sam' },
      { kind: 'person', ref: 'user/8', email: 'sam@seller.example', name: 'Sam' },
    ],
    [
      'organization',
      { name: 'Customer Ltd', owner_id: 1 },
      { kind: 'account', id: '8', name: 'Customer Ltd' },
    ],
    [
      'organization',
      { name: 'Customer Ltd', website: 'https://www.Customer.example/about' },
      { kind: 'account', id: '8', name: 'Customer Ltd', domain: 'customer.example' },
    ],
  ])('comes from a %s: %j', (entity, data, entry) => {
    for (const action of ['create', 'change']) {
      expect(translate(notice(entity, action, data))).toEqual({
        events: [],
        source: 'pipedrive/8087566',
        time: AT,
        directory: [entry],
      });
    }
  });

  it.each<[string, unknown]>([
    ['a bad address', notice('person', 'create', { name: 'Ann', emails: [{ value: 'nobody' }] })],
    ['addresses that are none', notice('person', 'create', { emails: { value: 'a@b.example' } })],
    ['a name that is no text', notice('organization', 'change', { name: ['x'] })],
    ['a record that is none', notice('user', 'change', [{ email: 'a@b.example' }])],
    ['one that was deleted', notice('person', 'delete', null, { name: 'Ann' })],
    ['another object', notice('product', 'create', { name: 'Box', email: 'a@b.example' })],
  ])('leaves out %s, and refuses nothing', (_case, record) => {
    expect(translate(record)).toEqual({ events: [], source: 'pipedrive/8087566', time: AT });
  });

  it('is known without a time where that can not be read', () => {
    const result = translate(notice('user', 'create', { name: 'Sam' }, null, { timestamp: 'soon' }));
    expect(result).toEqual({
      events: [],
      source: 'pipedrive/8087566',
      directory: [{ kind: 'person', ref: 'user/8', name: 'Sam' }],
    });
  });
});
