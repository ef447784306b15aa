import { describe, expect, it } from '@jest/globals';
import {
  agreed,
  ANN,
  as,
  asked,
  at,
  BOB,
  cancelled,
  completed,
  dropped,
  expected,
  fact,
  type Fact,
  measured,
  meeting,
  opened,
  reached,
  REP,
  reopened,
  sent,
  stage,
  text,
  toEvents,
  withdrawn,
  won,
} from '../testing/facts.js';
import { bookOf, only, type PolicyFile } from '../testing/given.js';
import { formatInstant } from '../time/instant.js';
import { chronicle } from './chronicle.js';
import type { ScorerRecord } from './records.js';

const OPENED = opened('03-02 09:00');

function keptOf(facts: readonly Fact[], when: string, ...policy: readonly PolicyFile[]) {
  const { records, rescoreAt } = chronicle('d1', toEvents(facts), at(when), bookOf(...policy));
  const all = <R extends ScorerRecord['record']>(record: R) =>
    records.filter(
      (candidate): candidate is Extract<ScorerRecord, { record: R }> => candidate.record === record,
    );
  const [deal] = all('deal');
  if (deal === undefined) throw new Error('nothing is kept of the deal');
  return { records, rescoreAt: Number.isFinite(rescoreAt) ? formatInstant(rescoreAt) : null, deal, all };
}

describe('the episodes of a finding', () => {
  it('tell when each began and ended, its worst, and which event or that time ended it', () => {
    const facts = [
      OPENED,
      agreed('03-02 10:00', 's1', '03-10 12:00'),
      as('done', completed('03-18 09:00', 's1')),
      as('again', agreed('03-18 10:00', 's2', '03-20 12:00')),
    ];
    const { all } = keptOf(facts, '04-30 09:00', only('next_step_overdue'));
    const short = all('finding').map((finding) => {
      const {
        opened_at: from,
        closed_at: to,
        closed_by: by,
        severity,
        worst_severity: worst,
        evidence,
      } = finding;
      return [from, to, by, severity, worst, evidence];
    });
    expect(short).toEqual([
      [text('03-11 12:00:00.001'), text('03-18 09:00'), 'crm|done', 'critical', 'critical', ['crm|e2']],
      [text('03-23 12:00:00.001'), null, null, 'critical', 'critical', ['crm|again']],
    ]);
    expect(all('finding').map(({ key }) => key)).toEqual([
      `next_step_overdue|${text('03-11 12:00:00.001')}`,
      `next_step_overdue|${text('03-23 12:00:00.001')}`,
    ]);
  });

  it('remember a worse severity than the last, and an end by time alone', () => {
    const slip = (when: string, to: string) => fact('deal.close_date_changed', when, { to });
    const facts = [
      opened('03-02 09:00', { close_date: '2026-04-01' }),
      slip('03-03 09:00', '2026-06-10'),
      slip('04-03 09:00', '2026-07-10'),
    ];
    const { all } = keptOf(facts, '12-01 09:00', only('close_date_slipping'));
    expect(all('finding')).toMatchObject([
      {
        opened_at: text('03-03 09:00'),
        closed_at: text('07-02 09:00:00.001'),
        closed_by: 'time',
        severity: 'warning',
        worst_severity: 'critical',
      },
    ]);
  });

  it('end with the deal’s closing', () => {
    const facts = [OPENED, as('lost', fact('deal.lost', '03-20 09:00', {}))];
    expect(keptOf(facts, '04-01 09:00', only('stalled')).all('finding')).toMatchObject([
      { opened_at: text('03-16 09:00:00.001'), closed_at: text('03-20 09:00'), closed_by: 'crm|lost' },
    ]);
  });
});

describe('the health of a deal', () => {
  it('is one row from each change to the next', () => {
    const facts = [OPENED, sent('03-03 09:00'), fact('deal.amount_changed', '03-05 09:00', { amount: 5 })];
    const { all } = keptOf(facts, '04-01 09:00', only('no_next_step'));
    expect(all('health').map((row) => [row.valid_from, row.valid_to, row.status, row.amount])).toEqual([
      [text('03-02 09:00'), text('03-04 09:00:00.001'), 'healthy', null],
      [text('03-04 09:00:00.001'), text('03-05 09:00'), 'watch', null],
      [text('03-05 09:00'), null, 'watch', 5],
    ]);
  });

  it('changes with the name of the pipeline, though both are judged alike', () => {
    const facts = [OPENED, fact('deal.described', '03-03 09:00', { pipeline: 'nowhere' })];
    const { all } = keptOf(facts, '03-03 10:00', only('stalled'));
    expect(all('health').map((row) => row.pipeline)).toEqual(['default', 'nowhere']);
  });
});

describe('a deal’s meetings, next steps and stages', () => {
  it('a meeting is held, cancelled, ahead or unconfirmed, with the word whether it led to a next step', () => {
    const facts = [
      OPENED,
      meeting('03-03 09:00', 'held', ['03-05 10:00', '03-05 11:00'], {
        [ANN]: 'accepted',
        [REP]: 'declined',
      }),
      agreed('03-05 12:00', 's1', '03-20 09:00'),
      meeting('03-03 09:00', 'idle', ['03-10 10:00', '03-10 11:00'], { [REP]: 'accepted' }),
      meeting('03-03 09:00', 'off', ['03-11 10:00', '03-11 11:00']),
      cancelled('03-04 09:00', 'off'),
      meeting('03-03 09:00', 'ahead', ['04-10 10:00', '04-10 11:00']),
      meeting('03-03 09:00', 'open', ['04-10 10:00', '04-10 11:00'], { [BOB]: 'tentative' }),
    ];
    const { all, rescoreAt } = keptOf(facts, '03-20 09:00', only());
    const states = all('meeting').map((row) => [
      row.meeting_id,
      row.state,
      row.customer,
      row.next_step_agreed,
    ]);
    expect(states).toEqual([
      ['held', 'held', true, true],
      ['idle', 'held', false, false],
      ['off', 'cancelled', true, null],
      ['ahead', 'ahead', true, null],
      ['open', 'unconfirmed', true, null],
    ]);
    expect(all('meeting')[0]).toMatchObject({
      attendee_emails: [ANN, REP],
      attendee_responses: ['accepted', 'declined'],
    });
    // The end of the one ahead is the next thing to look at.
    expect(rescoreAt).toBe(text('04-10 11:00'));
  });

  it('a step is open, completed, dropped, or lapsed with the run that it belonged to', () => {
    const facts = [
      OPENED,
      ...['s1', 's2', 's3'].map((id) => agreed('03-02 10:00', id, '04-01 09:00')),
      completed('03-03 09:00', 's1'),
      dropped('03-04 09:00', 's2'),
      reopened('03-05 09:00'),
      agreed('03-06 09:00', 's4', '04-01 09:00', { mutual: false, owner_side: 'seller' }),
    ];
    expect(
      keptOf(facts, '03-10 09:00')
        .all('next_step')
        .map((row) => [row.key, row.state, row.closed_at]),
    ).toEqual([
      ['s1', 'completed', text('03-03 09:00')],
      ['s2', 'dropped', text('03-04 09:00')],
      ['s3', 'lapsed', text('03-05 09:00')],
      ['s4', 'open', null],
    ]);
  });

  it('a stay in a stage tells its business days, and whether the deal moved forward out of it', () => {
    const facts = [
      OPENED,
      stage('03-04 09:00', 'solution'),
      stage('03-09 21:00', 'discovery'),
      stage('03-10 09:00', 'x9'),
      stage('03-11 09:00', 'closing'),
      won('03-12 09:00'),
    ];
    const stays = keptOf(facts, '03-20 09:00').all('stage');
    expect(stays.map((row) => [row.stage, row.business_days, row.moved_forward, row.left_at])).toEqual([
      ['qualification', 2, true, text('03-04 09:00')],
      ['solution', 3.5, false, text('03-09 21:00')],
      ['discovery', 0.5, false, text('03-10 09:00')],
      ['closing', 1, true, text('03-12 09:00')],
    ]);
  });
});

describe('the deal as it stands', () => {
  const ready = reached('03-03 09:00', 'business_case_accepted');

  it.each([
    [null, []],
    ['premature', [asked('03-02 10:00'), ready, asked('03-04 09:00')]],
    ['on_time', [ready, asked('03-10 09:00')]],
    ['late', [ready, asked('03-10 09:00:00.001')]],
    ['unasked', [ready, asked('03-04 09:00', 'next_step')]],
    ['unasked', [ready, fact('deal.lost', '03-04 09:00', {})]],
    [null, [ready, withdrawn('03-04 09:00', 'business_case_accepted')]],
  ] as const)('its close timing is %s', (timing, facts) => {
    expect(keptOf([OPENED, ...facts], '03-31 09:00').deal.close_timing).toBe(timing);
  });

  it.each([
    [100, 'EUR', 100],
    [100, 'USD', 92.35],
    [100, null, 100],
    [100, 'XXX', null],
    [100, 'constructor', null],
  ])('%d %s is %p in the reporting currency', (amount, currency, reported) => {
    const facts = [opened('03-02 09:00', { amount, ...(currency === null ? {} : { currency }) })];
    const { deal } = keptOf(facts, '03-03 09:00', { reporting_currency: 'EUR', rates: { USD: 0.92345 } });
    expect(deal.amount_reporting).toBe(reported);
  });

  it('keeps its promise by the mean attainment of the outcomes due, one unmeasured counting nothing', () => {
    const facts = [
      OPENED,
      won('03-03 09:00'),
      expected('03-04 09:00', 'x', '03-10 12:00'),
      measured('03-05 09:00', 'x', 150),
      expected('03-04 09:00', 'y', '03-11 12:00'),
      expected('03-04 09:00', 'z', '06-11 12:00'),
    ];
    expect(keptOf(facts, '03-09 09:00').deal.promise_kept).toBeNull();
    expect(keptOf(facts, '03-12 09:00').deal).toMatchObject({
      ...{ promise_kept: 0.75, outcomes_due: 2, outcomes_expected: 3 },
    });
  });

  it('is not kept before its opening, which is when to look again', () => {
    const { records, rescoreAt } = chronicle('d1', toEvents([OPENED]), at('03-01 09:00'), bookOf());
    expect([records, rescoreAt]).toEqual([[], at('03-02 09:00')]);
  });

  it('of a closed deal is not to be looked at again when its pause lifts', () => {
    const facts = [
      OPENED,
      fact('deal.lost', '03-03 09:00', {}),
      fact('deal.paused', '03-04 09:00', { until: text('03-06 09:00') }),
    ];
    const before = keptOf(facts, '03-05 09:00');
    expect(before.rescoreAt).toBeNull();
    expect(keptOf(facts, '03-10 09:00').records).toEqual(before.records);
  });
});
