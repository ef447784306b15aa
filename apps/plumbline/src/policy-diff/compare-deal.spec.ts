import { describe, expect, it } from '@jest/globals';
import type { AlertSettings, Endpoint } from '#domain/alerts/types.js';
import { validateEvent } from '#domain/events/validate.js';
import type { DomainEvent } from '#domain/events/domain-event.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook, type RuleBook } from '#domain/policy/rules.js';
import { compareDeal, type DealDiff, isChanged } from './compare-deal.js';
import { createLargest } from './largest.js';
import { createTally } from './tally.js';

const NOW = Date.UTC(2026, 2, 31, 12);

function book(policy: string): RuleBook {
  const parsed = parsePolicy(policy);
  if (parsed.policy === undefined) throw new Error(parsed.faults.map(({ message }) => message).join('\n'));
  return createRuleBook(parsed.policy);
}

function opened(dealId: string, amount: number): DomainEvent[] {
  const verdict = validateEvent({
    ...{ specversion: '1.0', id: dealId, source: 'crm', type: 'deal.opened', subject: dealId },
    time: '2026-03-02T09:00:00Z',
    data: {
      ...{ name: dealId, account: { id: 'a' }, owner: { id: 'o' }, stage: 'discovery' },
      ...{ amount, currency: 'EUR' },
    },
  });
  if (verdict.outcome !== 'valid') throw new Error('not valid');
  return [verdict.domain];
}

const endpoint: Endpoint = {
  ...{ name: 'ops', url: 'https://hooks.example', secret: null, format: 'slack', kinds: null },
  ...{ families: null, minimumSeverity: 'warning', minimumAmount: 5_000, owners: null, teams: null },
  ...{ segments: null, pipelines: null, digest: null, businessHours: null, repeatAfter: null },
  ...{ resolved: true, maxPerHour: 60, concurrency: 4, allowPrivate: false, allowHttp: false },
};
const settings: AlertSettings = {
  ...{ flapWithin: 0, historyAfter: 0, backlogDigestAfter: 0, dealLink: null, endpoints: [endpoint] },
};

const strict = book('{}');
const lenient = book('findings: { stalled: { enabled: false } }');

function diff(books: readonly [RuleBook, RuleBook], amount = 10_000): DealDiff {
  const found = compareDeal('d1', opened('d1', amount), { books, asOf: NOW, settings });
  if (found === undefined) throw new Error('not opened');
  return found;
}

describe('the difference between two policies', () => {
  it('is none between equal ones', () => {
    const same = diff([strict, book('{}')]);
    expect(isChanged(same)).toBe(false);
    expect(same.status).toEqual(['stalled', 'stalled']);
  });

  it('tells of a deal which findings and alerts go, and what becomes of its status', () => {
    const found = diff([strict, lenient]);
    expect(found.go.map(({ kind }) => kind)).toEqual(['stalled']);
    expect(found.appear).toEqual([]);
    expect(found.alerts_go).toEqual([{ endpoint: 'ops', kind: 'stalled' }]);
    expect(found.status[0]).toBe('stalled');
    expect(found.status[1]).not.toBe('stalled');
  });

  it('is the reverse the other way round', () => {
    const [there, back] = [diff([strict, lenient]), diff([lenient, strict])];
    expect(back.appear).toEqual(there.go);
    expect(back.alerts_appear).toEqual(there.alerts_go);
    expect(back.status).toEqual([...there.status].reverse());
  });

  it('has no alerts of deals that no endpoint wants', () => {
    expect(diff([strict, lenient], 100)).toMatchObject({ alerts_appear: [], alerts_go: [] });
  });

  it('is undefined for a deal that is not opened by then', () => {
    const sides = { books: [strict, lenient] as const, asOf: Date.UTC(2026, 0, 1), settings };
    expect(compareDeal('d1', opened('d1', 1), sides)).toBeUndefined();
  });

  it('is counted by status, kind and endpoint', () => {
    const tally = createTally();
    const found = diff([strict, lenient]);
    tally.add(found);
    tally.add(diff([strict, strict]));
    expect(tally.summary()).toEqual({
      deals: 2,
      changed: 1,
      status_changes: 1,
      statuses: [{ from: 'stalled', to: found.status[1], deals: 1 }],
      findings: { appear: 0, go: 1 },
      findings_by_kind: [{ kind: 'stalled', appear: 0, go: 1, severity_changed: 0 }],
      alerts: { appear: 0, go: 1 },
      alerts_by_endpoint: [{ endpoint: 'ops', appear: 0, go: 1 }],
    });
  });

  it('is shown of the largest deals, however many differ', () => {
    const one = diff([strict, lenient]);
    const largest = createLargest(3);
    for (let n = 0; n < 100; n += 1)
      largest.offer({ ...one, deal_id: `d${n}`, amount_reporting: n === 50 ? null : (n * 37) % 100 });
    expect(largest.list().map(({ amount_reporting: amount }) => amount)).toEqual([99, 98, 97]);
  });
});
