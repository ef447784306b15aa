const BEGINNINGS = [
  'Vel',
  'Nor',
  'Cas',
  'Tal',
  'Bri',
  'Ost',
  'Mar',
  'Sel',
  'Kor',
  'Lum',
  'Fen',
  'Gal',
  'Hal',
  'Ir',
  'Jor',
  'Quin',
  'Ras',
  'Sor',
  'Tav',
  'Ul',
  'Ver',
  'Wes',
  'Yl',
  'Zan',
  'Dra',
  'Ell',
  'Pel',
  'Ar',
  'Bel',
] as const;
const MIDDLES = [
  'mora',
  'tera',
  'dovia',
  'vanta',
  'nexa',
  'lora',
  'rika',
  'sanda',
  'tessa',
  'vira',
  'zona',
  'barra',
  'cora',
  'dena',
  'fara',
  'gona',
  'linda',
] as const;
const TRADES = [
  'Logistics',
  'Foods',
  'Energy',
  'Clinics',
  'Insurance',
  'Optics',
  'Textiles',
  'Robotics',
  'Retail',
  'Chemicals',
  'Airways',
  'Banking',
  'Paper',
  'Rail',
  'Software',
  'Tools',
  'Waters',
  'Media',
  'Farms',
] as const;

/** An invented company's name, different for each number. */
export function companyName(number: number): string {
  // The lists' lengths have no common divisor, so each combination comes up once before any comes twice.
  const round = Math.floor(number / (BEGINNINGS.length * MIDDLES.length * TRADES.length));
  const name = `${BEGINNINGS[number % BEGINNINGS.length] ?? ''}${MIDDLES[number % MIDDLES.length] ?? ''}`;
  const trade = TRADES[number % TRADES.length] ?? '';
  return round === 0 ? `${name} ${trade}` : `${name} ${trade} ${round + 1}`;
}

export const givenNames = [
  'Ada',
  'Bela',
  'Cora',
  'Dov',
  'Elin',
  'Finn',
  'Greta',
  'Hedda',
  'Ivo',
  'Juna',
  'Kasper',
  'Lene',
  'Milo',
  'Nora',
  'Otis',
  'Pia',
  'Rafa',
  'Suri',
  'Theo',
  'Una',
  'Vito',
  'Wanda',
  'Xenia',
  'Yael',
  'Zora',
  'Anton',
  'Birte',
  'Ciro',
] as const;

export const familyNames = [
  'Aldermark',
  'Brackenfell',
  'Corvendale',
  'Dornhagen',
  'Eschenmoor',
  'Fallowmere',
  'Grimsholt',
  'Heatherwick',
  'Istervane',
  'Jarrowden',
  'Kaltenbree',
  'Lindquarry',
  'Morgenthistle',
  'Nettlebrook',
  'Oakenshire',
  'Pellandine',
  'Quarrystone',
  'Rothenhollow',
  'Stavermoor',
  'Thistledown',
  'Umberlane',
  'Varnhollow',
  'Wexenford',
  'Yarrowgate',
] as const;

/** Those of the seller who come along: a role, not a habit. */
export const colleagues = [
  { name: 'Solveig Reedmarsh', mailbox: 'solveig.reedmarsh' },
  { name: 'Timo Fernhollow', mailbox: 'timo.fernhollow' },
  { name: 'Ines Copperlane', mailbox: 'ines.copperlane' },
  { name: 'Marek Sandhurstle', mailbox: 'marek.sandhurstle' },
] as const;

export const rooms = ['Room Elbe', 'Room Isar', 'Room Spree', 'Room Alster'] as const;

export const dealSubjects = [
  'rollout',
  'pilot',
  'replacement',
  'extension',
  'second site',
  'consolidation',
  'renewal and growth',
] as const;

/** Meeting titles by the customer's position (0 to 6). */
export const meetingTitles: readonly (readonly string[])[] = [
  ['First conversation', 'Where it hurts today', 'Introduction'],
  ['How you decide', 'Goals and obstacles', 'Who is affected'],
  ['Criteria workshop', 'What good looks like'],
  ['Solution walk-through', 'Trial review', 'Technical deep dive'],
  ['Business case working session', 'Numbers with finance'],
  ['Terms and timeline', 'Proposal review', 'Open points'],
  ['Contract and start date', 'Kick-off preparation'],
];

export const internalTitles = [
  'Deal review',
  'Pricing round',
  'Forecast call',
  'Solution alignment',
  'Account planning',
] as const;

/** Whose next step it is. */
export type Side = 'customer' | 'seller' | 'both';

/** Next steps by the customer's position (0 to 6): what, and on whose side. */
export const nextSteps: readonly (readonly (readonly [description: string, side: Side])[])[] = [
  [
    ['Send the summary of the problem as we understood it', 'seller'],
    ['Collect last quarter’s figures on the current effort', 'customer'],
    ['Name the people who live with the problem every day', 'customer'],
  ],
  [
    ['Draw up how a purchase of this kind is decided', 'both'],
    ['Bring the head of finance into the next conversation', 'customer'],
    ['Share how two similar customers organised their decision', 'seller'],
  ],
  [
    ['Write down the decision criteria and their order', 'both'],
    ['Review the security questionnaire', 'customer'],
    ['Prepare a walk-through with your own data', 'seller'],
  ],
  [
    ['Run the trial with three users', 'customer'],
    ['Answer the open questions of IT', 'seller'],
    ['Go through the trial’s results together', 'both'],
  ],
  [
    ['Fill the business case with finance’s numbers', 'both'],
    ['Confirm the objectives with the sponsor', 'customer'],
    ['Work out the cost of waiting another quarter', 'seller'],
  ],
  [
    ['Walk through the proposal with the approvers', 'both'],
    ['Send the contract draft', 'seller'],
    ['Obtain legal’s comments', 'customer'],
  ],
  [
    ['Agree the start date and the people for the roll-out', 'both'],
    ['Issue the purchase order', 'customer'],
    ['Prepare the kick-off', 'seller'],
  ],
];

/** Next steps out of a review after the order. */
export const reviewSteps: readonly (readonly [description: string, side: Side])[] = [
  ['Compare the first results with what was expected', 'both'],
  ['Train the second group of users', 'seller'],
  ['Name who measures the outcome', 'customer'],
  ['Remove the obstacles that the users named', 'both'],
];

export const reviewTitles = ['Results review', 'How it is going', 'Quarterly review'] as const;

export const internalSteps = [
  'Get pricing approved',
  'Prepare the technical answers',
  'Line up an executive sponsor',
  'Check delivery capacity',
] as const;

export const pauseReasons = [
  'Budget freeze until the new fiscal year',
  'Reorganisation at the customer',
  'Champion on parental leave',
  'Waiting for the works council',
  'Year-end closing in finance',
] as const;

export const objectives = [
  'Cut order processing time by a third',
  'Halve the complaints about late deliveries',
  'Pass the audit without findings',
  'Open two new sites without more back-office staff',
  'Reduce stock by 15 percent',
  'Answer customers within a working day',
] as const;

/** What customers expect to gain: name, unit, baseline and target. Some are costs to bring down. */
export const outcomes: readonly (readonly [name: string, unit: string, baseline: number, target: number])[] =
  [
    ['Order processing time', 'minutes', 48, 30],
    ['Late deliveries', 'percent', 12, 6],
    ['Hours saved a month', 'hours', 0, 160],
    ['Orders handled a day', 'orders', 220, 300],
    ['Stock value', 'thousand EUR', 900, 760],
    ['Answers within a day', 'percent', 55, 85],
  ];

export const implementationSteps = ['Kick-off', 'Integration', 'Go-live', 'Acceptance'] as const;

export const walkAwayReasons = [
  'The need is better met by a simpler tool',
  'Outside of what we do well',
  'The effort would not pay for the customer',
] as const;

export const churnReasons = [
  'Expected results not achieved',
  'Nobody uses it',
  'Moved to a group-wide contract',
  'Business unit closed',
] as const;
