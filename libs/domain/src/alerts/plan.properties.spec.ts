import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FindingFamily, FindingKind, Severity } from '../findings/kinds.js';
import {
  at,
  DAY,
  dealOf,
  type Desk,
  deskOf,
  endpointOf,
  episodeOf,
  HOUR,
  MINUTE,
  stateOf,
} from '../testing/alerts.js';
import type { Instant } from '../time/instant.js';
import { isGraver, wants } from './matching.js';
import type { AlertControl, AlertFinding, Delivery, Endpoint } from './types.js';

const START = at('2026-03-02T12:00:00');
const FAR = 1000 * DAY;

const endpoints = [
  endpointOf(),
  endpointOf({ name: 'boss', minimumSeverity: 'critical', repeatAfter: DAY }),
  endpointOf({
    name: 'office',
    minimumSeverity: 'info',
    resolved: false,
    repeatAfter: 3 * HOUR,
    businessHours: { from: 480, to: 1080, days: [1, 2, 3, 4, 5], zone: 'Europe/Berlin' },
  }),
  endpointOf({
    name: 'north',
    teams: ['north'],
    digest: { every: 'daily', minute: 150, day: 1, zone: 'UTC' },
  }),
];

const kinds: readonly [FindingKind, FindingFamily][] = [
  ['stalled', 'stall'],
  ['poor_fit', 'alignment'],
];

interface Step {
  readonly passes: number;
  readonly kind: (typeof kinds)[number];
  readonly severity: Severity;
  readonly name: string;
  readonly span: number;
  readonly pick: number;
}

const spans = fc.constantFrom(1, MINUTE, 30 * MINUTE, HOUR - 1, HOUR, HOUR + 1, 3 * HOUR, DAY, 3 * DAY);
const steps = fc.array(
  fc.record<Step>({
    passes: fc.oneof(fc.constant(0), spans),
    kind: fc.constantFrom(...kinds),
    severity: fc.constantFrom('info', 'warning', 'critical'),
    name: fc.constantFrom(
      ...['open', 'open', 'open', 'close', 'close', 'severity', 'severity', 'start', 'end', 'never', 'undo'],
      ...['pause', 'snooze', 'acknowledge', 'lift', 'team', 'disable', 'look'],
    ),
    span: spans,
    pick: fc.nat(),
  }),
  { maxLength: 25 },
);

/** Lets the world take the step; what makes no sense as things are does nothing. */
function take(desk: Desk, { kind: [kind, family], severity, name, span, pick }: Step, now: Instant): void {
  const others = desk.episodes.filter((episode) => episode.kind !== kind);
  const episode = desk.episodes.find((one) => one.kind === kind);
  const become = (own: Partial<AlertFinding>): void => {
    desk.episodes = [...others, { ...(episode ?? episodeOf({ kind, family })), ...own }];
  };
  const control = (own: Partial<AlertControl>): void => {
    const none = { snoozed_until: null, acknowledged_at: null, acknowledged_severity: null };
    const word = { deal_id: 'd1', kind, ...none, by: 'kim', reason: '', version: 1, ...own };
    desk.controls = [...desk.controls.filter((one) => one.kind !== kind), word];
  };
  const isOpen = episode?.closed_at === null;
  switch (name) {
    case 'open':
      if (!isOpen) become({ since: now, severity, closed_at: null });
      break;
    case 'close':
      if (isOpen) become({ closed_at: now });
      break;
    case 'severity':
      if (isOpen) become({ severity, severity_since: now });
      break;
    case 'start':
      if (episode !== undefined) become({ since: Math.min(now, episode.since + (pick % 2 ? span : -span)) });
      break;
    case 'end':
      if (episode?.closed_at != null)
        become({ closed_at: Math.min(now, episode.closed_at + (pick % 2 ? span : -span)) });
      break;
    case 'never':
      desk.episodes = others;
      break;
    case 'undo':
      if (episode !== undefined) become({ closed_at: null });
      break;
    case 'pause':
      desk.deal = dealOf({ team: desk.deal.team, paused: !desk.deal.paused });
      break;
    case 'team':
      desk.deal = dealOf({ team: desk.deal.team === 'north' ? 'south' : 'north', paused: desk.deal.paused });
      break;
    case 'snooze':
      control({ snoozed_until: now + span });
      break;
    case 'acknowledge':
      control({ acknowledged_at: now, acknowledged_severity: episode?.severity ?? severity });
      break;
    case 'lift':
      desk.controls = desk.controls.filter((one) => one.kind !== kind);
      break;
    case 'disable': {
      const endpoint = endpoints[pick % endpoints.length]?.name ?? '';
      const state = desk.endpoints.get(endpoint) ?? stateOf(endpoint, START);
      desk.endpoints.set(endpoint, { ...state, disabled_at: state.disabled_at === null ? now : null });
      break;
    }
    default:
  }
}

interface Message {
  readonly delivery: Delivery;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
}

function read(delivery: Delivery): Message {
  const body = JSON.parse(delivery.body) as { severity?: Severity; finding?: { severity: Severity } };
  return {
    delivery,
    status: delivery.type.endsWith('.resolved') ? 'resolved' : 'firing',
    severity: body.severity ?? body.finding?.severity ?? 'info',
  };
}

const wordOf = (desk: Desk, kind: string): AlertControl | undefined =>
  desk.controls.find((one) => one.kind === kind);

const isSnoozed = (desk: Desk, kind: string, now: Instant): boolean =>
  now < (wordOf(desk, kind)?.snoozed_until ?? now);

function isQuiet(desk: Desk, kind: string, now: Instant): boolean {
  return isSnoozed(desk, kind, now) || (kind === 'stalled' && desk.deal.paused);
}

function endpointNamed(name: string): Endpoint {
  const endpoint = endpoints.find((one) => one.name === name);
  if (endpoint === undefined) throw new Error(`no endpoint ${name}`);
  return endpoint;
}

/** Whatever is told is true, wanted, and news to whom it is told. */
function expectRight(desk: Desk, told: Message, earlier: readonly Message[], now: Instant): void {
  const { delivery, status, severity } = told;
  const alert = desk.alerts.get(delivery.alert_id);
  const endpoint = endpointNamed(delivery.endpoint);
  const kind = alert?.kind ?? '';
  const episode = desk.episodes.find((one) => one.kind === kind);
  expect(desk.endpoints.get(endpoint.name)?.disabled_at).toBeNull();
  expect(isQuiet(desk, kind, now)).toBe(false);
  expect(delivery.created_at).toBe(now);
  expect(delivery.next_attempt_at).toBeGreaterThanOrEqual(now);
  const last = earlier.at(-1);
  if (status === 'resolved') {
    expect(alert?.status).toBe('resolved');
    expect((alert?.resolved_at ?? FAR * 2) + HOUR).toBeLessThanOrEqual(now);
    expect([endpoint.resolved, last?.status]).toEqual([true, 'firing']);
    return;
  }
  expect(episode).toMatchObject({ closed_at: null, severity });
  expect(alert).toMatchObject({ status: 'firing', severity, since: episode?.since });
  expect(wants(endpoint, desk.deal, { ...episodeOf(), ...episode })).toBe(true);
  const word = wordOf(desk, kind);
  if (word?.acknowledged_severity != null && (word.acknowledged_at ?? 0) >= (alert?.raised_at ?? 0))
    expect(isGraver(severity, word.acknowledged_severity)).toBe(true);
  expect(earlier.every((one) => one.status === 'firing')).toBe(true);
  const isNews = earlier.every((one) => isGraver(severity, one.severity));
  // Told already: then it is a repetition, and not one before its time.
  if (!isNews) {
    expect(endpoint.repeatAfter).not.toBeNull();
    expect((last?.delivery.next_attempt_at ?? FAR * 2) + (endpoint.repeatAfter ?? 0)).toBeLessThanOrEqual(
      now,
    );
  }
}

/** Whatever is true and wanted was told, where nothing holds it back. */
function expectComplete(desk: Desk, now: Instant): void {
  for (const episode of desk.episodes) {
    if (episode.closed_at !== null || isQuiet(desk, episode.kind, now)) continue;
    if (wordOf(desk, episode.kind)?.acknowledged_at != null) continue;
    const firing = [...desk.alerts.values()].filter(
      ({ kind, status }) => kind === episode.kind && status === 'firing',
    );
    for (const endpoint of endpoints) {
      if (desk.endpoints.get(endpoint.name)?.disabled_at !== null) continue;
      if (!wants(endpoint, desk.deal, episode)) continue;
      const told = firing.flatMap((alert) => alert.told).find((one) => one.endpoint === endpoint.name);
      expect(told).toMatchObject({ status: 'firing' });
      expect(isGraver(episode.severity, told?.severity ?? 'info')).toBe(false);
    }
  }
}

/** Nothing more is to be told before the instant that the alerts name, and something then. */
function expectNextLook(desk: Desk, now: Instant): Instant | null {
  expect(desk.foresee(now)).toEqual({ alerts: [], deliveries: [] });
  const looks = [...desk.alerts.values()].flatMap((alert) => alert.next_look_at ?? []);
  if (looks.length === 0) {
    expect(desk.foresee(now + FAR).deliveries).toEqual([]);
    return null;
  }
  const next = Math.min(...looks);
  expect(next).toBeGreaterThan(now);
  for (const instant of [(now + next) / 2, next - 1])
    expect(desk.foresee(Math.floor(instant))).toEqual({ alerts: [], deliveries: [] });
  expect(desk.foresee(next).deliveries).not.toEqual([]);
  return next;
}

function planAndCheck(desk: Desk, ledger: Message[], now: Instant): Instant | null {
  for (const told of desk.plan(now).map(read)) {
    const { alert_id: alertId, endpoint } = told.delivery;
    const earlier = ledger.filter(
      ({ delivery }) => delivery.alert_id === alertId && delivery.endpoint === endpoint,
    );
    expectRight(desk, told, earlier, now);
    ledger.push(told);
  }
  expectComplete(desk, now);
  for (const [kind] of kinds) {
    const firing = [...desk.alerts.values()].filter((one) => one.kind === kind && one.status === 'firing');
    expect(firing.length).toBeLessThanOrEqual(1);
  }
  return expectNextLook(desk, now);
}

describe('whatever happens to a deal, in whatever order', () => {
  it('each is told what is true, once, when it is to be told, and nothing is left out', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (list, sweeps) => {
        const desk = deskOf(endpoints, START - DAY);
        const ledger: Message[] = [];
        let now = START;
        let next: Instant | null = null;
        for (const step of list) {
          const until: Instant = now + step.passes;
          // With the sweep, whatever is due by time alone is looked at when it is.
          for (let looks = 0; sweeps && looks < 20 && next !== null && next <= until; looks += 1) {
            now = next;
            next = planAndCheck(desk, ledger, now);
          }
          now = until;
          take(desk, step, now);
          next = planAndCheck(desk, ledger, now);
        }
        const ids = ledger.map(({ delivery }) => delivery.webhook_id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 300 },
    );
  });

  it('what is planned again after a crash, with nothing else known, are the same messages', () => {
    fc.assert(
      fc.property(steps, spans, (list, later) => {
        const desk = deskOf(endpoints, START - DAY);
        let now = START;
        for (const step of list) {
          now += step.passes;
          take(desk, step, now);
          const first = desk.foresee(now).deliveries.map(({ webhook_id: id }) => id);
          const again = desk.foresee(now + later).deliveries.map(({ webhook_id: id }) => id);
          expect(again).toEqual(expect.arrayContaining(first));
          desk.plan(now);
        }
      }),
      { numRuns: 200 },
    );
  });
});
