import { describe, expect, it } from '@jest/globals';
import {
  agreed,
  as,
  expected,
  fact,
  opened,
  paused,
  reached,
  received,
  reopened,
  sent,
  stage,
  text,
  won,
} from '../testing/facts.js';
import { given, only } from '../testing/given.js';

const any = given();
const OPENED = opened('03-02 09:00');
const lost = (when: string) => fact('deal.lost', when, { reason: 'price' });
const removed = (when: string) => fact('deal.removed', when, {});
const restored = (when: string) => fact('deal.restored', when, {});
const churned = (when: string) => fact('customer.churned', when, {});

describe('the opening', () => {
  it('makes the score line; before it, and without one, there is none (12)', () => {
    any.events(OPENED).asOf('03-02 08:59:59.999').expectNoScore();
    any.events(OPENED).asOf('03-02 09:00').expectStatus('healthy', 100);
    any.events(received('03-02 09:00'), stage('03-03 09:00', 'closing')).asOf('03-04 09:00').expectNoScore();
  });

  it('voids the deal’s own events before it, and nothing else (12)', () => {
    const deal = given(only('disconnected')).events(
      stage('03-01 09:00', 'closing'),
      won('03-01 10:00'),
      reached('03-01 11:00', 'criteria_agreed'),
      OPENED,
    );
    const score = deal.asOf('03-03 09:00').told();
    expect([score.status, score.stage, score.position]).toEqual(['healthy', 'qualification', 3]);
  });

  it('counts once: a second one is ignored (12)', () => {
    const score = any.events(OPENED, opened('03-03 09:00', { name: 'Other', stage: 'closing' }));
    expect(score.asOf('03-04 09:00').told()).toMatchObject({ name: 'Deal', stage: 'qualification' });
  });

  it('may lack almost everything, which later events complete', () => {
    const deal = any.events(
      fact('deal.opened', '03-02 09:00', { name: 'd1' }),
      fact('deal.described', '03-03 09:00', { name: 'Named', pipeline: 'enterprise' }),
      fact('deal.owner_changed', '03-03 09:00', { owner: { id: 'o1', name: 'Olga' } }),
    );
    expect(deal.asOf('03-02 10:00').told()).toMatchObject({
      ...{ name: 'd1', owner: null, pipeline: 'default', stage: null, amount: null, currency: null },
    });
    expect(deal.asOf('03-03 10:00').told()).toMatchObject({
      ...{ name: 'Named', owner: { id: 'o1', name: 'Olga' }, pipeline: 'enterprise' },
    });
  });

  it('starts the clocks: what was before counts as contact only from it on (13)', () => {
    given(only('disconnected'))
      .events(received('02-20 09:00'), sent('03-02 08:00'), OPENED)
      .expectTurns('disconnected', ['03-16 09:00:00.001', 'warning']);
  });
});

describe('closing', () => {
  it('sets the state whatever it was: the latest word counts (15)', () => {
    const deal = any.events(
      OPENED,
      lost('03-03 09:00'),
      won('03-04 09:00'),
      fact('deal.walked_away', '03-05 09:00', { reason: 'no need', assisted_elsewhere: true }),
    );
    deal.asOf('03-03 09:00').expectStatus('lost', null);
    deal.asOf('03-04 09:00').expectStatus('won_healthy', 100);
    deal.asOf('03-05 09:00').expectStatus('walked_away', null);
  });

  it('keeps the date of the first of several wins, and takes the amount of the last (15, 64)', () => {
    const deal = given(only('no_expected_outcome')).events(
      opened('03-02 09:00', { amount: 5, currency: 'USD' }),
      won('03-03 09:00', { amount: 10 }),
      won('03-10 09:00', { amount: 20 }),
      won('03-11 09:00'),
    );
    deal.expectTurns('no_expected_outcome', ['03-17 09:00:00.001', 'warning']);
    expect(deal.asOf('03-12 09:00').told()).toMatchObject({ amount: 20, currency: 'USD' });
  });

  it('starts a new date with a win after another word', () => {
    given(only('no_expected_outcome'))
      .events(OPENED, won('03-03 09:00'), lost('03-04 09:00'), won('03-05 09:00'))
      .expectTurns('no_expected_outcome', ['03-19 09:00:00.001', 'warning']);
  });

  it('lets stage, amount and owner go on being recorded (15)', () => {
    const deal = any.events(
      OPENED,
      lost('03-03 09:00'),
      stage('03-04 09:00', 'closing'),
      fact('deal.amount_changed', '03-04 09:00', { amount: null, currency: 'EUR' }),
    );
    expect(deal.asOf('03-05 09:00').told()).toMatchObject({
      status: 'lost',
      stage: 'closing',
      currency: 'EUR',
    });
  });

  it('by churn counts for a won deal only (15)', () => {
    const deal = any.events(OPENED, churned('03-03 09:00'), won('03-04 09:00'), churned('03-05 09:00'));
    deal.asOf('03-03 09:00').expectStatus('healthy');
    deal.asOf('03-05 09:00').expectStatus('churned', null);
  });
});

describe('a deal that is closed other than by winning', () => {
  it.each([
    ['lost', [lost('03-20 09:00')]],
    ['walked_away', [fact('deal.walked_away', '03-20 09:00', {})]],
    ['churned', [won('03-19 09:00'), churned('03-20 09:00')]],
    ['removed', [removed('03-20 09:00')]],
    ['merged', [removed('03-19 09:00'), fact('deal.merged', '03-20 09:00', { into: 'd2' })]],
  ] as const)('is %s: without health, findings and anything to come (16)', (status, facts) => {
    const deal = any.events(opened('03-02 09:00', { stage: 'unknown' }), paused('03-18 09:00'), ...facts);
    expect(deal.asOf('03-20 09:00').told()).toMatchObject({
      ...{ status, health: null, families: {}, findings: [], terms: [], not_judged: [] },
      ...{ paused: false, paused_until: null, next_change_at: null },
    });
  });

  it('stays merged for good, and is merged before it is removed (16, 17)', () => {
    any
      .events(
        OPENED,
        fact('deal.merged', '03-03 09:00', { into: 'd2' }),
        restored('03-04 09:00'),
        won('03-05 09:00'),
      )
      .asOf('03-06 09:00')
      .expectStatus('merged');
  });
});

describe('a removed deal', () => {
  it('is judged after its restoration as if never removed, but that episodes start then (17)', () => {
    const deal = given(only('stalled', 'fit_unassessed')).events(
      OPENED,
      removed('03-10 09:00'),
      stage('03-12 09:00', 'discovery'),
      restored('04-15 09:00'),
    );
    deal.expectTurns('stalled', ['04-15 09:00', 'warning'], ['04-23 09:00:00.001', 'critical']);
    deal.asOf('04-16 09:00').expectFinding('fit_unassessed', { since: '04-15 09:00' });
  });
});

describe('a reopened deal', () => {
  it('keeps what the customer did, and loses what belonged to the old run (14)', () => {
    const deal = given(only('no_next_step', 'stage_regressed', 'no_business_case')).events(
      opened('03-02 09:00', { stage: 'closing' }),
      fact('business_case.validated', '03-03 09:00', { objectives: ['grow'] }),
      agreed('03-03 09:00', 's1', '04-30 09:00'),
      lost('03-10 09:00'),
      reopened('03-12 09:00', 'proposal'),
    );
    expect(deal.asOf('03-13 09:00').told().position).toBe(5);
    deal.expectNever('stage_regressed', '03-13 09:00');
    deal.expectNever('no_business_case', '03-13 09:00');
    deal.expectTurns('no_next_step', ['03-16 09:00:00.001', 'warning']);
  });

  it('starts progress and contact anew (13, 14)', () => {
    const deal = given(only('stalled', 'disconnected')).events(
      OPENED,
      lost('03-10 09:00'),
      reopened('03-12 09:00'),
    );
    deal.expectTurns('stalled', ['03-26 09:00:00.001', 'warning'], ['04-09 09:00:00.001', 'critical']);
    deal.expectTurns('disconnected', ['03-26 09:00:00.001', 'warning']);
    deal.asOf('03-27 09:00').expectFinding('stalled', { evidence: ['e3'] });
  });

  it('is judged by stall and alignment again after a win, and its success no more (56)', () => {
    const deal = any.events(OPENED, won('03-03 09:00'), reopened('03-04 09:00'));
    expect(Object.keys(deal.asOf('03-03 10:00').told().families)).toEqual(['success']);
    expect(Object.keys(deal.asOf('03-04 10:00').told().families)).toEqual(['stall', 'alignment']);
  });
});

describe('a pause', () => {
  const stalled = given(only('stalled'));
  const until = (when: string, end: string) => fact('deal.paused', when, { until: end });

  it('is told with its end, and without one where none is known; it is due to be looked at when it lifts (3, 8)', () => {
    const deal = stalled.events(OPENED, paused('03-03 09:00', '03-05 09:00'), paused('03-10 09:00'));
    expect(deal.asOf('03-04 09:00').told()).toMatchObject({
      ...{ paused: true, paused_until: text('03-05 09:00'), next_change_at: text('03-05 09:00') },
    });
    expect(deal.asOf('03-05 09:00').told()).toMatchObject({ paused: false, paused_until: null });
    expect(deal.asOf('03-11 09:00').told()).toMatchObject({
      ...{ paused: true, paused_until: null, next_change_at: null },
    });
  });

  it('keeps the deal’s status and judges it as always (63)', () => {
    const deal = any.events(OPENED, paused('03-20 09:00'));
    deal.asOf('03-19 09:00').expectStatus('stalled');
    deal.asOf('06-19 09:00').expectStatus('stalled');
  });

  it('ends with a resumption, a newer pause and a reopening (8)', () => {
    stalled
      .events(OPENED, paused('03-03 09:00'), fact('deal.resumed', '03-05 09:00', {}))
      .expectTurns('stalled', ['03-18 09:00:00.001', 'warning']);
    stalled
      .events(OPENED, paused('03-03 09:00'), paused('03-05 09:00', '03-06 09:00'))
      .expectTurns('stalled', ['03-19 09:00:00.001', 'warning']);
    stalled
      .events(OPENED, paused('03-03 09:00'), reopened('03-05 09:00'))
      .expectTurns('stalled', ['03-19 09:00:00.001', 'warning']);
  });

  it('is void where its end is not after its time, and lasts to the end of a bare date (8, 10)', () => {
    stalled
      .events(OPENED, paused('03-03 09:00', '03-03 09:00'))
      .expectTurns('stalled', ['03-16 09:00:00.001', 'warning']);
    const score = stalled.events(OPENED, until('03-03 09:00', '2026-03-04')).asOf('03-03 10:00').told();
    expect(score.paused_until).toBe('2026-03-04T23:59:59.999Z');
  });

  it('is taken out of the business days of a won deal, too', () => {
    given(only('no_expected_outcome'))
      .events(
        OPENED,
        won('03-03 09:00'),
        paused('03-04 09:00', '03-06 09:00'),
        expected('04-01 09:00', 'x', '05-01 09:00'),
      )
      .expectTurns('no_expected_outcome', ['03-19 09:00:00.001', 'warning'], ['04-01 09:00', null]);
  });
});

describe('a gap in the history', () => {
  it('has no effect on any finding (19)', () => {
    const gap = fact('deal.history_gap', '03-10 09:00', {});
    const without = any.events(OPENED).asOf('03-20 09:00').told();
    expect(any.events(OPENED, gap).asOf('03-20 09:00').told()).toEqual(without);
  });
});

describe('events of one instant', () => {
  it('are folded by source, then id, by code point (5)', () => {
    const to = (id: string, source: string, name: string) => ({
      ...as(id, fact('deal.described', '03-03 09:00', { name })),
      source,
    });
    const nameBy = (...facts: ReturnType<typeof to>[]) =>
      any
        .events(OPENED, ...facts)
        .asOf('03-03 09:00')
        .told().name;
    expect(nameBy(to('a', 'crm', 'small'), to('b', 'Crm', 'capital'))).toBe('small');
    expect(nameBy(to('a', 'crm', 'small'), to('B', 'crm', 'capital'))).toBe('small');
    expect(nameBy(to('\u{1F4C5}', 'crm', 'beyond'), to('\uFF5E', 'crm', 'below'))).toBe('beyond');
  });
});
