import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOpened } from '../deal/deal.js';
import type { Severity } from '../findings/kinds.js';
import { ruleBooks } from '../testing/policies.js';
import { moments, streams } from '../testing/streams.js';
import { type Course, follow, graver, startCourse } from './course.js';
import { scoreDeal, scoreOf } from './score.js';

const RUNS = { numRuns: 300 };

/** Every finding as its rule judges it now, whether or not the course thought of asking again. */
function judgedAfresh(course: Course): unknown[] {
  const { deal, rules, standings, at } = course;
  if (!isOpened(deal)) return [];
  return standings.map(({ rule }) => {
    const others = standings.reduce<Severity | null>(
      (worst, other) =>
        other.rule === rule || other.severity === null ? worst : graver(worst, other.severity),
      null,
    );
    const judgeable = !rule.needsStage || deal.stagePolicy !== undefined;
    return [rule.kind, judgeable ? rule.judge(deal, at, rules, others).severity : null];
  });
}

describe('a course', () => {
  it('ends where it would have ended, followed in one go or in several', () => {
    const stops = fc.array(moments, { maxLength: 4 });
    fc.assert(
      fc.property(ruleBooks, streams, moments, stops, (book, events, moment, more) => {
        const asOf = moment(events);
        const on = more.map((stop) => stop(events)).filter((stop) => stop < asOf);
        const course = startCourse('d1', book);
        let next = 0;
        for (const stop of [...on.sort((a, b) => a - b), asOf])
          next = follow(course, events, stop, undefined, next);
        expect(next).toBe(events.filter((event) => event.time <= asOf).length);
        expect(scoreOf(course, asOf)).toEqual(scoreDeal('d1', events, asOf, book));
      }),
      RUNS,
    );
  });

  it('asks every rule again whenever its judgement could have changed', () => {
    const stops = fc.array(moments, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(ruleBooks, streams, stops, (book, events, more) => {
        const instants = [
          ...events.flatMap(({ time }) => [time - 1, time]),
          ...more.map((stop) => stop(events)),
        ];
        const course = startCourse('d1', book);
        let next = 0;
        for (const instant of instants.sort((a, b) => a - b)) {
          next = follow(course, events, instant, undefined, next);
          const standing = course.standings.map(({ rule, severity }) => [rule.kind, severity]);
          expect([instant, judgedAfresh(course)]).toEqual([instant, isOpened(course.deal) ? standing : []]);
        }
      }),
      RUNS,
    );
  });
});
