import type { Policy } from '#domain/policy/policy.js';
import { holidaysOf } from './working-time.js';

/** The domain of the simulated seller's own people. */
export const SELLER_DOMAIN = 'lindwerk.example';

const YEARS = Array.from({ length: 25 }, (_, i) => 2015 + i);

/** What the simulated organisation sets differently from the default policy. */
export const simulatedPolicy = {
  seller_domains: [SELLER_DOMAIN],
  calendar: {
    timezone: 'Europe/Berlin',
    workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
    holidays: YEARS.flatMap(holidaysOf),
  },
  reporting_currency: 'EUR',
  rates: { EUR: 1, USD: 0.92, GBP: 1.17 },
} as const satisfies Partial<Policy>;
