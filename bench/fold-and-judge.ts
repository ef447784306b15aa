/**
 * Folding and judging, on streams of 50 events a deal, against JSON.parse of the same events alone.
 * CPU seconds rather than wall clock, in alternating rounds, so that another load on the machine does not tell.
 */
import { compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import { validateEvent } from '#domain/events/validate.js';
import { layerPolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { chronicle } from '#domain/score/chronicle.js';
import { scoreDeal } from '#domain/score/score.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import { cpuSeconds, median, perSecond, say } from './rounds.js';

const EVENTS_A_DEAL = 50;
const ROUNDS = 9;
const until = Date.parse('2026-03-02T12:00:00Z');

const streams = new Map<string, DomainEvent[]>();
const lines: string[] = [];
for (const event of simulate({ seed: 1, deals: 3_000, until, order: 'deal', duplicates: 0, late: 0 })) {
  const verdict = validateEvent(event);
  if (verdict.outcome !== 'valid')
    throw new Error(`the simulator told an invalid event: ${JSON.stringify(verdict)}`);
  const stream = streams.get(event.subject) ?? [];
  streams.set(event.subject, stream);
  stream.push(verdict.domain);
}
const deals = [...streams]
  .filter(([, events]) => events.length >= EVENTS_A_DEAL)
  .map(([id, events]) => ({ id, events: events.sort(compareEvents).slice(0, EVENTS_A_DEAL) }));
for (const { events } of deals) for (const event of events) lines.push(JSON.stringify(event));

const { policy } = layerPolicy(simulatedPolicy);
if (policy === undefined) throw new Error('the simulated policy is not valid');
const book = createRuleBook(policy);

const work = {
  'JSON.parse alone': () => {
    for (const line of lines) JSON.parse(line);
  },
  'fold and judge': () => {
    for (const { id, events } of deals) scoreDeal(id, events, until, book);
  },
  'fold, judge and chronicle': () => {
    for (const { id, events } of deals) chronicle(id, events, until, book);
  },
};

say(`${deals.length} deals of ${EVENTS_A_DEAL} events, median of ${ROUNDS} rounds, events per CPU second`);
const seconds = new Map<string, number[]>(Object.keys(work).map((name) => [name, []]));
for (let round = -2; round < ROUNDS; round += 1) {
  for (const [name, run] of Object.entries(work)) {
    const took = cpuSeconds(run);
    // The first two rounds warm the compiler up.
    if (round >= 0) seconds.get(name)?.push(took);
  }
}
const parse = median(seconds.get('JSON.parse alone') ?? []);
for (const [name, took] of seconds) {
  say(
    `${name.padEnd(26)} ${perSecond(lines.length, median(took)).padStart(12)}   ${(parse / median(took)).toFixed(2)} of JSON.parse`,
  );
}
