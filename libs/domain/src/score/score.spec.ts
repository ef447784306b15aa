import { describe, expect, it } from '@jest/globals';
import { eventFamilies, type EventFamily } from '../events/catalogue.js';
import { findingKinds } from '../findings/kinds.js';
import { type Fact, fact, opened, received, sent, stage, surveyed, text, won } from '../testing/facts.js';
import { given, only } from '../testing/given.js';

const OPENED = opened('03-02 09:00');

describe('terms', () => {
  it('charge the costliest first, by points and then by kind, and the last only what is left (57)', () => {
    const score = given()
      .events(opened('03-02 09:00', { stage: 'closing' }))
      .asOf('03-02 10:00');
    expect(score.told().terms).toEqual([
      { kind: 'fit_unassessed', points: 0 },
      { kind: 'no_business_case', points: -40 },
      { kind: 'no_economic_buyer', points: -40 },
      { kind: 'process_undefined', points: 0 },
      { kind: 'seller_ahead', points: -20 },
      { kind: 'single_threaded', points: 0 },
    ]);
    expect(score.told().families).toEqual({ stall: 100, alignment: 0 });
    score.expectStatus('at_risk', 25);
  });

  it('are the policy’s points, in the order of the findings', () => {
    const score = given({ points: { critical: 30, warning: 11, info: 2 } })
      .events(
        opened('03-02 09:00', { stage: 'discovery' }),
        fact('fit.assessed', '03-02 09:00', { score: 0.9 }),
      )
      .asOf('03-20 09:00');
    expect(score.told().terms).toEqual([
      { kind: 'disconnected', points: -11 },
      { kind: 'no_next_step', points: -11 },
    ]);
    expect(score.told().families).toEqual({ stall: 78, alignment: 100 });
  });

  it('of a won deal are those of success alone', () => {
    const score = given()
      .events(OPENED, won('03-03 09:00'), surveyed('03-04 09:00', 'nps', 2))
      .asOf('03-04 10:00');
    expect(score.told().terms).toEqual([
      { kind: 'burned_customer', points: -40 },
      { kind: 'satisfaction_low', points: -40 },
    ]);
    score.expectStatus('won_at_risk', 20);
  });
});

describe('health', () => {
  const warned = (warning: number) =>
    given(only('no_next_step'), { points: { warning } }).events(OPENED).asOf('03-10 09:00');
  const informed = (info: number) =>
    given(only('fit_unassessed'), { points: { info } })
      .events(opened('03-02 09:00', { stage: 'discovery' }))
      .asOf('03-10 09:00');

  it('is three quarters of the lower family and one of the higher, to two decimals, half up (59)', () => {
    warned(15).expectStatus('watch', 88.75);
    warned(33.3).expectStatus('watch', 75.03);
    warned(0.02).expectStatus('watch', 99.99);
  });

  it('is compared with its limits before it is rounded (59)', () => {
    warned(66.67).expectStatus('at_risk', 50);
    warned(66.66).expectStatus('watch', 50.01);
    informed(33.34).expectStatus('watch', 75);
    informed(33.33).expectStatus('healthy', 75);
  });
});

describe('status', () => {
  it('of an open deal is the first that holds of stalled, at_risk, watch and healthy', () => {
    const poor = fact('fit.assessed', '03-02 09:00', { score: 0 });
    const status = (...facts: Fact[]) =>
      given(only('stalled', 'disconnected', 'poor_fit', 'fit_unassessed'))
        .events(...facts)
        .asOf('03-20 09:00')
        .told().status;
    const writing = ['03-03 09:00', '03-04 09:00', '03-05 09:00'].map((when) => sent(when));
    const talk = received('03-19 09:00');
    expect(status(OPENED)).toBe('stalled');
    expect(status(opened('03-02 09:00', { stage: 'solution' }), poor, ...writing)).toBe('stalled');
    expect(
      status(opened('03-02 09:00', { stage: 'proposal' }), poor, stage('03-18 09:00', 'closing'), talk),
    ).toBe('at_risk');
    expect(status(opened('03-02 09:00', { stage: 'solution' }), poor, talk)).toBe('watch');
    expect(status(opened('03-02 09:00', { stage: 'solution' }))).toBe('watch');
    expect(status(opened('03-02 09:00', { stage: 'solution' }), talk)).toBe('healthy');
  });

  it('of a won deal tells its gravest finding', () => {
    const status = (nps: number) =>
      given(only('satisfaction_low', 'burned_customer'))
        .events(OPENED, won('03-03 09:00'), surveyed('03-04 09:00', 'nps', nps))
        .asOf('03-05 09:00')
        .told().status;
    expect([9, 6, 3].map(status)).toEqual(['won_healthy', 'won_watch', 'won_at_risk']);
  });
});

describe('not_judged', () => {
  /** What each kind rests on (61). */
  const restsOn: Readonly<Record<string, readonly EventFamily[]>> = {
    stalled: ['deal'],
    close_date_slipping: ['deal'],
    close_date_passed: ['deal'],
    stage_regressed: ['deal'],
    disconnected: ['contact', 'meeting'],
    single_threaded: ['contact', 'meeting'],
    customer_forgotten: ['contact', 'meeting'],
    no_next_step: ['next_step'],
    next_step_overdue: ['next_step'],
    idle_meeting: ['meeting', 'next_step'],
    seller_ahead: ['buying'],
    seller_behind: ['buying'],
    process_undefined: ['buying'],
    premature_close: ['buying', 'close'],
    ready_but_unasked: ['buying', 'close'],
    window_closing: ['buying', 'close'],
    window_missed: ['buying', 'close'],
    no_economic_buyer: ['people', 'contact', 'meeting'],
    approval_gap: ['people', 'contact', 'meeting'],
    stakeholder_opposed: ['people'],
    no_business_case: ['value'],
    untied_business_case: ['value'],
    fit_unassessed: ['value'],
    poor_fit: ['value'],
    no_expected_outcome: ['outcome'],
    outcome_unmeasured: ['outcome'],
    outcome_behind: ['outcome'],
    implementation_late: ['delivery'],
    adoption_low: ['use'],
    satisfaction_low: ['voice'],
    escalation_open: ['voice'],
    burned_customer: ['voice'],
    renewal_at_risk: ['future'],
    reference_unasked: ['outcome', 'future'],
    expansion_ready: ['outcome', 'future'],
  };

  it.each(eventFamilies)(
    'lists the kinds that rest on %s where it is not tracked, in their order (60, 61)',
    (family) => {
      const score = (...facts: Fact[]) =>
        given({ tracks: eventFamilies.filter((tracked) => tracked !== family) })
          .events(OPENED, ...facts)
          .asOf('03-20 09:00')
          .told();
      const resting = (kinds: readonly string[]) => kinds.filter((kind) => restsOn[kind]?.includes(family));
      const open = [...findingKinds.stall, ...findingKinds.alignment];
      expect(score().not_judged).toEqual(resting(open));
      expect(score(won('03-03 09:00')).not_judged).toEqual(resting(findingKinds.success));
      const found = score().findings.map(({ kind }): string => kind);
      expect(found.filter((kind) => restsOn[kind]?.includes(family))).toEqual([]);
    },
  );

  it('leaves out the kinds that are switched off (60)', () => {
    const score = given({
      tracks: eventFamilies.filter((family) => family !== 'next_step'),
      findings: { no_next_step: { enabled: false } },
    }).events(OPENED);
    expect(score.asOf('03-03 09:00').told().not_judged).toEqual(['idle_meeting', 'next_step_overdue']);
  });

  it('lists the kinds that need a stage where it is missing or unknown (20)', () => {
    const stageless = [
      ...['stage_regressed', 'stalled', 'approval_gap', 'fit_unassessed', 'no_business_case'],
      ...['no_economic_buyer', 'process_undefined', 'seller_ahead', 'seller_behind', 'single_threaded'],
      'window_closing',
    ];
    for (const facts of [
      opened('03-02 09:00', { stage: 'x9' }),
      fact('deal.opened', '03-02 09:00', { name: 'd1' }),
    ])
      expect(given().events(facts).asOf('03-20 09:00').told().not_judged).toEqual(stageless);
  });

  it('counts events of a family that is not tracked where they come (61)', () => {
    given(only('no_next_step', 'seller_ahead'), {
      tracks: eventFamilies.filter((family) => family !== 'value'),
    })
      .events(
        opened('03-02 09:00', { stage: 'proposal' }),
        fact('business_case.validated', '03-02 10:00', { objectives: ['grow'] }),
      )
      .asOf('03-02 11:00')
      .expectFindings({});
  });
});

describe('next_change_at', () => {
  it('is the first millisecond at which anything changes by time alone, and null where nothing does', () => {
    const deal = given(only('no_next_step', 'stalled')).events(OPENED);
    deal.asOf('03-02 09:00').expectNextChange('03-04 09:00:00.001');
    deal.asOf('03-04 09:00:00.001').expectNextChange('03-16 09:00:00.001');
    deal.asOf('03-16 09:00:00.001').expectNextChange('03-30 09:00:00.001');
    deal.asOf('03-30 09:00:00.001').expectNextChange(null);
  });

  it('is told of won deals, too', () => {
    given(only('no_expected_outcome'))
      .events(OPENED, won('03-03 09:00'))
      .asOf('03-04 09:00')
      .expectNextChange('03-17 09:00:00.001');
  });

  it('looks past instants at which only the reason changes', () => {
    given(only('single_threaded'))
      .events(
        opened('03-02 09:00', { stage: 'solution' }),
        received('03-03 09:00'),
        received('03-04 09:00', 'bob@customer.example'),
        received('03-05 09:00', 'cfo@customer.example'),
      )
      .asOf('03-06 09:00')
      .expectNextChange('04-03 09:00:00.001');
  });
});

describe('a score line', () => {
  it('tells amount and currency as last given, unconverted (64)', () => {
    const deal = given({ reporting_currency: 'EUR', rates: { USD: 0.9 } }).events(
      opened('03-02 09:00', { amount: 100, currency: 'USD' }),
      fact('deal.amount_changed', '03-03 09:00', { amount: 250.5 }),
      fact('deal.amount_changed', '03-04 09:00', { amount: null, currency: 'CHF' }),
    );
    const told = (when: string) => [deal.asOf(when).told().amount, deal.asOf(when).told().currency];
    expect(told('03-02 09:00')).toEqual([100, 'USD']);
    expect(told('03-03 09:00')).toEqual([250.5, 'USD']);
    expect(told('03-04 09:00')).toEqual([null, 'CHF']);
  });

  it('lists findings by family and kind, with the source of each piece of evidence', () => {
    const score = given().events({
      ...opened('03-02 09:00', { stage: 'closing' }),
      source: 'hub/1',
      id: 'a|b',
    });
    const findings = score.asOf('03-20 09:00').told().findings;
    const order: readonly string[] = Object.values(findingKinds).flat();
    const places = findings.map(({ kind }) => order.indexOf(kind));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(findings[0]).toMatchObject({ kind: 'disconnected', family: 'stall', evidence: ['hub/1|a|b'] });
    expect(score.asOf('03-20 09:00').told().as_of).toBe(text('03-20 09:00'));
  });

  it('looks only at events up to its instant', () => {
    const later = [stage('03-10 09:00', 'closing'), won('03-11 09:00')];
    const before = given().events(OPENED).asOf('03-09 09:00').told();
    expect(
      given()
        .events(OPENED, ...later)
        .asOf('03-09 09:00')
        .told(),
    ).toEqual(before);
  });
});
