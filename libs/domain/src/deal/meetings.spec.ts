import { describe, it } from '@jest/globals';
import {
  agreed,
  ANN,
  BOB,
  cancelled,
  fact,
  held,
  meeting,
  moved,
  opened,
  REP,
  responded,
  text,
} from '../testing/facts.js';
import { given, only } from '../testing/given.js';

/** Contact shows when a meeting counts as held, the next step when it is ahead. */
const contact = given(only('disconnected'));
const ahead = given(only('no_next_step'));
const idle = given(only('idle_meeting'));

const OPENED = opened('03-02 09:00');
/** 10 business days after its end. */
const M1_ENDS = '03-05 11:00';
const OVER_10_AFTER_M1 = '03-19 11:00:00.001';
const OVER_10_AFTER_OPENING = '03-16 09:00:00.001';
const m1 = (guests?: Parameters<typeof meeting>[3]) =>
  meeting('03-03 09:00', 'm1', ['03-05 10:00', M1_ENDS], guests);

describe('a customer meeting', () => {
  it('counts as held at its end where one of the customer’s accepted', () => {
    contact
      .events(OPENED, m1({ [ANN]: 'accepted', [BOB]: 'declined' }))
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
  });

  it.each(['tentative', 'declined', 'needs_action'] as const)('does not where they are %s', (response) => {
    contact
      .events(OPENED, m1({ [ANN]: response, [REP]: 'accepted' }))
      .expectTurns('disconnected', [OVER_10_AFTER_OPENING, 'warning']);
  });

  it('takes no response as none given (26)', () => {
    contact
      .events(
        OPENED,
        fact('meeting.scheduled', '03-03 09:00', {
          meeting_id: 'm1',
          starts_at: text('03-05 10:00'),
          ends_at: text(M1_ENDS),
          attendees: [{ email: ANN }],
        }),
      )
      .expectTurns('disconnected', [OVER_10_AFTER_OPENING, 'warning']);
  });

  it('is confirmed by the response of someone who was not on its list (26)', () => {
    contact
      .events(OPENED, m1({ [REP]: 'accepted' }), responded('03-04 09:00', 'm1', BOB, 'accepted'))
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
  });

  it('is none where nobody with an address is the customer’s: rooms and references are on neither side (24)', () => {
    contact
      .events(
        OPENED,
        fact('meeting.scheduled', '03-03 09:00', {
          meeting_id: 'm1',
          starts_at: text('03-05 10:00'),
          ends_at: text(M1_ENDS),
          attendees: [
            { name: 'Room 5', response: 'accepted' },
            { ref: 'u1', response: 'accepted' },
          ],
        }),
      )
      .expectTurns('disconnected', [OVER_10_AFTER_OPENING, 'warning']);
  });

  it('is not ours by a subdomain, and ours without regard to case (24)', () => {
    contact
      .events(OPENED, m1({ 'x@sub.seller.example': 'accepted' }))
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
    contact
      .events(OPENED, m1({ 'X@SELLER.EXAMPLE': 'accepted' }))
      .expectTurns('disconnected', [OVER_10_AFTER_OPENING, 'warning']);
  });
});

describe('a meeting that changes after its end', () => {
  it('was not held, from then on, where it is cancelled or declined (27)', () => {
    for (const change of [cancelled('03-17 09:00', 'm1'), responded('03-17 09:00', 'm1', ANN, 'declined')])
      contact.events(OPENED, m1(), change).expectTurns('disconnected', ['03-17 09:00', 'warning']);
  });

  it('is ahead again where it is moved into the future (27)', () => {
    ahead
      .events(OPENED, m1(), moved('03-10 09:00', 'm1', ['03-20 10:00', '03-20 11:00']))
      .expectTurns(
        'no_next_step',
        ['03-09 11:00:00.001', 'warning'],
        ['03-10 09:00', null],
        ['03-24 11:00:00.001', 'warning'],
      );
  });

  it('was held at its new end where it is moved into the past, from the instant of the change on (27)', () => {
    contact
      .events(
        OPENED,
        meeting('03-03 09:00', 'm1', ['03-27 10:00', '03-27 11:00']),
        moved('03-20 09:00', 'm1', ['03-04 10:00', '03-04 11:00']),
      )
      .expectTurns('disconnected', ['03-20 09:00', 'warning']);
  });
});

describe('meeting.held', () => {
  it('is the last word, which only another one changes; it overrides a cancellation (27)', () => {
    contact
      .events(
        OPENED,
        m1(),
        cancelled('03-04 09:00', 'm1'),
        held('03-05 12:00', 'm1'),
        cancelled('03-06 09:00', 'm1'),
        responded('03-06 09:00', 'm1', ANN, 'declined'),
        moved('03-06 09:00', 'm1', ['05-20 10:00', '05-20 11:00']),
      )
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
    contact
      .events(
        OPENED,
        m1(),
        held('03-05 12:00', 'm1'),
        held('03-06 12:00', 'm1', { ends_at: text('03-06 11:00') }),
      )
      .expectTurns('disconnected', ['03-20 11:00:00.001', 'warning']);
  });

  it('has its own times, else the scheduled ones, else its own time, and never ends after it (28)', () => {
    const own = { starts_at: text('03-06 10:00'), ends_at: text('03-06 11:00') };
    contact
      .events(OPENED, m1(), held('03-09 12:00', 'm1', own))
      .expectTurns('disconnected', ['03-20 11:00:00.001', 'warning']);
    contact
      .events(OPENED, held('03-09 12:00', 'm9', { attendees: [{ email: ANN }] }))
      .expectTurns('disconnected', ['03-23 12:00:00.001', 'warning']);
    contact
      .events(
        OPENED,
        held('03-09 12:00', 'm9', { attendees: [{ email: ANN }], ends_at: text('03-30 12:00') }),
      )
      .expectTurns('disconnected', ['03-23 12:00:00.001', 'warning']);
  });

  it('counts though nobody accepted, and without any people as internal (28)', () => {
    contact
      .events(OPENED, m1({ [ANN]: 'declined' }), held('03-05 12:00', 'm1'))
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
    idle
      .events(OPENED, held('03-09 12:00', 'm9'))
      .expectTurns('idle_meeting', ['03-10 12:00:00.001', 'info']);
  });
});

describe('a meeting that is scheduled again', () => {
  it('keeps its list and the responses where none is told, and takes both from one that is (29)', () => {
    contact
      .events(OPENED, m1(), moved('03-04 09:00', 'm1', ['03-06 10:00', '03-06 11:00']))
      .expectTurns('disconnected', ['03-20 11:00:00.001', 'warning']);
    contact
      .events(
        OPENED,
        m1(),
        moved('03-04 09:00', 'm1', ['03-06 10:00', '03-06 11:00'], { [ANN]: 'needs_action' }),
      )
      .expectTurns('disconnected', [OVER_10_AFTER_OPENING, 'warning']);
  });

  it('stands again after a cancellation, and is made where it was unknown; other words about unknown ones are void (29)', () => {
    contact
      .events(
        OPENED,
        m1(),
        cancelled('03-04 09:00', 'm1'),
        moved('03-04 10:00', 'm1', ['03-05 10:00', M1_ENDS]),
      )
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
    contact
      .events(OPENED, moved('03-04 10:00', 'm1', ['03-05 10:00', M1_ENDS], { [ANN]: 'accepted' }))
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
    contact
      .events(OPENED, cancelled('03-02 10:00', 'm1'), responded('03-02 10:00', 'm1', ANN, 'accepted'), m1())
      .expectTurns('disconnected', [OVER_10_AFTER_M1, 'warning']);
  });

  it('is shown by the event that told its times and people, which needs no earlier one', () => {
    const score = idle.events(OPENED, m1(), meeting('03-04 09:00', 'm1', ['03-06 10:00', '03-06 11:00']));
    score.asOf('03-10 09:00').expectFinding('idle_meeting', { evidence: ['e3'] });
    const answered = idle.events(
      OPENED,
      m1({ [ANN]: 'needs_action' }),
      responded('03-04 09:00', 'm1', ANN, 'accepted'),
    );
    answered.asOf('03-10 09:00').expectFinding('idle_meeting', { evidence: ['e2', 'e3'] });
  });
});

describe('a confirmed customer meeting as a next step', () => {
  it('is ahead until its end, also while it runs (30)', () => {
    ahead
      .events(OPENED, meeting('03-03 09:00', 'm1', ['03-04 09:00', '03-10 11:00']))
      .expectTurns('no_next_step', ['03-12 11:00:00.001', 'warning']);
  });

  it('is agreed only where it became confirmed before it starts (31)', () => {
    const idleFor = (confirmed: string) =>
      idle.events(
        OPENED,
        m1(),
        meeting('03-03 09:00', 'm2', ['03-05 15:00', '03-20 15:00'], { [BOB]: 'needs_action' }),
        responded(confirmed, 'm2', BOB, 'accepted'),
      );
    idleFor('03-05 14:59').expectNever('idle_meeting', '03-19 09:00');
    idleFor('03-05 15:00').expectTurns('idle_meeting', ['03-06 11:00:00.001', 'warning']);
  });

  it('is agreed anew where the confirmation was lost and regained, not within one instant (2, 31)', () => {
    const idleFor = (regained: string) =>
      idle.events(
        OPENED,
        m1(),
        meeting('03-03 09:00', 'm2', ['03-20 10:00', '03-20 11:00']),
        responded('03-05 12:00', 'm2', ANN, 'declined'),
        responded(regained, 'm2', ANN, 'accepted'),
      );
    idleFor('03-05 13:00').expectNever('idle_meeting', '03-19 09:00');
    idleFor('03-05 12:00').expectTurns('idle_meeting', ['03-06 11:00:00.001', 'warning']);
  });

  it('is no progress, neither when agreed nor when held', () => {
    given(only('stalled')).events(OPENED, m1()).expectTurns('stalled', [OVER_10_AFTER_OPENING, 'warning']);
  });
});

describe('the latest meeting of its kind', () => {
  it('is the one that ended last; at equal ends the one that started later, then the greater id (32)', () => {
    const at = (id: string, starts: string) => meeting('03-03 09:00', id, [starts, '03-05 11:00']);
    const settles = (id: string) => agreed('03-04 09:00', 's1', '03-20 09:00', { meeting_id: id });
    idle
      .events(OPENED, at('a', '03-05 10:00'), at('b', '03-05 09:00'), settles('a'))
      .expectNever('idle_meeting', '03-19 09:00');
    idle
      .events(OPENED, at('a', '03-05 10:00'), at('b', '03-05 10:00'), settles('a'))
      .expectTurns('idle_meeting', ['03-06 11:00:00.001', 'warning']);
  });
});
