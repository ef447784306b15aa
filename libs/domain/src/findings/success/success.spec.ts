import { describe, it } from '@jest/globals';
import {
  agreed,
  as,
  completed,
  expected,
  fact,
  measured,
  meeting,
  opened,
  paused,
  received,
  REP,
  surveyed,
  text,
  won,
} from '../../testing/facts.js';
import { given, only } from '../../testing/given.js';

const START = [opened('03-02 09:00'), as('won', won('03-03 09:00'))];
const raised = (when: string, id = 'q1') => fact('escalation.raised', when, { escalation_id: id });
const resolved = (when: string, id = 'q1') => fact('escalation.resolved', when, { escalation_id: id });
const planned = (when: string, id: string, due: string) =>
  fact('implementation.milestone_planned', when, { milestone_id: id, name: 'training', due_at: text(due) });
const done = (when: string, id: string) =>
  fact('implementation.milestone_reached', when, { milestone_id: id });
const adopted = (when: string, active: number, licensed: number) =>
  fact('adoption.measured', when, { active, licensed });
const renewal = (when: string, renewsAt: string) =>
  fact('renewal.scheduled', when, { renews_at: text(renewsAt) });

describe('no_expected_outcome', () => {
  it('begins over 10 business days after the win, until an outcome is expected', () => {
    const deal = given(only('no_expected_outcome')).events(
      ...START,
      expected('03-20 09:00', 'x', '06-01 09:00'),
    );
    deal.expectTurns('no_expected_outcome', ['03-17 09:00:00.001', 'warning'], ['03-20 09:00', null]);
    deal.asOf('03-18 09:00').expectFinding('no_expected_outcome', {
      evidence: ['won'],
      numbers: { business_days_since_won: 11, allowed_business_days: 10, outcomes_expected: 0 },
    });
  });

  it('counts from the first win, and not the time during which the deal is paused (15)', () => {
    given(only('no_expected_outcome'))
      .events(...START, won('03-05 09:00'), paused('03-09 09:00', '03-10 09:00'))
      .expectTurns('no_expected_outcome', ['03-18 09:00:00.001', 'warning']);
  });
});

describe('implementation_late', () => {
  const late = given(only('implementation_late'));

  it('begins when a milestone is past its date, is critical over 20 business days, and ends when it is reached', () => {
    const deal = late.events(
      ...START,
      as('plan', planned('03-04 09:00', 'i1', '03-10 12:00')),
      done('04-08 09:00', 'i1'),
    );
    deal.expectTurns(
      'implementation_late',
      ['03-10 12:00:00.001', 'warning'],
      ['04-07 12:00:00.001', 'critical'],
      ['04-08 09:00', null],
    );
    deal.asOf('03-12 12:00').expectFinding('implementation_late', {
      evidence: ['plan'],
      numbers: { business_days_late: 2, critical_after_business_days: 20, late_milestones: 1 },
      advice: /"training" was due on 2026-03-10/,
    });
  });

  it('goes by the latest plan, and by a milestone reached before it was planned (54)', () => {
    late
      .events(
        ...START,
        planned('03-04 09:00', 'i1', '03-10 12:00'),
        planned('03-12 09:00', 'i1', '03-16 12:00'),
      )
      .expectTurns(
        'implementation_late',
        ['03-10 12:00:00.001', 'warning'],
        ['03-12 09:00', null],
        ['03-16 12:00:00.001', 'warning'],
      );
    late
      .events(...START, done('03-04 09:00', 'i1'), planned('03-05 09:00', 'i1', '03-10 12:00'))
      .expectNever('implementation_late', '06-01 09:00');
  });

  it('is one episode as long as any milestone is late (55)', () => {
    late
      .events(
        ...START,
        planned('03-04 09:00', 'i1', '03-10 12:00'),
        planned('03-04 09:00', 'i2', '03-11 12:00'),
        done('03-13 09:00', 'i1'),
        done('03-16 09:00', 'i2'),
      )
      .expectTurns('implementation_late', ['03-10 12:00:00.001', 'warning'], ['03-16 09:00', null]);
  });
});

describe('outcome_unmeasured', () => {
  it('begins when an expected outcome is past its date, until it is measured', () => {
    const deal = given(only('outcome_unmeasured')).events(
      ...START,
      as('x', expected('03-04 09:00', 'x', '03-10 12:00')),
      measured('03-20 09:00', 'x', 1),
    );
    deal.expectTurns('outcome_unmeasured', ['03-10 12:00:00.001', 'warning'], ['03-20 09:00', null]);
    deal.asOf('03-12 12:00').expectFinding('outcome_unmeasured', {
      evidence: ['x'],
      numbers: { outcomes_unmeasured: 1, business_days_since_due: 2 },
    });
  });

  it('counts a measure from before it was expected (54)', () => {
    given(only('outcome_unmeasured'))
      .events(...START, measured('03-04 09:00', 'x', 1), expected('03-05 09:00', 'x', '03-10 12:00'))
      .expectNever('outcome_unmeasured', '03-20 09:00');
  });
});

describe('outcome_behind', () => {
  const behind = given(only('outcome_behind'));

  it('begins when too little has come by the date, is critical below a half, and goes by the latest measure', () => {
    const deal = behind.events(
      ...START,
      as('x', expected('03-04 09:00', 'x', '03-10 12:00')),
      as('m', measured('03-05 09:00', 'x', 79)),
      measured('03-12 09:00', 'x', 49),
      measured('03-13 09:00', 'x', 80),
    );
    deal.expectTurns(
      'outcome_behind',
      ['03-10 12:00:00.001', 'warning'],
      ['03-12 09:00', 'critical'],
      ['03-13 09:00', null],
    );
    deal.asOf('03-11 09:00').expectFinding('outcome_behind', {
      evidence: ['x', 'm'],
      numbers: {
        attainment: 0.79,
        required_attainment: 0.8,
        measured: 79,
        target: 100,
        outcomes_behind: 1,
      },
    });
  });

  it('counts towards a target below the baseline, and takes the gravest of several (55)', () => {
    behind
      .events(
        ...START,
        expected('03-04 09:00', 'cost', '03-10 12:00', 30, 50),
        measured('03-05 09:00', 'cost', 40),
        expected('03-04 09:00', 'y', '03-12 12:00'),
        measured('03-05 09:00', 'y', -5),
      )
      .expectTurns('outcome_behind', ['03-10 12:00:00.001', 'warning'], ['03-12 12:00:00.001', 'critical']);
  });

  it('goes by the outcome as last expected (54)', () => {
    behind
      .events(
        ...START,
        expected('03-04 09:00', 'x', '03-10 12:00'),
        measured('03-05 09:00', 'x', 60),
        expected('03-12 09:00', 'x', '03-10 12:00', 70),
      )
      .expectTurns('outcome_behind', ['03-10 12:00:00.001', 'warning'], ['03-12 09:00', null]);
  });
});

describe('adoption_low', () => {
  const low = given(only('adoption_low'));

  it('begins over 60 days of 24 hours after the win, by the latest measure whenever taken (9, 56)', () => {
    const deal = low.events(
      ...START,
      as('use', adopted('03-04 09:00', 4, 10)),
      adopted('05-10 09:00', 5, 10),
      adopted('05-11 09:00', 0, 0),
    );
    deal.expectTurns('adoption_low', ['05-02 09:00:00.001', 'warning'], ['05-10 09:00', null]);
    deal.expectNever('adoption_low', '05-12 09:00');
    deal.asOf('05-03 09:00').expectFinding('adoption_low', {
      evidence: ['use', 'won'],
      numbers: {
        active_users: 4,
        licensed_users: 10,
        adoption: 0.4,
        required_adoption: 0.5,
        days_since_won: 61,
      },
    });
  });
});

describe('satisfaction_low', () => {
  const low = given(only('satisfaction_low'));

  it.each([
    ['nps', 7, null],
    ['nps', 6, 'warning'],
    ['nps', 4, 'warning'],
    ['nps', 3, 'critical'],
    ['csat', 4, null],
    ['csat', 3, 'warning'],
    ['csat', 2, 'warning'],
    ['csat', 1, 'critical'],
  ] as const)('%s %d is %s', (kind, score, severity) => {
    const deal = low.events(...START, as('s', surveyed('03-04 09:00', kind, score)));
    if (severity === null) deal.expectNever('satisfaction_low', '03-04 09:00');
    else deal.expectTurns('satisfaction_low', ['03-04 09:00', severity]);
  });

  it('looks at the latest of both kinds, also of before the win (51)', () => {
    const deal = low.events(
      opened('03-02 09:00'),
      as('nps', surveyed('03-02 10:00', 'nps', 5)),
      won('03-03 09:00'),
      as('csat', surveyed('03-04 09:00', 'csat', 1)),
      surveyed('03-05 09:00', 'nps', 9),
      surveyed('03-06 09:00', 'csat', 5),
    );
    deal.expectTurns(
      'satisfaction_low',
      ['03-03 09:00', 'warning'],
      ['03-04 09:00', 'critical'],
      ['03-06 09:00', null],
    );
    deal.asOf('03-04 09:00').expectFinding('satisfaction_low', {
      evidence: ['nps', 'csat'],
      numbers: { nps: 5, low_nps: 6, csat: 1, low_csat: 3 },
    });
  });
});

describe('escalation_open', () => {
  const open = given(only('escalation_open'));

  it('begins over 5 business days after it was raised, is critical over 15, and ends when it is resolved', () => {
    const deal = open.events(...START, as('q', raised('03-04 09:00')), resolved('03-26 09:00'));
    deal.expectTurns(
      'escalation_open',
      ['03-11 09:00:00.001', 'warning'],
      ['03-25 09:00:00.001', 'critical'],
      ['03-26 09:00', null],
    );
    deal.asOf('03-12 09:00').expectFinding('escalation_open', {
      evidence: ['q'],
      numbers: { business_days_open: 6, allowed_business_days: 5, escalations_open: 1 },
    });
  });

  it('keeps its first time when raised again while open, and starts anew after it was resolved (54)', () => {
    open
      .events(...START, raised('03-04 09:00'), raised('03-10 09:00'))
      .expectTurns('escalation_open', ['03-11 09:00:00.001', 'warning']);
    open
      .events(...START, raised('03-04 09:00'), resolved('03-06 09:00'), raised('03-10 09:00'))
      .expectTurns('escalation_open', ['03-17 09:00:00.001', 'warning']);
  });
});

describe('customer_forgotten', () => {
  const forgotten = given(only('customer_forgotten'));

  it('begins over 30 business days after the last contact, or the win if later', () => {
    const deal = forgotten.events(received('02-27 09:00'), ...START, received('04-20 09:00'));
    deal.expectTurns('customer_forgotten', ['04-14 09:00:00.001', 'warning'], ['04-20 09:00', null]);
    deal.asOf('04-15 09:00').expectFinding('customer_forgotten', {
      evidence: ['won'],
      numbers: { business_days_since_contact: 31, allowed_business_days: 30 },
    });
  });

  it('counts from a meeting’s end and from a step that the customer completed, not from colleagues', () => {
    forgotten
      .events(
        ...START,
        meeting('03-04 09:00', 'm1', ['03-10 09:00', '03-10 10:00']),
        received('03-20 09:00', REP),
      )
      .expectTurns('customer_forgotten', ['04-21 10:00:00.001', 'warning']);
    forgotten
      .events(...START, agreed('03-04 09:00', 's1', '03-20 09:00'), completed('03-11 09:00', 's1'))
      .expectTurns('customer_forgotten', ['04-22 09:00:00.001', 'warning']);
  });
});

describe('burned_customer', () => {
  const burned = given(only('burned_customer'));

  it('holds while a survey is critically low, though satisfaction_low is switched off (52)', () => {
    const deal = burned.events(
      ...START,
      as('s', surveyed('03-04 09:00', 'nps', 3)),
      surveyed('03-05 09:00', 'nps', 4),
    );
    deal.expectTurns('burned_customer', ['03-04 09:00', 'critical'], ['03-05 09:00', null]);
    deal.asOf('03-04 09:00').expectFinding('burned_customer', {
      evidence: ['s'],
      numbers: { critically_low_surveys: 1 },
    });
  });

  it('holds while a promise is broken and an escalation open, however young (52)', () => {
    const deal = burned.events(
      ...START,
      as('x', expected('03-04 09:00', 'x', '03-10 12:00')),
      as('m', measured('03-05 09:00', 'x', 49)),
      as('q', raised('03-10 09:00')),
      resolved('03-12 09:00'),
    );
    deal.expectTurns('burned_customer', ['03-10 12:00:00.001', 'critical'], ['03-12 09:00', null]);
    deal.asOf('03-11 09:00').expectFinding('burned_customer', {
      evidence: ['x', 'm', 'q'],
      numbers: { outcomes_critically_behind: 1, escalations_open: 1 },
    });
  });

  it('holds from a reference declined while satisfaction was low, until it is low no more (52)', () => {
    const deal = burned.events(
      ...START,
      surveyed('03-04 09:00', 'nps', 6),
      as('no', fact('reference.declined', '03-05 09:00', {})),
      surveyed('03-06 09:00', 'nps', 5),
      surveyed('03-09 09:00', 'nps', 7),
      surveyed('03-10 09:00', 'nps', 6),
    );
    deal.expectTurns('burned_customer', ['03-05 09:00', 'critical'], ['03-09 09:00', null]);
    deal.expectNever('burned_customer', '03-20 09:00');
    deal.asOf('03-05 09:00').expectFinding('burned_customer', { evidence: ['no'] });
    burned
      .events(...START, fact('reference.declined', '03-04 09:00', {}), surveyed('03-05 09:00', 'nps', 6))
      .expectNever('burned_customer', '03-20 09:00');
  });
});

describe('renewal_at_risk', () => {
  const risk = given(only('renewal_at_risk', 'satisfaction_low', 'reference_unasked'));

  it('holds from 90 days before the renewal while anything else is a warning, until it is completed (53)', () => {
    const deal = risk.events(
      ...START,
      surveyed('03-04 09:00', 'nps', 6),
      as('renewal', renewal('03-05 09:00', '07-01 12:00')),
      surveyed('04-10 09:00', 'nps', 9),
      surveyed('04-13 09:00', 'nps', 5),
      fact('renewal.completed', '07-10 09:00', {}),
    );
    deal.expectTurns(
      'renewal_at_risk',
      ['04-02 12:00', 'critical'],
      ['04-10 09:00', null],
      ['04-13 09:00', 'critical'],
      ['07-10 09:00', null],
    );
    deal.asOf('04-03 12:00').expectFinding('renewal_at_risk', {
      evidence: ['renewal'],
      numbers: { days_to_renewal: 89, within_days: 90 },
    });
  });

  it('does not hold for an info alone, and goes by the renewal as last scheduled', () => {
    const attained = [expected('03-04 09:00', 'x', '03-10 12:00'), measured('03-05 09:00', 'x', 100)];
    risk
      .events(...START, ...attained, renewal('03-05 09:00', '05-01 12:00'))
      .asOf('04-20 09:00')
      .expectFindings({ reference_unasked: { severity: 'info' } });
    risk
      .events(
        ...START,
        surveyed('03-04 09:00', 'nps', 6),
        renewal('03-05 09:00', '05-01 12:00'),
        renewal('03-06 09:00', '07-01 12:00'),
      )
      .expectTurns(
        'renewal_at_risk',
        ['03-05 09:00', 'critical'],
        ['03-06 09:00', null],
        ['04-02 12:00', 'critical'],
      );
  });
});

describe('reference_unasked', () => {
  const unasked = given(only('reference_unasked'));
  const attained = [expected('03-04 09:00', 'x', '03-10 12:00'), as('m', measured('03-05 09:00', 'x', 100))];

  it('begins over 20 business days after every outcome due was attained, until anyone speaks of a reference', () => {
    const deal = unasked.events(...START, ...attained, fact('reference.asked', '04-10 09:00', {}));
    deal.expectTurns('reference_unasked', ['04-07 12:00:00.001', 'info'], ['04-10 09:00', null]);
    deal.asOf('04-08 12:00').expectFinding('reference_unasked', {
      evidence: ['m'],
      numbers: { business_days_attained: 21, allowed_business_days: 20, outcomes_attained: 1 },
    });
  });

  it('starts anew when satisfaction was low, and breaks when another outcome due is not attained', () => {
    unasked
      .events(...START, ...attained, surveyed('03-12 09:00', 'nps', 6), surveyed('03-16 09:00', 'nps', 8))
      .expectTurns('reference_unasked', ['04-13 09:00:00.001', 'info']);
    unasked
      .events(...START, ...attained, expected('03-06 09:00', 'y', '04-09 12:00'))
      .expectTurns('reference_unasked', ['04-07 12:00:00.001', 'info'], ['04-09 12:00:00.001', null]);
  });

  it('needs at least one outcome due (50)', () => {
    unasked
      .events(...START, expected('03-04 09:00', 'x', '12-10 12:00'), measured('03-05 09:00', 'x', 100))
      .expectNever('reference_unasked', '06-01 09:00', '12-10 12:00');
  });
});

describe('expansion_ready', () => {
  it('holds after a reference was given while every outcome due is attained, until an expansion is opened (56)', () => {
    const deal = given(only('expansion_ready')).events(
      ...START,
      expected('03-04 09:00', 'x', '03-10 12:00'),
      as('m', measured('03-05 09:00', 'x', 100)),
      as('given', fact('reference.given', '03-06 09:00', {})),
      measured('03-12 09:00', 'x', 99),
      measured('03-13 09:00', 'x', 101),
      fact('expansion.opened', '03-16 09:00', { deal_id: 'd2' }),
      fact('reference.given', '03-17 09:00', {}),
    );
    deal.expectTurns(
      'expansion_ready',
      ['03-10 12:00:00.001', 'info'],
      ['03-12 09:00', null],
      ['03-13 09:00', 'info'],
      ['03-16 09:00', null],
      ['03-17 09:00', 'info'],
    );
    deal.asOf('03-11 09:00').expectFinding('expansion_ready', {
      evidence: ['given', 'm'],
      numbers: { outcomes_attained: 1 },
    });
  });
});
