import { describe, expect, it } from '@jest/globals';
import {
  agreed,
  ANN,
  as,
  BOB,
  cancelled,
  completed,
  dropped,
  fact,
  held,
  meeting,
  moved,
  opened,
  paused,
  received,
  REP,
  reopened,
  sent,
  stage,
  text,
} from '../../testing/facts.js';
import { given, only } from '../../testing/given.js';

describe('stalled', () => {
  const stalled = given(only('stalled'));

  it('begins in the first millisecond over the expected days, and is critical over twice as many', () => {
    const deal = stalled.events(
      opened('03-02 09:00'),
      fact('close.answered', '04-01 10:00', { answer: 'yes' }),
    );
    deal.expectTurns(
      'stalled',
      ['03-16 09:00:00.001', 'warning'],
      ['03-30 09:00:00.001', 'critical'],
      ['04-01 10:00', null],
    );
    deal.asOf('03-20 12:00').expectFinding('stalled', {
      evidence: ['e1'],
      numbers: { business_days_since_progress: 14.13, expected_business_days: 10 },
      advice: /since 2026-03-02/,
    });
  });

  it('is held off by a mutual step, up to and including its due date', () => {
    stalled
      .events(opened('03-02 09:00'), agreed('03-03 09:00', 's1', '03-25 12:00'))
      .expectTurns('stalled', ['03-25 12:00:00.001', 'warning']);
  });

  it('is held off only once the step is at most 20 business days away', () => {
    stalled
      .events(opened('03-02 09:00'), agreed('03-03 09:00', 's1', '05-29 12:00'))
      .expectTurns(
        'stalled',
        ['03-17 09:00:00.001', 'warning'],
        ['03-31 09:00:00.001', 'critical'],
        ['05-01 12:00', null],
        ['05-29 12:00:00.001', 'critical'],
      );
  });

  it('is not held off by a step that is not mutual (39)', () => {
    stalled
      .events(opened('03-02 09:00'), agreed('03-03 09:00', 's1', '03-25 12:00', { mutual: false }))
      .expectTurns('stalled', ['03-16 09:00:00.001', 'warning']);
  });

  it('is held off by a coming confirmed customer meeting until its end (30, 39)', () => {
    stalled
      .events(opened('03-02 09:00'), meeting('03-03 09:00', 'm1', ['03-20 12:00', '03-20 13:00']))
      .expectTurns('stalled', ['03-20 13:00', 'warning']);
  });

  it('starts its clock anew when the stage advances, with the days of the new stage', () => {
    stalled
      .events(opened('03-02 09:00'), stage('03-10 09:00', 'discovery'))
      .expectTurns('stalled', ['03-31 09:00:00.001', 'warning']);
  });

  it('does not start its clock anew when the stage goes back, and counts by the stage it has then (68)', () => {
    stalled
      .events(opened('03-02 09:00', { stage: 'discovery' }), stage('03-10 09:00', 'qualification'))
      .expectTurns('stalled', ['03-16 09:00:00.001', 'warning']);
  });

  it('never holds in a stage without expected days, and is judged all the same (23)', () => {
    const deal = given(only('stalled'), {
      pipelines: { default: { stages: [{ id: 'open', order: 1 }] } },
    }).events(opened('03-02 09:00', { stage: 'open' }));
    deal.expectNever('stalled', '2030-01-01T00:00:00Z');
    expect(deal.asOf('03-20 09:00').told().not_judged).toEqual([]);
  });

  it('stands still while the deal is paused', () => {
    stalled
      .events(opened('03-02 09:00'), paused('03-03 09:00', '03-05 09:00'))
      .expectTurns('stalled', ['03-18 09:00:00.001', 'warning']);
  });

  it('is exceeded on Monday where the days are used up at the end of a Friday (1)', () => {
    stalled.events(opened('03-02 00:00')).expectTurns('stalled', ['03-16 00:00:00.001', 'warning']);
  });
});

describe('disconnected', () => {
  const disconnected = given(only('disconnected'));

  it('begins 10 business days after the last contact, is critical with the third message since, ends with a reply', () => {
    const deal = disconnected.events(
      opened('03-02 09:00'),
      as('reply', received('03-03 09:00')),
      as('same', sent('03-03 09:00')),
      as('w1', sent('03-04 09:00')),
      as('w2', sent('03-05 09:00')),
      as('w3', sent('03-20 09:00')),
      received('03-23 09:00'),
    );
    deal.expectTurns(
      'disconnected',
      ['03-17 09:00:00.001', 'warning'],
      ['03-20 09:00', 'critical'],
      ['03-23 09:00', null],
    );
    deal.asOf('03-18 09:00').expectFinding('disconnected', { evidence: ['reply'] });
    // A message sent in the instant of the contact is not since that contact (35).
    deal.asOf('03-20 09:00').expectFinding('disconnected', {
      evidence: ['reply', 'w1', 'w2', 'w3'],
      numbers: {
        business_days_since_contact: 13,
        allowed_business_days: 10,
        messages_sent_since_contact: 3,
      },
    });
  });

  it('counts a message without a sender as contact, and a colleague’s as none (25)', () => {
    disconnected
      .events(opened('03-02 09:00'), received('03-04 09:00', null), received('03-06 09:00', REP))
      .expectTurns('disconnected', ['03-18 09:00:00.001', 'warning']);
  });

  it('does not hold while a confirmed customer meeting is to come, and counts from its end', () => {
    disconnected
      .events(opened('03-02 09:00'), meeting('03-17 10:00', 'm1', ['03-25 10:00', '03-25 11:00']))
      .expectTurns(
        'disconnected',
        ['03-16 09:00:00.001', 'warning'],
        ['03-17 10:00', null],
        ['04-08 11:00:00.001', 'warning'],
      );
  });

  it('counts from the customer’s completed step, not from the seller’s', () => {
    disconnected
      .events(
        opened('03-02 09:00'),
        agreed('03-02 10:00', 's1', '03-06 10:00', { owner_side: 'both' }),
        agreed('03-02 10:00', 's2', '03-09 10:00', { owner_side: 'seller' }),
        completed('03-05 10:00', 's1'),
        completed('03-09 10:00', 's2'),
      )
      .expectTurns('disconnected', ['03-19 10:00:00.001', 'warning']);
  });
});

describe('no_next_step', () => {
  const none = given(only('no_next_step'));

  it('begins over 2 business days after the start of the run', () => {
    const deal = none.events(opened('03-02 09:00'));
    deal.expectTurns('no_next_step', ['03-04 09:00:00.001', 'warning']);
    deal.asOf('03-05 09:00').expectFinding('no_next_step', {
      evidence: ['e1'],
      numbers: { business_days_without_next_step: 3, allowed_business_days: 2 },
    });
  });

  it('is ended by any step, mutual or not, and counted from the last instant at which one was ahead (39, 40)', () => {
    none
      .events(
        opened('03-02 09:00'),
        agreed('03-05 09:00', 's1', '03-10 12:00', { mutual: false }),
        agreed('03-12 15:00', 's2', '03-20 12:00'),
        completed('03-16 10:00', 's2'),
        meeting('03-18 15:00', 'm1', ['03-20 09:00', '03-20 10:00']),
      )
      .expectTurns(
        'no_next_step',
        ['03-04 09:00:00.001', 'warning'],
        ['03-05 09:00', null],
        ['03-12 12:00:00.001', 'warning'],
        ['03-12 15:00', null],
        ['03-18 10:00:00.001', 'warning'],
        ['03-18 15:00', null],
        ['03-24 10:00:00.001', 'warning'],
      );
  });

  it('counts from the cancellation of what was ahead', () => {
    const deal = none.events(
      opened('03-02 09:00'),
      meeting('03-03 09:00', 'm1', ['03-20 09:00', '03-20 10:00']),
      as('cancelled', cancelled('03-06 09:00', 'm1')),
    );
    deal.expectTurns('no_next_step', ['03-10 09:00:00.001', 'warning']);
    deal.asOf('03-11 09:00').expectFinding('no_next_step', { evidence: ['cancelled'] });
  });
});

describe('next_step_overdue', () => {
  const overdue = given(only('next_step_overdue'));

  it('begins over 1 business day after the due date, is critical over 5, and ends with a new date', () => {
    const deal = overdue.events(
      opened('03-02 09:00'),
      as('agreed', agreed('03-03 09:00', 's1', '03-10 12:00')),
      as(
        'later',
        fact('next_step.rescheduled', '03-18 09:00', { next_step_id: 's1', due_at: text('03-19 12:00') }),
      ),
    );
    deal.expectTurns(
      'next_step_overdue',
      ['03-11 12:00:00.001', 'warning'],
      ['03-17 12:00:00.001', 'critical'],
      ['03-18 09:00', null],
      ['03-20 12:00:00.001', 'warning'],
    );
    deal.asOf('03-12 12:00').expectFinding('next_step_overdue', {
      evidence: ['agreed'],
      numbers: { business_days_overdue: 2, allowed_business_days: 1, overdue_steps: 1 },
      advice: /send the numbers/,
    });
    deal.asOf('03-24 12:00').expectFinding('next_step_overdue', { evidence: ['later'] });
  });

  it('looks at every open step, and ends when the last late one is done', () => {
    const deal = overdue.events(
      opened('03-02 09:00'),
      as('first', agreed('03-03 09:00', 's1', '03-10 12:00')),
      as('second', agreed('03-03 09:00', 's2', '03-11 12:00', { mutual: false })),
      dropped('03-13 09:00', 's1'),
      completed('03-13 10:00', 's2'),
    );
    deal.asOf('03-13 08:00').expectFinding('next_step_overdue', { evidence: ['first', 'second'] });
    deal.expectTurns('next_step_overdue', ['03-11 12:00:00.001', 'warning'], ['03-13 10:00', null]);
  });

  it('never looks at meetings (30)', () => {
    overdue
      .events(opened('03-02 09:00'), meeting('03-03 09:00', 'm1', ['03-05 09:00', '03-05 10:00']))
      .expectNever('next_step_overdue', '03-20 09:00');
  });

  it('ends with a step lapsed by a reopening (14)', () => {
    overdue
      .events(
        opened('03-02 09:00'),
        agreed('03-03 09:00', 's1', '03-10 12:00'),
        fact('deal.lost', '03-12 09:00', {}),
        reopened('03-13 09:00'),
      )
      .expectTurns('next_step_overdue', ['03-11 12:00:00.001', 'warning'], ['03-12 09:00', null]);
  });
});

describe('idle_meeting', () => {
  const idle = given(only('idle_meeting'));
  const M1 = meeting('03-03 09:00', 'm1', ['03-05 10:00', '03-05 11:00']);

  it('begins over 1 business day after a customer meeting’s end, and ends when a step names it, whenever agreed', () => {
    const deal = idle.events(
      opened('03-02 09:00'),
      M1,
      agreed('03-12 09:00', 's1', '03-20 09:00', { meeting_id: 'm1', mutual: false }),
    );
    deal.expectTurns('idle_meeting', ['03-06 11:00:00.001', 'warning'], ['03-12 09:00', null]);
    deal.asOf('03-09 11:00').expectFinding('idle_meeting', {
      evidence: ['e2'],
      numbers: {
        business_days_since_meeting: 2,
        allowed_business_days: 1,
        idle_customer_meetings: 1,
        idle_internal_meetings: 0,
      },
    });
  });

  it.each(['03-05 10:00', '03-06 11:00'])(
    'does not hold with a step agreed at either end of the span: %s (32)',
    (when) => {
      idle
        .events(opened('03-02 09:00'), M1, agreed(when, 's1', '03-09 09:00', { mutual: false }))
        .expectNever('idle_meeting', '03-06 11:00:00.001', '03-20 09:00');
    },
  );

  it.each(['03-05 09:59:59.999', '03-06 11:00:00.001'])(
    'holds with a step agreed a millisecond outside the span: %s',
    (when) => {
      idle
        .events(opened('03-02 09:00'), M1, agreed(when, 's1', '03-09 09:00'))
        .expectTurns('idle_meeting', ['03-06 11:00:00.001', 'warning']);
    },
  );

  it('does not hold with a meeting confirmed in the span, even if cancelled later (32)', () => {
    idle
      .events(
        opened('03-02 09:00'),
        M1,
        meeting('03-05 15:00', 'm2', ['03-19 10:00', '03-19 11:00']),
        cancelled('03-09 09:00', 'm2'),
      )
      .expectNever('idle_meeting', '03-06 11:00:00.001', '03-20 09:00');
  });

  it('holds though the next meeting is moved in the span: that agrees nothing new (31)', () => {
    idle
      .events(
        opened('03-02 09:00'),
        M1,
        meeting('03-03 09:00', 'm2', ['03-19 10:00', '03-19 11:00']),
        moved('03-05 15:00', 'm2', ['03-20 10:00', '03-20 11:00']),
      )
      .expectTurns('idle_meeting', ['03-06 11:00:00.001', 'warning']);
  });

  it('judges internal meetings apart, and tells of both in one finding of the graver severity', () => {
    const deal = idle.events(
      opened('03-02 09:00'),
      as('internal', meeting('03-02 10:00', 'm2', ['03-03 10:00', '03-03 11:00'], { [REP]: 'accepted' })),
      as('customer', meeting('03-03 09:00', 'm1', ['03-05 10:00', '03-05 11:00'])),
    );
    deal.expectTurns('idle_meeting', ['03-04 11:00:00.001', 'info'], ['03-06 11:00:00.001', 'warning']);
    deal.asOf('03-09 09:00').expectFinding('idle_meeting', {
      since: '03-04 11:00:00.001',
      evidence: ['customer', 'internal'],
    });
  });

  it('is ended by the next meeting of its kind, which is judged in its place', () => {
    idle
      .events(
        opened('03-02 09:00'),
        M1,
        held('03-10 12:00', 'm9', { attendees: [{ email: ANN }] }),
        agreed('03-10 13:00', 's1', '03-20 09:00'),
      )
      .expectTurns('idle_meeting', ['03-06 11:00:00.001', 'warning'], ['03-10 12:00', null]);
  });

  it('does not judge meetings that ended before the run (14)', () => {
    idle
      .events(opened('03-02 09:00'), M1, fact('deal.lost', '03-05 12:00', {}), reopened('03-05 13:00'))
      .expectNever('idle_meeting', '03-06 11:00:00.001', '03-20 09:00');
  });

  it('needs somebody to have come: nobody accepted, nothing was held', () => {
    idle
      .events(
        opened('03-02 09:00'),
        meeting('03-03 09:00', 'm1', ['03-05 10:00', '03-05 11:00'], {
          [ANN]: 'tentative',
          [BOB]: 'declined',
          [REP]: 'accepted',
        }),
      )
      .expectNever('idle_meeting', '03-20 09:00');
  });
});

describe('close_date_slipping', () => {
  const slipping = given(only('close_date_slipping'));
  const to = (when: string, date: string, from?: string | null) =>
    fact('deal.close_date_changed', when, { to: date, ...(from === undefined ? {} : { from }) });
  const deal = opened('03-02 09:00', { close_date: '2026-04-01' });

  it('begins with the second move later, and ends when the first of them is over 90 days old (9)', () => {
    const moves = slipping.events(
      deal,
      as('one', to('03-03 09:00', '2026-04-05')),
      as('two', to('03-04 09:00', '2026-04-10')),
    );
    moves.expectTurns('close_date_slipping', ['03-04 09:00', 'warning'], ['06-01 09:00:00.001', null]);
    moves.asOf('03-05 09:00').expectFinding('close_date_slipping', {
      evidence: ['one', 'two'],
      numbers: { times_moved_later: 2, days_moved_later: 9, window_days: 90 },
    });
  });

  it('begins with 30 days in all, and is critical at 90 days', () => {
    slipping
      .events(deal, to('03-03 09:00', '2026-05-01'), to('03-04 09:00', '2026-06-30'))
      .expectTurns('close_date_slipping', ['03-03 09:00', 'warning'], ['03-04 09:00', 'critical']);
    slipping.events(deal, to('03-03 09:00', '2026-04-30')).expectNever('close_date_slipping', '03-04 09:00');
  });

  it('is critical with the fourth move, and pulling in does not cancel any (41)', () => {
    slipping
      .events(
        deal,
        to('03-03 09:00', '2026-04-02'),
        to('03-04 09:00', '2026-04-03'),
        to('03-05 09:00', '2026-03-20'),
        to('03-06 09:00', '2026-03-21'),
        to('03-07 09:00', '2026-03-22'),
      )
      .expectTurns('close_date_slipping', ['03-04 09:00', 'warning'], ['03-07 09:00', 'critical']);
  });

  it('moves from what the event says, else from the date known before; from or to nothing is no move (41)', () => {
    slipping
      .events(deal, to('03-03 09:00', '2026-04-20', '2026-03-21'))
      .expectTurns('close_date_slipping', ['03-03 09:00', 'warning']);
    slipping
      .events(deal, to('03-03 09:00', '2026-08-20', null))
      .expectNever('close_date_slipping', '03-04 09:00');
  });

  it('forgets the moves of an earlier run (14)', () => {
    slipping
      .events(
        deal,
        to('03-03 09:00', '2026-05-20'),
        fact('deal.lost', '03-04 09:00', {}),
        reopened('03-05 09:00'),
      )
      .expectTurns('close_date_slipping', ['03-03 09:00', 'warning'], ['03-04 09:00', null]);
  });
});

describe('close_date_passed', () => {
  const deal = opened('03-02 09:00', { close_date: '2026-03-10' });

  it('begins when the day is over, and is critical over 30 days later (42)', () => {
    const passed = given(only('close_date_passed')).events(
      deal,
      fact('deal.close_date_changed', '04-20 09:00', { to: '2026-05-01' }),
    );
    passed.expectTurns(
      'close_date_passed',
      ['03-11 00:00', 'warning'],
      ['04-10 00:00', 'critical'],
      ['04-20 09:00', null],
    );
    passed.asOf('03-12 09:00').expectFinding('close_date_passed', {
      evidence: ['e1'],
      numbers: { close_date: '2026-03-10', days_past: 2, critical_after_days: 30 },
    });
  });

  it('goes by the local day of the policy’s zone, and reads an instant as its local date (10)', () => {
    given(only('close_date_passed'), { calendar: { timezone: 'Europe/Berlin' } })
      .events(opened('03-02 09:00', { close_date: '2026-03-09T23:30:00Z' }))
      .expectTurns('close_date_passed', ['03-10 23:00', 'warning'], ['04-09 22:00', 'critical']);
  });

  it('runs on during a pause, and ends where the date is emptied (8)', () => {
    given(only('close_date_passed'))
      .events(deal, paused('03-03 09:00'), fact('deal.close_date_changed', '03-12 09:00', { to: null }))
      .expectTurns('close_date_passed', ['03-11 00:00', 'warning'], ['03-12 09:00', null]);
  });
});

describe('stage_regressed', () => {
  it('holds while the stage is below the highest of the run (38)', () => {
    const deal = given(only('stage_regressed')).events(
      as('high', opened('03-02 09:00', { stage: 'solution' })),
      as('low', stage('03-04 09:00', 'discovery')),
      stage('03-06 09:00', 'solution'),
      stage('03-09 09:00', 'qualification'),
      fact('deal.lost', '03-10 09:00', {}),
      reopened('03-11 09:00', 'discovery'),
    );
    deal.expectTurns(
      'stage_regressed',
      ['03-04 09:00', 'info'],
      ['03-06 09:00', null],
      ['03-09 09:00', 'info'],
      ['03-10 09:00', null],
    );
    deal.expectNever('stage_regressed', '03-12 09:00');
    deal.asOf('03-05 09:00').expectFinding('stage_regressed', {
      evidence: ['high', 'low'],
      numbers: { stage_order: 2, highest_stage_order: 3 },
    });
  });

  it('never was where the stage was only passed through between two events of one instant (2)', () => {
    given(only('stage_regressed'))
      .events(opened('03-02 09:00'), stage('03-03 09:00', 'closing'), stage('03-03 09:00', 'discovery'))
      .expectNever('stage_regressed', '03-03 09:00', '03-20 09:00');
  });
});
