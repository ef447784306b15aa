import { describe, expect, it } from '@jest/globals';
import {
  agreed,
  answered,
  asked,
  at,
  completed,
  dropped,
  fact,
  type Fact,
  opened,
  reached,
  received,
  reopened,
  stage,
  text,
  toEvents,
  withdrawn,
} from '../testing/facts.js';
import { chronicle } from '../score/chronicle.js';
import { bookOf, given, only } from '../testing/given.js';

/** When a deal that was opened on 2 March and had these facts last moved forward. */
function lastProgress(...facts: readonly Fact[]): string | undefined {
  const events = toEvents([opened('03-02 09:00'), ...facts]);
  const { records } = chronicle('d1', events, at('06-01 09:00'), bookOf());
  return records.find((record) => record.record === 'deal')?.last_progress_at;
}

const NONE = text('03-02 09:00');
const then = text('03-10 09:00');
const overdue = agreed('03-02 10:00', 'old', '03-05 09:00');

describe('forward progress', () => {
  it.each([
    ['a stage higher than any before', [stage('03-10 09:00', 'discovery')]],
    ['a milestone higher than any before', [reached('03-10 09:00', 'need_recognised')]],
    ['a validated business case', [fact('business_case.validated', '03-10 09:00', {})]],
    ['a defined process', [fact('buying.process_defined', '03-10 09:00', {})]],
    [
      'a completed step, also the seller’s (39)',
      [
        agreed('03-02 10:00', 's1', '04-01 09:00', { mutual: false, owner_side: 'seller' }),
        completed('03-10 09:00', 's1'),
      ],
    ],
    ['a mutual step agreed', [agreed('03-10 09:00', 's1', '04-01 09:00')]],
    [
      'a mutual step agreed in the instant in which another is due (37)',
      [agreed('03-02 10:00', 'old', '03-10 09:00'), agreed('03-10 09:00', 's1', '04-01 09:00')],
    ],
    [
      'a mutual step agreed once the missed one is dropped (37)',
      [overdue, dropped('03-09 09:00', 'old'), agreed('03-10 09:00', 's1', '04-01 09:00')],
    ],
    ['the answer yes, also without an ask (44)', [answered('03-10 09:00', 'yes')]],
    ['a reopening (13)', [fact('deal.lost', '03-09 09:00', {}), reopened('03-10 09:00')]],
  ] as const)('is %s', (_what, facts) => {
    expect(lastProgress(...facts)).toBe(then);
  });

  it.each([
    ['a step that is not mutual', [agreed('03-10 09:00', 's1', '04-01 09:00', { mutual: false })]],
    [
      'a known step agreed again (36)',
      [agreed('03-02 09:00', 's1', '04-01 09:00'), agreed('03-10 09:00', 's1', '05-01 09:00')],
    ],
    [
      'a step dropped or moved',
      [
        agreed('03-02 09:00', 's1', '04-01 09:00', { mutual: false }),
        fact('next_step.rescheduled', '03-09 09:00', { next_step_id: 's1', due_at: text('05-01 09:00') }),
        dropped('03-10 09:00', 's1'),
      ],
    ],
    ['an unknown or closed step completed (36)', [completed('03-10 09:00', 's9')]],
    ['a stage below the highest', [stage('03-02 09:00', 'qualification')]],
    ['a stage that the policy does not know', [stage('03-10 09:00', 'x9')]],
    ['contact', [received('03-10 09:00'), answered('03-10 09:00', 'no'), asked('03-10 09:00')]],
  ] as const)('is not %s', (_what, facts) => {
    expect(lastProgress(...facts)).toBe(NONE);
  });

  it('is not a mutual step that replaces one that was missed, mutual or not (37)', () => {
    const missed = agreed('03-02 10:00', 'old', '03-05 09:00', { mutual: false });
    expect(lastProgress(missed, agreed('03-10 09:00', 's1', '04-01 09:00'))).toBe(NONE);
  });

  it('is not a stage or a milestone reached again (38)', () => {
    expect(
      lastProgress(
        stage('03-03 09:00', 'solution'),
        stage('03-04 09:00', 'discovery'),
        stage('03-10 09:00', 'solution'),
      ),
    ).toBe(text('03-03 09:00'));
    expect(
      lastProgress(
        reached('03-03 09:00', 'criteria_agreed'),
        withdrawn('03-04 09:00', 'criteria_agreed'),
        reached('03-10 09:00', 'criteria_agreed'),
        reached('03-11 09:00', 'need_recognised'),
      ),
    ).toBe(text('03-03 09:00'));
  });

  it('is not the first known stage of a run, and is the next higher one (20)', () => {
    const facts = [opened('03-02 09:00', { stage: 'x9' }), stage('03-10 09:00', 'proposal')];
    const progressAt = (...more: Fact[]) =>
      chronicle('d1', toEvents([...facts, ...more]), at('06-01 09:00'), bookOf()).records.find(
        (record) => record.record === 'deal',
      )?.last_progress_at;
    expect(progressAt()).toBe(NONE);
    expect(progressAt(stage('03-11 09:00', 'closing'))).toBe(text('03-11 09:00'));
  });
});

describe('a step', () => {
  const overdueSteps = given(only('next_step_overdue'));

  it('is replaced and opened again by another agreement under its id (36)', () => {
    overdueSteps
      .events(
        opened('03-02 09:00'),
        agreed('03-02 10:00', 's1', '03-04 09:00'),
        completed('03-03 09:00', 's1'),
        agreed('03-09 09:00', 's1', '03-10 09:00'),
      )
      .expectTurns('next_step_overdue', ['03-11 09:00:00.001', 'warning']);
  });

  it('that is closed or unknown can’t be moved (36)', () => {
    const move = (id: string) =>
      fact('next_step.rescheduled', '03-04 09:00', { next_step_id: id, due_at: text('03-05 09:00') });
    overdueSteps
      .events(
        opened('03-02 09:00'),
        agreed('03-02 10:00', 's1', '04-04 09:00'),
        dropped('03-03 09:00', 's1'),
        move('s1'),
        move('s2'),
      )
      .expectNever('next_step_overdue', '04-30 09:00');
  });

  it('due on a bare date is due at the end of that day in the policy’s zone (10)', () => {
    given(only('next_step_overdue'), { calendar: { timezone: 'Europe/Berlin' } })
      .events(opened('03-02 09:00'), agreed('03-02 10:00', 's1', '03-04 09:00', { due_at: '2026-03-04' }))
      .expectTurns('next_step_overdue', ['03-05 23:00', 'warning']);
  });
});

describe('the ladders', () => {
  const positionAfter = (...facts: Fact[]) =>
    given()
      .events(opened('03-02 09:00'), ...facts)
      .asOf('03-20 09:00')
      .told().position;

  it('the position is the highest milestone reached and not withdrawn', () => {
    expect(positionAfter()).toBe(0);
    expect(positionAfter(reached('03-03 09:00', 'order_placed'))).toBe(7);
    expect(
      positionAfter(
        reached('03-03 09:00', 'need_recognised'),
        reached('03-04 09:00', 'decision_approved'),
        withdrawn('03-05 09:00', 'decision_approved'),
      ),
    ).toBe(1);
    expect(positionAfter(withdrawn('03-05 09:00', 'decision_approved'))).toBe(0);
  });

  it('a stage goes by its id or an alias, without regard to case, and is told by its id (20)', () => {
    const stages = [{ id: 'Discovery', order: 2, aliases: ['appointmentScheduled'], expected_days: 1 }];
    const aliased = given({ pipelines: { default: { stages } } });
    const score = (text_: string) =>
      aliased
        .events(opened('03-02 09:00', { stage: text_ }))
        .asOf('03-02 10:00')
        .told();
    expect(score('APPOINTMENTscheduled').stage).toBe('Discovery');
    expect(score('discovery').stage).toBe('Discovery');
    expect([score('Qualified').stage, score('Qualified').not_judged.length]).toEqual(['Qualified', 11]);
  });

  it('a pipeline that the policy does not know is told as it came and judged by default (21)', () => {
    const own = given({
      pipelines: { enterprise: { stages: [{ id: 'trial', order: 1, expected_days: 1 }] } },
    });
    const stagesOf = (pipeline: string | undefined) => {
      const facts = opened('03-02 09:00', {
        stage: 'trial',
        ...(pipeline === undefined ? {} : { pipeline }),
      });
      const score = own.events(facts).asOf('03-02 10:00').told();
      return [score.pipeline, score.not_judged.includes('stalled')];
    };
    expect(stagesOf('enterprise')).toEqual(['enterprise', false]);
    expect(stagesOf('nowhere')).toEqual(['nowhere', true]);
    expect(stagesOf('__proto__')).toEqual(['__proto__', true]);
    expect(stagesOf(undefined)).toEqual(['default', true]);
  });
});
