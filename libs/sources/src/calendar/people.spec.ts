import { describe, expect, it } from '@jest/globals';
import { type Listed, peopleOf } from './people.js';

const nobody = (): boolean => false;
const listed = (address: string, response: Listed['response'] = 'accepted', name?: string): Listed => ({
  address,
  name,
  response,
  isResource: false,
});
const addresses = (entries: readonly Listed[], host?: string): string[] =>
  peopleOf(entries, host === undefined ? undefined : { address: host, name: undefined }, nobody).map(
    ({ email }) => email,
  );

describe('the people of a meeting', () => {
  it('stand in the order of their addresses', () => {
    expect(addresses([listed('c@x.example'), listed('a@x.example')], 'b@x.example')).toEqual([
      'a@x.example',
      'b@x.example',
      'c@x.example',
    ]);
  });

  it('have trimmed addresses in lower case', () => {
    expect(addresses([listed(' Ann@Customer.Example ')])).toEqual(['ann@customer.example']);
  });

  it('include an organizer who is not listed, as accepted', () => {
    const organizer = { address: 'Rep@Seller.example', name: 'Rep' };
    expect(peopleOf([], organizer, nobody)).toEqual([
      { email: 'rep@seller.example', name: 'Rep', response: 'accepted' },
    ]);
  });

  it('include a listed organizer with the answer that he gave', () => {
    const organizer = { address: 'REP@seller.example', name: 'Rep' };
    expect(peopleOf([listed('rep@seller.example', 'declined')], organizer, nobody)).toEqual([
      { email: 'rep@seller.example', response: 'declined' },
    ]);
  });

  it('are no rooms, not even where the organizer is one', () => {
    const room = { ...listed('room@seller.example'), isResource: true };
    expect(addresses([room, listed('ann@x.example')], 'room@seller.example')).toEqual(['ann@x.example']);
  });

  it.each(['', '/O=EXCHANGELABS/CN=ANN', 'ann', ' '])('have an address, which %j is not', (address) => {
    expect(addresses([listed(address), listed('ann@x.example')], address)).toEqual(['ann@x.example']);
  });

  it('are not those whom the source takes for nobody', () => {
    const robots = (email: string): boolean => email === 'bot@x.example';
    const organizer = { address: 'BOT@x.example', name: undefined };
    expect(peopleOf([listed('Bot@x.example')], organizer, robots)).toEqual([]);
    expect(peopleOf([], organizer, robots)).toEqual([]);
  });

  it.each([
    ['needs_action', 'declined', 'declined'],
    ['needs_action', 'tentative', 'tentative'],
    ['needs_action', 'needs_action', 'needs_action'],
    ['accepted', 'needs_action', 'accepted'],
    ['declined', 'accepted', 'accepted'],
  ] as const)('count once where listed as %s and %s: %s, in any order', (one, other, expected) => {
    const [a, b] = [listed('ann@x.example', one, 'Ann'), listed('ANN@x.example', other)];
    const once = [{ email: 'ann@x.example', name: 'Ann', response: expected }];
    expect(peopleOf([a, b], undefined, nobody)).toEqual(once);
    expect(peopleOf([b, a], undefined, nobody)).toEqual(once);
  });
});
