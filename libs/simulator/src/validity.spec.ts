import { describe, expect, it } from '@jest/globals';
import { eventCatalogue } from '#domain/events/catalogue.js';
import { validateEvent } from '#domain/events/validate.js';
import type { SimulatedEvent } from './journal.js';
import { owners } from './owners.js';
import { simulatedPolicy } from './policy.js';
import { simulate } from './simulate.js';

const until = Date.UTC(2026, 2, 2, 12);

describe.each([1, 2])('the events of seed %i', (seed) => {
  const events = [...simulate({ seed, until })];

  it('are valid canonical events, each of them', () => {
    const refused = events
      .map((event) => ({ event, verdict: validateEvent(event) }))
      .filter(({ verdict }) => verdict.outcome !== 'valid');
    expect(refused.slice(0, 3)).toEqual([]);
  });

  it('come in every type that there is', () => {
    const told = new Set<string>(events.map(({ type }) => type));
    expect(Object.keys(eventCatalogue).filter((type) => !told.has(type))).toEqual([]);
  });

  it('show calendars as they are: every response, and rooms without an address', () => {
    const attendees = events
      .filter(({ type }) => type === 'meeting.scheduled')
      .flatMap(({ data }) => (data as { attendees: { email?: string; response: string }[] }).attendees);
    expect(new Set(attendees.map(({ response }) => response))).toContain('needs_action');
    expect(attendees.some(({ email }) => email === undefined)).toBe(true);
    const answers = events.filter(({ type }) => type === 'meeting.responded');
    expect(new Set(answers.map(({ data }) => (data as { response: string }).response))).toEqual(
      new Set(['accepted', 'tentative', 'declined']),
    );
  });

  it('deal in euros mostly, and in the currencies that the policy has rates for', () => {
    const currencies = events.flatMap((event) =>
      event.type === 'deal.opened' ? ((event.data as { currency?: string }).currency ?? []) : [],
    );
    const share = (currency: string): number =>
      currencies.filter((c) => c === currency).length / currencies.length;
    expect(new Set(currencies)).toEqual(new Set(Object.keys(simulatedPolicy.rates)));
    expect(share('EUR')).toBeGreaterThan(0.6);
  });

  it('tell of a deal only what its CRM calls the seller’s and the customer’s sides apart', () => {
    const [domain] = simulatedPolicy.seller_domains;
    for (const { email } of owners) expect(email.endsWith(`@${domain}`)).toBe(true);
    const correspondents = events
      .filter(({ type }) => type === 'message.received')
      .flatMap(({ data }) => (data as { person?: { email: string } }).person ?? []);
    expect(correspondents.length).toBeGreaterThan(1000);
    expect(correspondents.filter(({ email }) => email.endsWith(`@${domain}`))).toEqual([]);
  });
});

function fromOf(event: SimulatedEvent): unknown {
  return (event.data as { from?: string }).from;
}

describe('the changes of a deal', () => {
  it('start from where the one before left off', () => {
    const stages = new Map<string, unknown>();
    let changes = 0;
    for (const event of simulate({ seed: 3, deals: 300, until, order: 'deal', late: 0, duplicates: 0 })) {
      if (event.type === 'deal.stage_changed') {
        expect(fromOf(event)).toBe(stages.get(event.subject));
        changes++;
      }
      const data = event.data as { stage?: string; to?: string };
      if (event.type === 'deal.opened' || event.type === 'deal.reopened')
        stages.set(event.subject, data.stage);
      if (event.type === 'deal.stage_changed') stages.set(event.subject, data.to);
    }
    expect(changes).toBeGreaterThan(300);
  });
});
