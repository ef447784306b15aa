import { SELLER_DOMAIN } from './policy.js';
import type { Zone } from './working-time.js';

/** What somebody who sells is known for. */
export type Habit =
  | 'solid'
  | 'closes_on_next_step'
  | 'talks_idly'
  | 'asks_too_early'
  | 'never_asks'
  | 'sells_misfits'
  | 'forgets_the_customer'
  | 'slips_dates';

/** Someone who owns deals. */
export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly team: string;
  readonly habit: Habit;
}

/** A team sells to the customers of its region. */
export interface Team {
  readonly name: string;
  readonly zones: readonly Zone[];
  /** The currencies of its customers, each with its weight. */
  readonly currencies: readonly (readonly [currency: string, weight: number])[];
}

export const teams: readonly Team[] = [
  { name: 'Central', zones: ['Europe/Berlin'], currencies: [['EUR', 1]] },
  { name: 'South', zones: ['Europe/Berlin'], currencies: [['EUR', 1]] },
  {
    name: 'North',
    zones: ['Europe/Berlin', 'Europe/London'],
    currencies: [
      ['EUR', 0.6],
      ['GBP', 0.4],
    ],
  },
  {
    name: 'Overseas',
    zones: ['America/New_York', 'Asia/Singapore'],
    currencies: [
      ['USD', 0.7],
      ['EUR', 0.3],
    ],
  },
];

function owner(number: number, name: string, team: string, habit: Habit): Owner {
  const mailbox = name.toLowerCase().replace(' ', '.');
  return {
    id: `owner-${String(number).padStart(2, '0')}`,
    name,
    email: `${mailbox}@${SELLER_DOMAIN}`,
    team,
    habit,
  };
}

/** Everyone who owns deals here, with the habit that the measures should bring to light. No such people exist. */
export const owners: readonly Owner[] = [
  owner(1, 'Alma Brightwater', 'Central', 'closes_on_next_step'),
  owner(2, 'Bruno Tarnwick', 'Central', 'solid'),
  owner(3, 'Cleo Marrowby', 'Central', 'asks_too_early'),
  owner(4, 'Dario Quillane', 'Central', 'talks_idly'),
  owner(5, 'Edda Vintermoor', 'Central', 'never_asks'),
  owner(6, 'Falk Osterhagel', 'Central', 'slips_dates'),
  owner(7, 'Gesa Windhollow', 'South', 'closes_on_next_step'),
  owner(8, 'Hugo Silberfenn', 'South', 'solid'),
  owner(9, 'Ilva Castermond', 'South', 'solid'),
  owner(10, 'Jonte Rabenfurt', 'South', 'sells_misfits'),
  owner(11, 'Kaia Thornebeck', 'South', 'forgets_the_customer'),
  owner(12, 'Levi Ambergrund', 'South', 'talks_idly'),
  owner(13, 'Mina Hollowell', 'North', 'closes_on_next_step'),
  owner(14, 'Nils Farrowgate', 'North', 'solid'),
  owner(15, 'Oona Selkirkby', 'North', 'asks_too_early'),
  owner(16, 'Piet Drakensund', 'North', 'never_asks'),
  owner(17, 'Quinn Larkmere', 'North', 'slips_dates'),
  owner(18, 'Rosa Elderfenn', 'North', 'solid'),
  owner(19, 'Sven Moorhaven', 'Overseas', 'closes_on_next_step'),
  owner(20, 'Tess Wolkenried', 'Overseas', 'solid'),
  owner(21, 'Ugo Fennimarch', 'Overseas', 'sells_misfits'),
  owner(22, 'Vera Kestrelow', 'Overseas', 'forgets_the_customer'),
  owner(23, 'Wim Ashcombray', 'Overseas', 'talks_idly'),
  owner(24, 'Yara Nordenvale', 'Overseas', 'solid'),
];
