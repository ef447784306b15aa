import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AlertFinding } from '#domain/alerts/types.js';
import type { FindingKind } from '#domain/findings/kinds.js';
import type { ScorerRecord } from '#domain/score/records.js';
import { dealOf, episodeOf } from '#domain/testing/alerts.js';
import { randomFor } from '#simulator/random.js';
import { createAlerting } from './alerting.js';
import { createDispatcher } from './dispatcher.js';
import { anEndpoint } from './sending/testing/endpoint.js';
import { sha256 } from './sha256.js';
import type { Send } from './sending/send.js';
import { createMemoryAlerts } from './testing/memory-alerts.js';

const RUNS = 200;
const STEPS = 25;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 2, 2, 12);
const KINDS: readonly FindingKind[] = ['stalled', 'no_next_step'];
const DEALS = ['d1', 'd2', 'd3'];
const ANSWER = { httpStatus: 200, error: null, response: 'ok', latencyMs: 1, retryAfter: null };

/** The process was killed here: what it had in memory is lost. */
class Killed extends Error {}

/** One run: findings come, get graver, go and come back, while whoever tells of them is killed again and again. */
interface Run {
  readonly kills: number;
  /** Bodies by webhook id, as received. */
  readonly bodies: ReadonlyMap<string, ReadonlySet<string>>;
  /** `deal kind status severity` of what was received, with the alert, each id once. */
  readonly received: readonly { readonly alert: string; readonly what: string }[];
  /** `deal kind firing severity` of what was true when it was stored, and `deal kind resolved` of what went. */
  readonly wereTrue: ReadonlySet<string>;
  /** Those that have to be told. */
  readonly due: ReadonlySet<string>;
  readonly waiting: number;
}

/** What the message of one alert, or an item of a digest, tells. */
interface Telling {
  readonly alert_id: string;
  readonly status: string;
  readonly deal_id?: string;
  readonly deal?: { readonly id: string };
  readonly kind?: string;
  readonly severity?: string;
  readonly finding?: { readonly kind: string; readonly severity: string };
}

function recordsOf(dealId: string, findings: readonly AlertFinding[]): ScorerRecord[] {
  const deal = dealOf({ id: dealId });
  const text = (at: number): string => new Date(at).toISOString();
  const records = [
    { record: 'deal', deal_id: dealId, ...deal, owner_id: deal.owner.id, owner_name: deal.owner.name },
    ...findings.map((one) => ({
      ...one,
      ...{ record: 'finding', deal_id: dealId, opened_at: text(one.since) },
      closed_at: one.closed_at === null ? null : text(one.closed_at),
    })),
  ];
  // Of records only what alerts look at.
  return records as unknown as ScorerRecord[];
}

async function runInterrupted(seed: number): Promise<Run> {
  const random = randomFor(seed, 'interrupted');
  let killing = random.between(0.02, 0.15);
  let now = START;
  let kills = 0;
  const bodies = new Map<string, Set<string>>();
  const wereTrue = new Set<string>();
  const due = new Set<string>();
  const truth = new Map<string, AlertFinding[]>(DEALS.map((id) => [id, []]));
  const store = createMemoryAlerts();
  const mayDie = (): void => {
    if (!random.chance(killing)) return;
    kills += 1;
    throw new Killed();
  };
  store.access = mayDie;
  store.before = mayDie;
  store.after = mayDie;

  function begin() {
    const settings = {
      ...{ flapWithin: HOUR, historyAfter: 24 * HOUR, backlogDigestAfter: 5 * MINUTE, dealLink: null },
      endpoints: [anEndpoint({ minimumSeverity: 'warning', maxPerHour: 1_000 })],
    };
    let isDead = false;
    const send: Send = ({ id, body }) => {
      isDead ||= random.chance(killing);
      if (!isDead) bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
      // It may have been received, and whoever sent it may not live to know.
      isDead ||= random.chance(killing);
      const result = isDead ? 'stopped' : 'delivered';
      return Promise.resolve({ ...ANSWER, result });
    };
    const dispatcher = createDispatcher({
      ...{ store, settings, send, owns: () => true, now: () => now, random: () => random.next() },
      renderDigest: (_, { items }) => JSON.stringify({ items }),
      warn: () => undefined,
    });
    const alerting = createAlerting({
      ...{ store, settings, sha256, ownsEndpoint: () => true, baselineDelayMs: 0, gatherAtStart: false },
      render: (_, message) => JSON.stringify(message),
      publish: () => {
        mayDie();
        return Promise.resolve();
      },
      reload: () => Promise.resolve(),
      wake: () => undefined,
    });
    return {
      alerting,
      async dispatch() {
        await dispatcher.tick();
        if (!isDead) return;
        kills += 1;
        throw new Killed();
      },
    };
  }

  let life = begin();
  async function living(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      life = begin();
      return false;
    }
  }

  function change(dealId: string): void {
    const kind = random.pick(KINDS);
    const findings = truth.get(dealId) ?? [];
    const open = findings.find((one) => one.kind === kind && one.closed_at === null);
    const changed: AlertFinding =
      open === undefined
        ? episodeOf({ kind, since: now - (random.chance(0.2) ? 30 * HOUR : 0), severity: 'warning' })
        : random.chance(0.5)
          ? { ...open, severity: 'critical', severity_since: now }
          : { ...open, closed_at: now };
    truth.set(dealId, [...findings.filter((one) => one !== open && one.kind !== kind), changed]);
  }

  function note(dealId: string): void {
    for (const { kind, severity, closed_at: closedAt } of truth.get(dealId) ?? []) {
      const what = `${dealId} ${kind} ${closedAt === null ? `firing ${severity}` : 'resolved'}`;
      wereTrue.add(what);
      if (closedAt === null) due.add(what);
    }
  }

  /** As the scorer does it: alerts, then records, again until both are stored; messages go out at any time meanwhile. */
  async function score(dealId: string): Promise<void> {
    const findings = truth.get(dealId) ?? [];
    note(dealId);
    for (;;) {
      const isStored = await living(async () => {
        await life.alerting.foresee([{ dealId, records: recordsOf(dealId, findings) }], now);
        mayDie();
        store.deals.set(dealId, { deal: dealOf({ id: dealId }), episodes: findings });
      });
      if (isStored) return;
      now += random.whole(1, 1_000);
      if (random.chance(0.5)) await living(() => life.dispatch());
    }
  }

  async function passTime(): Promise<void> {
    if (random.chance(0.5)) await living(() => life.alerting.tend(now));
    await living(() => life.alerting.look(now, 100, () => true));
    await living(() => life.dispatch());
  }

  // In use before anything is true.
  killing = 0;
  await life.alerting.tend(now);
  killing = random.between(0.02, 0.15);
  for (let step = 0; step < STEPS; step += 1) {
    now += random.pick([MINUTE, 10 * MINUTE, 2 * HOUR]);
    const dealId = random.pick(DEALS);
    change(dealId);
    await score(dealId);
    if (random.chance(0.7)) await passTime();
  }
  killing = 0;
  for (let round = 0; round < 4; round += 1) {
    now += HOUR;
    await passTime();
  }
  const received = [...bodies.values()].flatMap(([body]) => {
    const whole = JSON.parse(body ?? '{}') as Telling | { readonly items: readonly Telling[] };
    return ('items' in whole ? whole.items : [whole]).map((told) => {
      const of = `${told.deal_id ?? told.deal?.id ?? ''} ${told.kind ?? told.finding?.kind ?? ''}`;
      const severity = told.severity ?? told.finding?.severity ?? '';
      return { alert: told.alert_id, what: `${of} ${told.status} ${severity}` };
    });
  });
  const waiting = store.rows().filter(({ state }) => state === 'pending' || state === 'gathered').length;
  return { kills, bodies, received, wereTrue, due, waiting };
}

const seeds = Array.from({ length: RUNS }, (_, seed) => seed);

describe('alerts, by whoever is killed at any point and goes on', () => {
  let runs: Run[];

  beforeAll(async () => {
    runs = [];
    for (const seed of seeds) runs.push(await runInterrupted(seed));
  });

  it('were interrupted, and told of much', () => {
    expect(runs.filter(({ kills }) => kills > 0).length).toBeGreaterThan(RUNS * 0.9);
    expect(runs.filter(({ received }) => received.length > 5).length).toBeGreaterThan(RUNS * 0.9);
  });

  it('all reach the endpoint', () => {
    const missing = runs.flatMap(({ due, received, waiting }, seed) => {
      const got = new Set(received.map(({ what }) => what));
      const lost = [...due].filter((what) => !got.has(what));
      return lost.length + waiting === 0 ? [] : [{ seed, lost, waiting }];
    });
    expect(missing).toEqual([]);
  });

  it('have one body for each id', () => {
    const several = runs.flatMap(({ bodies }, seed) =>
      [...bodies].filter(([, own]) => own.size > 1).map(([id, own]) => ({ seed, id, bodies: [...own] })),
    );
    expect(several).toEqual([]);
  });

  it('are told once each', () => {
    const twice = runs.flatMap(({ received }, seed) => {
      const all = received.map(({ alert, what }) => `${alert} ${what}`);
      return all.filter((one, index) => all.indexOf(one) !== index).map((one) => ({ seed, one }));
    });
    expect(twice).toEqual([]);
  });

  it('were true', () => {
    const untrue = runs.flatMap(({ received, wereTrue }, seed) =>
      received
        .map(({ what }) => (what.includes(' resolved ') ? what.slice(0, what.lastIndexOf(' ')) : what))
        .filter((what) => !wereTrue.has(what))
        .map((what) => ({ seed, what })),
    );
    expect(untrue).toEqual([]);
  });
});
