import { describe, expect, it } from '@jest/globals';
import { findingKinds } from '../findings/kinds.js';
import { defaultPolicy } from './default-policy.js';

/** As written down for those who set them: every number of every finding that has one. */
const NUMBERS = `
  stalled {critical_factor 2, step_within_days 20} · disconnected {days 10, critical_messages 3} ·
  no_next_step {days 2} · next_step_overdue {days 1, critical_days 5} · idle_meeting {days 1} ·
  close_date_slipping {window_days 90, times 2, days 30, critical_times 4, critical_days 90} ·
  close_date_passed {critical_days 30} · seller_ahead {critical_gap 3} · seller_behind {days 5} ·
  ready_but_unasked {days 3, critical_days 10} · single_threaded {order 3, people 2, window_days 30} ·
  no_economic_buyer {order 4, critical_order 6} · approval_gap {order 5} · process_undefined {order 3} ·
  no_business_case {order 4, critical_order 6} · fit_unassessed {order 2} ·
  poor_fit {below 0.5, critical_order 4} · no_expected_outcome {days 10} ·
  implementation_late {critical_days 20} · outcome_behind {below 0.8, critical_below 0.5} ·
  adoption_low {below 0.5, after_days 60} ·
  satisfaction_low {nps 6, csat 3, critical_nps 3, critical_csat 1} ·
  escalation_open {days 5, critical_days 15} · customer_forgotten {days 30} ·
  renewal_at_risk {within_days 90} · reference_unasked {days 20}`;

function numbersByKind(): Map<string, Record<string, number>> {
  return new Map(
    NUMBERS.split('·').map((entry) => {
      const [, kind = '', list = ''] = /(\w+) \{(.*)\}/s.exec(entry) ?? [];
      return [
        kind,
        Object.fromEntries(
          list.split(', ').map((pair): [string, number] => {
            const [name = '', value] = pair.split(' ');
            return [name, Number(value)];
          }),
        ),
      ];
    }),
  );
}

describe('the default policy', () => {
  it('judges every kind, by the numbers that are written down', () => {
    const numbers = numbersByKind();
    const kinds = Object.values(findingKinds).flat();
    const written = Object.fromEntries(kinds.map((kind) => [kind, { enabled: true, ...numbers.get(kind) }]));
    expect(numbers.size).toBe(26);
    expect(defaultPolicy.findings).toEqual(written);
  });

  it('has the six stages of the ladder', () => {
    const rows = defaultPolicy.pipelines['default']?.stages?.map((stage) => [
      stage.id,
      stage.order,
      stage.requires,
      stage.called_for_at,
      stage.expected_days,
      stage.aliases.length,
    ]);
    expect(rows).toEqual([
      ['qualification', 1, 0, null, 10, 0],
      ['discovery', 2, 0, 1, 15, 0],
      ['solution', 3, 1, 3, 20, 0],
      ['proposal', 4, 3, 4, 15, 0],
      ['negotiation', 5, 4, 5, 15, 0],
      ['closing', 6, 5, 6, 10, 0],
    ]);
  });

  it('counts Monday to Friday in UTC, in euros, and takes every family of events as recorded', () => {
    const { findings: _findings, pipelines: _pipelines, ...rest } = defaultPolicy;
    expect(rest).toEqual({
      seller_domains: [],
      calendar: { timezone: 'UTC', workdays: ['mon', 'tue', 'wed', 'thu', 'fri'], holidays: [] },
      reporting_currency: 'EUR',
      rates: {},
      ready_to_buy: 5,
      points: { critical: 40, warning: 15, info: 3 },
      tracks: [
        'deal',
        'buying',
        'close',
        'people',
        'contact',
        'meeting',
        'next_step',
        'value',
        'delivery',
        'outcome',
        'use',
        'voice',
        'future',
      ],
      cycle: { learn: false, minimum: 20 },
    });
  });
});
