import { describe, expect, it } from '@jest/globals';
import {
  ANN,
  answered,
  as,
  asked,
  BOB,
  CFO,
  fact,
  held,
  identified,
  meeting,
  opened,
  reached,
  received,
  REP,
  reopened,
  responded,
  stage,
  text,
  window,
  withdrawn,
} from '../../testing/facts.js';
import { given, only } from '../../testing/given.js';

const validated = (when: string, objectives: string[] = ['cut cost']) =>
  fact('business_case.validated', when, { objectives });
const assessed = (when: string, score: number) => fact('fit.assessed', when, { score });
const position = (when: string, email: string, word: 'supportive' | 'neutral' | 'opposed') =>
  fact('stakeholder.position_changed', when, { person: { email }, position: word });
const process = (when: string, ...emails: string[]) =>
  fact('buying.process_defined', when, { approvers: emails.map((email) => ({ email })) });

describe('seller_ahead', () => {
  it('is critical three positions ahead, a warning nearer, and goes as the customer catches up', () => {
    const deal = given(only('seller_ahead')).events(
      opened('03-02 09:00', { stage: 'proposal' }),
      reached('03-03 09:00', 'need_recognised'),
      reached('03-04 09:00', 'criteria_agreed'),
      as('back', withdrawn('03-05 09:00', 'criteria_agreed')),
      stage('03-06 09:00', 'solution'),
    );
    deal.expectTurns(
      'seller_ahead',
      ['03-02 09:00', 'critical'],
      ['03-03 09:00', 'warning'],
      ['03-04 09:00', null],
      ['03-05 09:00', 'warning'],
      ['03-06 09:00', null],
    );
    deal.asOf('03-02 10:00').expectFinding('seller_ahead', {
      evidence: ['e1'],
      numbers: { required_position: 3, position: 0, stage_order: 4 },
      advice: /the criteria agreed/,
    });
    deal.asOf('03-05 10:00').expectFinding('seller_ahead', { evidence: ['e1', 'back'] });
  });
});

describe('premature_close', () => {
  const premature = given(only('premature_close'));

  it('holds from an ask before the customer is ready, is critical after a no, and ends with a yes (43)', () => {
    const deal = premature.events(
      opened('03-02 09:00'),
      as('ask', asked('03-03 09:00')),
      as('no', answered('03-04 09:00', 'no')),
      answered('03-05 09:00', 'yes'),
    );
    deal.expectTurns(
      'premature_close',
      ['03-03 09:00', 'warning'],
      ['03-04 09:00', 'critical'],
      ['03-05 09:00', null],
    );
    deal.asOf('03-04 09:00').expectFinding('premature_close', {
      evidence: ['ask', 'no'],
      numbers: {
        position_when_asked: 0,
        position: 0,
        ready_to_buy_position: 5,
        business_days_since_asked: 1,
      },
    });
  });

  it('ends when the customer becomes ready, and was never where they became so in the same instant (2)', () => {
    premature
      .events(opened('03-02 09:00'), asked('03-03 09:00'), validated('03-04 09:00'))
      .expectTurns('premature_close', ['03-03 09:00', 'warning'], ['03-04 09:00', null]);
    premature
      .events(opened('03-02 09:00'), asked('03-03 09:00'), validated('03-03 09:00'))
      .expectNever('premature_close', '03-03 09:00');
  });

  it('is critical after not_yet too, and not by an answer to a later ask of another kind (44)', () => {
    premature
      .events(
        opened('03-02 09:00'),
        asked('03-03 09:00'),
        asked('03-04 09:00', 'next_step'),
        answered('03-05 09:00', 'no'),
        asked('03-06 09:00'),
        answered('03-09 09:00', 'not_yet'),
      )
      .expectTurns('premature_close', ['03-03 09:00', 'warning'], ['03-09 09:00', 'critical']);
  });

  it('goes by the position when asked: once ready, it was no premature ask, though the position fell since', () => {
    for (const when of ['03-03 09:00', '03-04 09:00'])
      premature
        .events(
          opened('03-02 09:00'),
          asked(when),
          validated('03-03 09:00'),
          withdrawn('03-05 09:00', 'business_case_accepted'),
        )
        .expectNever('premature_close', '03-04 09:00', '03-05 09:00', '03-20 09:00');
  });

  it('is void after a reopening (14)', () => {
    premature
      .events(opened('03-02 09:00'), asked('03-03 09:00'), reopened('03-05 09:00'))
      .expectTurns('premature_close', ['03-03 09:00', 'warning'], ['03-05 09:00', null]);
  });
});

describe('seller_behind', () => {
  const behind = given(only('seller_behind'));

  it('begins over 5 business days after the customer’s position called for a higher stage', () => {
    const deal = behind.events(
      opened('03-02 09:00'),
      as('criteria', reached('03-03 09:00', 'criteria_agreed')),
      stage('03-12 09:00', 'solution'),
    );
    deal.expectTurns('seller_behind', ['03-10 09:00:00.001', 'warning'], ['03-12 09:00', null]);
    deal.asOf('03-11 09:00').expectFinding('seller_behind', {
      evidence: ['criteria', 'e1'],
      numbers: {
        position: 3,
        stage_order: 1,
        called_for_stage_order: 3,
        business_days_behind: 6,
        allowed_business_days: 5,
      },
    });
  });

  it.each([
    ['need_recognised', 'discovery'],
    ['process_defined', 'discovery'],
    ['criteria_agreed', 'solution'],
    ['solution_validated', 'proposal'],
    ['business_case_accepted', 'negotiation'],
    ['decision_approved', 'closing'],
    ['order_placed', 'closing'],
  ] as const)('lets %s call for %s, and for nothing higher (22)', (milestone, called) => {
    behind
      .events(opened('03-02 09:00', { stage: called }), reached('03-03 09:00', milestone))
      .expectNever('seller_behind', '03-20 09:00');
    behind
      .events(opened('03-02 09:00'), reached('03-03 09:00', milestone))
      .asOf('03-20 09:00')
      .expectFinding('seller_behind', { since: '03-10 09:00:00.001' });
  });

  it('counts without a break, and from the reopening at the earliest (49, 14)', () => {
    behind
      .events(
        opened('03-02 09:00'),
        reached('03-03 09:00', 'criteria_agreed'),
        withdrawn('03-09 09:00', 'criteria_agreed'),
        reached('03-10 09:00', 'criteria_agreed'),
        reopened('03-16 09:00'),
      )
      .expectTurns('seller_behind', ['03-23 09:00:00.001', 'warning']);
  });
});

describe('ready_but_unasked', () => {
  const unasked = given(only('ready_but_unasked'));

  it('begins over 3 business days after the customer is ready, is critical over 10, and ends with the ask', () => {
    const deal = unasked.events(
      opened('03-02 09:00'),
      as('case', validated('03-03 09:00')),
      asked('03-18 09:00', 'next_step'),
      asked('03-19 09:00'),
      answered('03-20 09:00', 'no'),
    );
    deal.expectTurns(
      'ready_but_unasked',
      ['03-06 09:00:00.001', 'warning'],
      ['03-17 09:00:00.001', 'critical'],
      ['03-19 09:00', null],
    );
    deal.expectNever('ready_but_unasked', '03-30 09:00');
    deal.asOf('03-09 09:00').expectFinding('ready_but_unasked', {
      evidence: ['case'],
      numbers: {
        counted_from: text('03-03 09:00'),
        business_days_ready: 4,
        allowed_business_days: 3,
        position: 5,
        ready_to_buy_position: 5,
      },
    });
  });

  it('is due anew when the position falls below and rises again; an ask before counts no more (45)', () => {
    unasked
      .events(
        opened('03-02 09:00'),
        asked('03-02 10:00'),
        validated('03-03 09:00'),
        asked('03-04 09:00'),
        withdrawn('03-09 09:00', 'business_case_accepted'),
        validated('03-10 09:00'),
      )
      .expectTurns('ready_but_unasked', ['03-13 09:00:00.001', 'warning']);
  });

  it('goes on as the customer goes further, and an ask in the instant of readiness is since then', () => {
    unasked
      .events(opened('03-02 09:00'), validated('03-03 09:00'), reached('03-05 09:00', 'decision_approved'))
      .expectTurns('ready_but_unasked', ['03-06 09:00:00.001', 'warning']);
    unasked
      .events(opened('03-02 09:00'), asked('03-03 09:00'), validated('03-03 09:00'))
      .expectNever('ready_but_unasked', '03-30 09:00');
  });

  it('counts from the reopening, by which the asks are void (14)', () => {
    unasked
      .events(opened('03-02 09:00'), validated('03-03 09:00'), asked('03-03 10:00'), reopened('03-05 09:00'))
      .expectTurns('ready_but_unasked', ['03-10 09:00:00.001', 'warning']);
  });
});

describe('window_closing and window_missed', () => {
  const both = given(only('window_closing', 'window_missed'));

  it('closing begins with fewer business days left than the stages need, missed after the closing instant (46)', () => {
    const deal = both.events(
      opened('03-02 09:00', { stage: 'closing' }),
      as('window', window('03-02 10:00', '03-31 12:00')),
      asked('04-02 09:00'),
    );
    deal.expectTurns('window_closing', ['03-17 12:00:00.001', 'warning'], ['03-31 12:00:00.001', null]);
    deal.expectTurns('window_missed', ['03-31 12:00:00.001', 'critical']);
    deal.asOf('03-20 12:00').expectFinding('window_closing', {
      evidence: ['window', 'e1'],
      numbers: { business_days_to_close: 7, needed_business_days: 10, stage_order: 6 },
    });
    // A later ask does not heal it.
    deal.asOf('04-10 12:00').expectFindings({
      window_missed: {
        evidence: ['window'],
        numbers: { business_days_since_window_closed: 8, orders_asked_in_window: 0 },
      },
    });
  });

  it('needs the days of the stage and all those after it', () => {
    both
      .events(opened('03-02 09:00', { stage: 'negotiation' }), window('03-02 10:00', '05-01 12:00'))
      .expectTurns('window_closing', ['03-27 12:00:00.001', 'warning'], ['05-01 12:00:00.001', null]);
  });

  it('counts every business day ahead, though the deal is paused (7)', () => {
    both
      .events(
        opened('03-02 09:00', { stage: 'closing' }),
        window('03-02 10:00', '03-31 12:00'),
        fact('deal.paused', '03-03 09:00', { reason: 'holidays' }),
      )
      .expectTurns('window_closing', ['03-17 12:00:00.001', 'warning']);
  });

  it('neither holds once the order was asked for, up to and including the closing instant', () => {
    both
      .events(
        opened('03-02 09:00', { stage: 'closing' }),
        window('03-02 10:00', '03-31 12:00'),
        asked('03-31 12:00'),
      )
      .expectTurns('window_closing', ['03-17 12:00:00.001', 'warning'], ['03-31 12:00', null]);
    both
      .events(opened('03-02 09:00'), window('03-02 10:00', '03-31 12:00'), asked('03-31 12:00'))
      .expectNever('window_missed', '03-31 12:00:00.001', '04-20 12:00');
  });

  it('only the latest window counts, and none after a reopening (14, 46)', () => {
    both
      .events(
        opened('03-02 09:00', { stage: 'closing' }),
        window('03-02 10:00', '03-10 12:00'),
        window('03-12 10:00', '06-30 12:00'),
      )
      .expectTurns('window_missed', ['03-10 12:00:00.001', 'critical'], ['03-12 10:00', null]);
    both
      .events(opened('03-02 09:00'), window('03-02 10:00', '03-10 12:00'), reopened('03-16 09:00'))
      .expectTurns('window_missed', ['03-10 12:00:00.001', 'critical'], ['03-16 09:00', null]);
  });

  it('reads a bare date as the end of that day in the policy’s zone (10)', () => {
    given(only('window_missed'), { calendar: { timezone: 'America/New_York' } })
      .events(
        opened('03-02 09:00'),
        fact('buying.decision_window_set', '03-02 10:00', { closes: '2026-03-10' }),
      )
      .expectTurns('window_missed', ['03-11 04:00', 'critical']);
  });
});

describe('single_threaded', () => {
  const threaded = given(only('single_threaded'));

  it('holds with fewer than two people engaged in the last 30 days', () => {
    const deal = threaded.events(
      opened('03-02 09:00', { stage: 'solution' }),
      received('03-03 09:00', ANN),
      received('03-04 09:00', ANN.toUpperCase()),
      received('03-05 09:00', BOB),
    );
    deal.expectTurns(
      'single_threaded',
      ['03-02 09:00', 'warning'],
      ['03-05 09:00', null],
      ['04-03 09:00:00.001', 'warning'],
    );
    deal.asOf('03-04 10:00').expectFinding('single_threaded', {
      evidence: ['e1'],
      numbers: { engaged_people: 1, required_people: 2, window_days: 30, stage_order: 3 },
    });
  });

  it('is ended by the end of a meeting that a second one accepted; colleagues never count (33)', () => {
    threaded
      .events(
        opened('03-02 09:00', { stage: 'solution' }),
        received('03-03 09:00', ANN),
        received('03-03 09:00', REP),
        meeting('03-03 10:00', 'm1', ['03-05 10:00', '03-05 11:00'], {
          [BOB]: 'accepted',
          [CFO]: 'tentative',
        }),
      )
      .expectTurns('single_threaded', ['03-02 09:00', 'warning'], ['03-05 11:00', null]);
  });
});

describe('no_economic_buyer', () => {
  const buyer = given(only('no_economic_buyer'));

  it('is a warning from order 4, critical from 6, and goes once the buyer is engaged', () => {
    const deal = buyer.events(
      opened('03-02 09:00', { stage: 'solution' }),
      as('proposal', stage('03-03 09:00', 'proposal')),
      stage('03-04 09:00', 'closing'),
      identified('03-05 09:00', CFO, 'economic_buyer'),
      received('03-06 09:00', CFO),
    );
    deal.expectTurns(
      'no_economic_buyer',
      ['03-03 09:00', 'warning'],
      ['03-04 09:00', 'critical'],
      ['03-06 09:00', null],
    );
    deal.asOf('03-03 10:00').expectFinding('no_economic_buyer', {
      evidence: ['proposal'],
      numbers: {
        stage_order: 4,
        due_from_stage_order: 4,
        economic_buyers_identified: 0,
        economic_buyers_engaged: 0,
      },
    });
    deal.asOf('03-05 10:00').expectFinding('no_economic_buyer', { advice: /cfo@customer\.example/ });
  });

  it('counts what was before the opening and before the role was known, however long ago (12, 33)', () => {
    buyer
      .events(
        received('2025-01-02T09:00:00Z', CFO),
        opened('03-02 09:00', { stage: 'proposal' }),
        identified('03-05 09:00', CFO, 'economic_buyer'),
      )
      .expectTurns('no_economic_buyer', ['03-02 09:00', 'warning'], ['03-05 09:00', null]);
  });

  it('is ended by the end of a meeting that the buyer accepted, not by one of our own (34)', () => {
    buyer
      .events(
        opened('03-02 09:00', { stage: 'proposal' }),
        identified('03-02 09:00', REP, 'economic_buyer'),
        received('03-02 10:00', REP),
        identified('03-02 09:00', CFO, 'economic_buyer'),
        meeting('03-03 10:00', 'm1', ['03-05 10:00', '03-05 11:00'], { [CFO]: 'accepted' }),
      )
      .expectTurns('no_economic_buyer', ['03-02 09:00', 'warning'], ['03-05 11:00', null]);
  });

  it('is there again, since then, where the buyer declines after the end (27)', () => {
    buyer
      .events(
        opened('03-02 09:00', { stage: 'proposal' }),
        identified('03-02 09:00', CFO, 'economic_buyer'),
        meeting('03-03 10:00', 'm1', ['03-05 10:00', '03-05 11:00'], { [CFO]: 'accepted' }),
        responded('03-06 09:00', 'm1', CFO, 'declined'),
      )
      .expectTurns(
        'no_economic_buyer',
        ['03-02 09:00', 'warning'],
        ['03-05 11:00', null],
        ['03-06 09:00', 'warning'],
      );
  });
});

describe('approval_gap', () => {
  const gap = given(only('approval_gap'));

  it('holds from order 5 while an approver, named or identified, was never engaged', () => {
    const deal = gap.events(
      opened('03-02 09:00', { stage: 'negotiation' }),
      as('process', process('03-03 09:00', CFO)),
      as('bob', identified('03-04 09:00', BOB, 'approver')),
      received('03-05 09:00', CFO),
      held('03-06 09:00', 'm1', { attendees: [{ email: BOB }] }),
    );
    deal.expectTurns('approval_gap', ['03-03 09:00', 'warning'], ['03-06 09:00', null]);
    deal.asOf('03-04 10:00').expectFinding('approval_gap', {
      evidence: ['e1', 'process', 'bob'],
      numbers: {
        approvers: 2,
        approvers_never_engaged: 2,
        stage_order: 5,
        due_from_stage_order: 5,
      },
    });
  });

  it('goes by the latest list of approvers; a missing list keeps it, our own do not count (34)', () => {
    gap
      .events(
        opened('03-02 09:00', { stage: 'negotiation' }),
        process('03-03 09:00', REP),
        process('03-04 09:00', CFO),
        fact('buying.process_defined', '03-05 09:00', {}),
        process('03-06 09:00'),
      )
      .expectTurns('approval_gap', ['03-04 09:00', 'warning'], ['03-06 09:00', null]);
  });
});

describe('stakeholder_opposed', () => {
  const opposed = given(only('stakeholder_opposed'));

  it.each(['champion', 'economic_buyer', 'approver'] as const)('holds while a %s is opposed', (role) => {
    const deal = opposed.events(
      opened('03-02 09:00'),
      as('against', position('03-03 09:00', CFO, 'opposed')),
      as('role', identified('03-04 09:00', CFO.toUpperCase(), role)),
      position('03-05 09:00', CFO, 'neutral'),
    );
    deal.expectTurns('stakeholder_opposed', ['03-04 09:00', 'critical'], ['03-05 09:00', null]);
    deal.asOf('03-04 09:00').expectFinding('stakeholder_opposed', {
      evidence: ['against', 'role'],
      numbers: { opposed_people: 1 },
    });
  });

  it('counts approvers named in the process, and nobody in another role or of our own (34)', () => {
    opposed
      .events(opened('03-02 09:00'), process('03-03 09:00', CFO), position('03-04 09:00', CFO, 'opposed'))
      .expectTurns('stakeholder_opposed', ['03-04 09:00', 'critical']);
    opposed
      .events(
        opened('03-02 09:00'),
        ...([BOB, REP] as const).map((email) => position('03-03 09:00', email, 'opposed')),
        identified('03-03 09:00', BOB, 'user'),
        identified('03-03 09:00', REP, 'champion'),
      )
      .expectNever('stakeholder_opposed', '03-20 09:00');
  });

  it('keeps a role once given: roles add up (34)', () => {
    opposed
      .events(
        opened('03-02 09:00'),
        identified('03-03 09:00', CFO, 'champion'),
        identified('03-04 09:00', CFO, 'user'),
        position('03-05 09:00', CFO, 'opposed'),
      )
      .expectTurns('stakeholder_opposed', ['03-05 09:00', 'critical']);
  });
});

describe('process_undefined', () => {
  it('holds from order 3 while milestone 2 itself is not standing, whatever stands above it (47)', () => {
    const deal = given(only('process_undefined')).events(
      opened('03-02 09:00'),
      as('stage', stage('03-03 09:00', 'solution')),
      reached('03-04 09:00', 'solution_validated'),
      process('03-05 09:00'),
      as('back', withdrawn('03-06 09:00', 'process_defined')),
    );
    deal.expectTurns(
      'process_undefined',
      ['03-03 09:00', 'warning'],
      ['03-05 09:00', null],
      ['03-06 09:00', 'warning'],
    );
    deal.asOf('03-06 09:00').expectFinding('process_undefined', {
      evidence: ['stage', 'back'],
      numbers: { stage_order: 3, due_from_stage_order: 3 },
    });
  });
});

describe('no_business_case', () => {
  it('is a warning from order 4, critical from 6, and ended by either event (47)', () => {
    const none = given(only('no_business_case'));
    const deal = none.events(
      opened('03-02 09:00', { stage: 'solution' }),
      stage('03-03 09:00', 'proposal'),
      as('closing', stage('03-04 09:00', 'closing')),
      validated('03-05 09:00'),
      as('back', withdrawn('03-06 09:00', 'business_case_accepted')),
      reached('03-09 09:00', 'business_case_accepted'),
    );
    deal.expectTurns(
      'no_business_case',
      ['03-03 09:00', 'warning'],
      ['03-04 09:00', 'critical'],
      ['03-05 09:00', null],
      ['03-06 09:00', 'critical'],
      ['03-09 09:00', null],
    );
    deal.asOf('03-06 09:00').expectFinding('no_business_case', {
      evidence: ['closing', 'back'],
      numbers: { stage_order: 6, due_from_stage_order: 4 },
    });
  });
});

describe('untied_business_case', () => {
  it.each([[[]], [['']], [[' ', '\t']]])(
    'holds with the objectives %j at any stage (48)',
    (objectives: string[]) => {
      const deal = given(only('untied_business_case')).events(
        opened('03-02 09:00'),
        as('untied', validated('03-03 09:00', objectives)),
        validated('03-04 09:00', ['', 'grow']),
      );
      deal.expectTurns('untied_business_case', ['03-03 09:00', 'warning'], ['03-04 09:00', null]);
      deal
        .asOf('03-03 09:00')
        .expectFinding('untied_business_case', { evidence: ['untied'], numbers: { objectives: 0 } });
    },
  );
});

describe('fit_unassessed', () => {
  it('holds from order 2 until the fit is assessed', () => {
    const deal = given(only('fit_unassessed')).events(
      opened('03-02 09:00'),
      as('stage', stage('03-03 09:00', 'discovery')),
      assessed('03-04 09:00', 0),
    );
    deal.expectTurns('fit_unassessed', ['03-03 09:00', 'info'], ['03-04 09:00', null]);
    deal.asOf('03-03 09:00').expectFinding('fit_unassessed', {
      evidence: ['stage'],
      numbers: { stage_order: 2, due_from_stage_order: 2 },
    });
  });
});

describe('poor_fit', () => {
  const poor = given(only('poor_fit'));

  it('holds below 0.5, and is critical from order 4', () => {
    const deal = poor.events(
      opened('03-02 09:00'),
      as('fit', assessed('03-03 09:00', 0.49)),
      as('late', stage('03-04 09:00', 'proposal')),
      assessed('03-05 09:00', 0.5),
    );
    deal.expectTurns(
      'poor_fit',
      ['03-03 09:00', 'warning'],
      ['03-04 09:00', 'critical'],
      ['03-05 09:00', null],
    );
    deal.asOf('03-04 09:00').expectFinding('poor_fit', {
      evidence: ['fit', 'late'],
      numbers: { fit_score: 0.49, required_fit_score: 0.5, stage_order: 4 },
      advice: /[Ww]alk away/,
    });
  });

  it('is at most a warning in a stage that the policy does not know, and judged there (20)', () => {
    const deal = poor.events(opened('03-02 09:00', { stage: 'closedish' }), assessed('03-03 09:00', 0));
    deal.asOf('03-04 09:00').expectFindings({ poor_fit: { severity: 'warning' } });
    expect(deal.asOf('03-04 09:00').told().not_judged).toEqual([]);
  });
});
