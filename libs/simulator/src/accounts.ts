import { randomFor, type Random } from './random.js';
import { owners, teams, type Owner } from './owners.js';
import { companyName, familyNames, givenNames } from './words.js';
import type { Zone } from './working-time.js';

export type Segment = 'smb' | 'mid-market' | 'enterprise';

export type Role = 'champion' | 'economic_buyer' | 'approver' | 'evaluator' | 'user';

/** Someone at a customer, and the part they play in buying. */
export interface Contact {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

/** A company that may buy. All of them are invented, and their domains can't exist. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly segment: Segment;
  readonly zone: Zone;
  readonly currency: string;
  readonly people: readonly Contact[];
}

const ROLES: Readonly<Record<Segment, readonly Role[]>> = {
  smb: ['champion', 'economic_buyer', 'user', 'evaluator'],
  'mid-market': ['champion', 'economic_buyer', 'approver', 'evaluator', 'user'],
  enterprise: ['champion', 'economic_buyer', 'approver', 'approver', 'evaluator', 'user', 'user'],
};

function peopleOf(rng: Random, segment: Segment, domain: string): Contact[] {
  const given = rng.shuffled(givenNames);
  return ROLES[segment].map((role, i) => {
    // Given names are drawn without repetition, so that no two people of a company share an address.
    const first = given[i] ?? role;
    const last = rng.pick(familyNames);
    return { email: `${first}.${last}@${domain}`.toLowerCase(), name: `${first} ${last}`, role };
  });
}

/** The owner whose customer the account is: accounts are dealt out in turn. */
export function ownerOfAccount(number: number): Owner {
  const owner = owners[number % owners.length];
  if (owner === undefined) throw new RangeError(`no owner for account ${number}`);
  return owner;
}

/**
 * The account of that number (from 0): the same whichever deal asks for it.
 */
export function accountOf(seed: number, number: number): Account {
  const rng = randomFor(seed, `account/${number}`);
  const team = teams.find((t) => t.name === ownerOfAccount(number).team) ?? teams[0];
  if (team === undefined) throw new RangeError('there are no teams');
  const name = companyName(number);
  const domain = `${name.toLowerCase().replaceAll(' ', '-')}.example`;
  const segment = rng.weighted<Segment>([
    ['smb', 0.35],
    ['mid-market', 0.42],
    ['enterprise', 0.23],
  ]);
  return {
    id: `account-${String(number).padStart(5, '0')}`,
    name,
    domain,
    segment,
    zone: rng.pick(team.zones),
    currency: rng.weighted(team.currencies),
    people: peopleOf(rng, segment, domain),
  };
}
