import { describe, expect, it } from '@jest/globals';
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
import { formatInstant, type Instant } from '../time/instant.js';
import type { Alert, AlertControl, Delivery } from './types.js';

const START = at('2026-03-02T12:00:00');

/** `type severity endpoint state`, and when it goes out where that isn't at once. */
function briefly(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ type, endpoint, state, next_attempt_at: due, created_at: created, body }) => {
    const told = JSON.parse(body) as { severity?: string; finding?: { severity: string } };
    const severity = told.severity ?? told.finding?.severity ?? '';
    const later = due === null || due === created ? '' : ` ${formatInstant(due).slice(5, 16)}`;
    return `${type} ${severity} ${endpoint} ${state}${later}`;
  });
}

function alertOf(desk: Desk): Alert {
  const [alert] = desk.alerts.values();
  if (alert === undefined) throw new Error('there is no alert');
  return alert;
}

function controlOf(own: Partial<AlertControl>): AlertControl {
  return {
    deal_id: 'd1',
    kind: 'stalled',
    snoozed_until: null,
    acknowledged_at: null,
    acknowledged_severity: null,
    by: 'kim',
    reason: 'on leave',
    version: 1,
    ...own,
  };
}

/** A desk on which the finding has just opened and was told. */
function toldDesk(...endpoints: Parameters<typeof endpointOf>[0][]): Desk {
  const desk = deskOf(endpoints.length === 0 ? undefined : endpoints.map(endpointOf));
  desk.episodes = [episodeOf({ since: START })];
  desk.plan(START);
  return desk;
}

function closeAt(desk: Desk, closedAt: Instant, since = START): void {
  desk.episodes = [episodeOf({ since, closed_at: closedAt })];
}

describe('a finding that opens', () => {
  it('is told at once, with all that messages say', () => {
    const desk = deskOf();
    desk.episodes = [episodeOf({ since: START })];
    const [delivery] = desk.plan(START + 1000);
    expect(delivery).toEqual({
      webhook_id: expect.stringMatching(/^msg_[0-9a-f]{24}$/),
      endpoint: 'ops',
      alert_id: alertOf(desk).alert_id,
      deal_id: 'd1',
      type: 'deal.stalled',
      state: 'pending',
      digest_id: null,
      body: JSON.stringify({
        format: 'standard',
        alert_id: alertOf(desk).alert_id,
        status: 'firing',
        at: START + 1000,
        deal: dealOf(),
        finding: episodeOf({ since: START }),
      }),
      attempts: 0,
      http_status: null,
      error: null,
      response: null,
      latency_ms: null,
      created_at: START + 1000,
      attempted_at: null,
      next_attempt_at: START + 1000,
      delivered_at: null,
      version: 1,
    });
    expect(alertOf(desk)).toEqual({
      alert_id: expect.stringMatching(/^al_[0-9a-f]{24}$/),
      deal_id: 'd1',
      kind: 'stalled',
      family: 'stall',
      since: START,
      severity: 'warning',
      status: 'firing',
      raised_at: START + 1000,
      resolved_at: null,
      advice: 'Agree on a next step.',
      health: 41.5,
      told: [{ endpoint: 'ops', status: 'firing', severity: 'warning', at: START + 1000, count: 1 }],
      next_look_at: null,
      version: 1,
    });
  });

  it('is told to whoever wants it, each of several', () => {
    const desk = toldDesk({ name: 'ops' }, { name: 'boss', minimumSeverity: 'critical' }, { name: 'north' });
    expect(briefly(desk.outbox)).toEqual([
      'deal.stalled warning ops pending',
      'deal.stalled warning north pending',
    ]);
  });

  it('is no alert where nobody wants it, and becomes one once somebody does', () => {
    const desk = toldDesk({ teams: ['south'] });
    expect([desk.outbox, [...desk.alerts]]).toEqual([[], []]);
    desk.deal = dealOf({ team: 'South' });
    expect(briefly(desk.plan(START + HOUR))).toEqual(['deal.stalled warning ops pending']);
  });

  it('and has closed again before anyone looked is no alert', () => {
    const desk = deskOf();
    closeAt(desk, START + 1);
    expect([desk.plan(START + 2), [...desk.alerts]]).toEqual([[], []]);
  });

  it('makes the same messages and alerts again where they were lost', () => {
    const desk = deskOf();
    desk.episodes = [episodeOf(), episodeOf({ kind: 'no_next_step' })];
    const first = desk.foresee(START);
    const again = desk.foresee(START + MINUTE);
    const ids = ({ alerts, deliveries }: typeof first): string[] => [
      ...alerts.map(({ alert_id: id }) => id),
      ...deliveries.map(({ webhook_id: id }) => id),
    ];
    expect(ids(first)).toHaveLength(4);
    expect(ids(again)).toEqual(ids(first));
  });
});

describe('severity', () => {
  it('that rises is told, that falls is not, nor when it rises to what was told', () => {
    const desk = toldDesk();
    const turn = (severity: 'info' | 'warning' | 'critical', minutes: number): string[] => {
      desk.episodes = [episodeOf({ since: START, severity })];
      return briefly(desk.plan(START + minutes * MINUTE));
    };
    expect(turn('critical', 1)).toEqual(['deal.stalled critical ops pending']);
    expect(turn('warning', 2)).toEqual([]);
    expect(turn('info', 3)).toEqual([]);
    expect(turn('critical', 4)).toEqual([]);
    expect(alertOf(desk)).toMatchObject({ severity: 'critical', version: 5 });
  });

  it('that was told is not told again because a lesser one was repeated since', () => {
    const desk = toldDesk({ repeatAfter: DAY });
    const turn = (severity: 'warning' | 'critical', later: Instant): string[] => {
      desk.episodes = [episodeOf({ since: START, severity })];
      return briefly(desk.plan(START + later));
    };
    expect(turn('critical', HOUR)).toEqual(['deal.stalled critical ops pending']);
    expect(turn('warning', HOUR + DAY)).toEqual(['deal.stalled warning ops pending']);
    expect(turn('critical', 2 * DAY)).toEqual([]);
  });

  it('that reaches what an endpoint wants is news to it, however old the finding', () => {
    const desk = deskOf([endpointOf(), endpointOf({ name: 'boss', minimumSeverity: 'critical' })]);
    desk.episodes = [episodeOf({ since: START })];
    desk.plan(START);
    const later = START + 10 * DAY;
    desk.episodes = [episodeOf({ since: START, severity: 'critical', severity_since: later })];
    expect(briefly(desk.plan(later))).toEqual([
      'deal.stalled critical ops pending',
      'deal.stalled critical boss pending',
    ]);
  });
});

describe('a finding that goes', () => {
  it('is told when it has stayed away, once', () => {
    const desk = toldDesk();
    closeAt(desk, START + DAY);
    expect(desk.plan(START + DAY + 1)).toEqual([]);
    expect(alertOf(desk)).toMatchObject({
      status: 'resolved',
      resolved_at: START + DAY,
      next_look_at: START + DAY + HOUR,
    });
    expect(desk.plan(START + DAY + HOUR - 1)).toEqual([]);
    expect(briefly(desk.plan(START + DAY + HOUR))).toEqual(['deal.stalled.resolved warning ops pending']);
    expect(JSON.parse(desk.outbox.at(-1)?.body ?? '')).toMatchObject({
      status: 'resolved',
      finding: { closed_at: START + DAY },
    });
    expect(alertOf(desk).next_look_at).toBeNull();
    expect(desk.plan(START + 9 * DAY)).toEqual([]);
  });

  it('is told to whom its being there was told, and who wants to know', () => {
    const desk = toldDesk(
      {},
      { name: 'boss', minimumSeverity: 'critical' },
      { name: 'log', resolved: false },
    );
    closeAt(desk, START + DAY);
    expect(briefly(desk.plan(START + DAY + HOUR))).toEqual(['deal.stalled.resolved warning ops pending']);
  });

  it('is told to whom it was told, also when the deal is no longer theirs', () => {
    const desk = toldDesk({ owners: ['o1'] });
    closeAt(desk, START + DAY);
    desk.deal = dealOf({ owner: { id: 'o2', name: null } });
    expect(desk.plan(START + DAY + HOUR)).toHaveLength(1);
  });

  it('and comes back so soon that it flaps is one alert with one message', () => {
    const desk = toldDesk();
    let now = START;
    for (let round = 0; round < 5; round += 1) {
      closeAt(desk, now + MINUTE, now);
      desk.plan(now + 2 * MINUTE);
      now += HOUR;
      desk.episodes = [episodeOf({ since: now })];
      desk.plan(now);
    }
    expect(desk.outbox).toHaveLength(1);
    expect([...desk.alerts.values()]).toMatchObject([{ status: 'firing', since: now, resolved_at: null }]);
  });

  it('and comes back later is another alert', () => {
    const desk = toldDesk({ resolved: false });
    closeAt(desk, START + DAY);
    desk.plan(START + DAY);
    desk.episodes = [episodeOf({ since: START + DAY + HOUR })];
    expect(briefly(desk.plan(START + DAY + HOUR))).toEqual(['deal.stalled warning ops pending']);
    expect([...desk.alerts.values()].map(({ status }) => status)).toEqual(['resolved', 'firing']);
  });

  it('and comes back later, when nobody looked in between, is told of both', () => {
    const desk = toldDesk();
    closeAt(desk, START + DAY);
    desk.plan(START + DAY);
    desk.episodes = [episodeOf({ since: START + DAY + 2 * HOUR })];
    expect(briefly(desk.plan(START + DAY + 3 * HOUR))).toEqual([
      'deal.stalled.resolved warning ops pending',
      'deal.stalled warning ops pending',
    ]);
    expect([...desk.alerts.values()].map((alert) => alert.next_look_at)).toEqual([null, null]);
  });

  it('and comes back later, snoozed, leaves nothing to look at of the alert before', () => {
    const desk = toldDesk();
    desk.controls = [controlOf({ snoozed_until: START + 9 * DAY })];
    closeAt(desk, START + DAY);
    desk.plan(START + DAY);
    desk.episodes = [episodeOf({ since: START + 2 * DAY })];
    expect(desk.plan(START + 2 * DAY)).toEqual([]);
    expect([...desk.alerts.values()].map((alert) => alert.next_look_at)).toEqual([null, START + 9 * DAY]);
  });

  it('and turns out never to have gone, when that was told, is another alert', () => {
    const desk = toldDesk();
    closeAt(desk, START + DAY);
    desk.plan(START + DAY + HOUR);
    desk.episodes = [episodeOf({ since: START })];
    expect(desk.plan(START + DAY + 2 * HOUR)).toMatchObject([{ type: 'deal.stalled' }]);
    expect(desk.alerts.size).toBe(2);
    expect(new Set(desk.outbox.map(({ webhook_id: id }) => id)).size).toBe(3);
  });

  it('as it never was, by what came in late, is resolved from then on', () => {
    const desk = toldDesk();
    desk.episodes = [];
    expect(desk.plan(START + MINUTE)).toEqual([]);
    expect(alertOf(desk)).toMatchObject({ status: 'resolved', resolved_at: START + MINUTE });
    expect(briefly(desk.plan(START + MINUTE + HOUR))).toEqual(['deal.stalled.resolved warning ops pending']);
    expect(alertOf(desk).resolved_at).toBe(START + MINUTE);
  });

  it('as the deal was lost, won or removed resolves all of its alerts', () => {
    const desk = deskOf();
    desk.episodes = [
      episodeOf({ since: START }),
      episodeOf({ since: START, kind: 'poor_fit', family: 'alignment' }),
    ];
    desk.plan(START);
    desk.episodes = desk.episodes.map((episode) => ({ ...episode, closed_at: START + DAY }));
    desk.deal = dealOf({ health: null });
    desk.plan(START + DAY);
    expect(briefly(desk.plan(START + DAY + HOUR))).toEqual([
      'deal.stalled.resolved warning ops pending',
      'deal.poor_fit.resolved warning ops pending',
    ]);
  });
});

describe('a late event', () => {
  it.each([-3 * DAY, -HOUR, MINUTE, 5 * HOUR])(
    'that moves the start by %d ms corrects it, untold',
    (shift) => {
      const desk = toldDesk();
      const { alert_id: id } = alertOf(desk);
      desk.episodes = [episodeOf({ since: START + shift })];
      expect(desk.plan(START + DAY)).toEqual([]);
      expect([...desk.alerts.values()]).toMatchObject([{ alert_id: id, since: START + shift, version: 2 }]);
    },
  );

  it('that moves the end moves when it is told', () => {
    const desk = toldDesk();
    closeAt(desk, START + DAY);
    desk.plan(START + DAY);
    closeAt(desk, START + DAY + 30 * MINUTE);
    expect(desk.plan(START + DAY + HOUR)).toEqual([]);
    expect(alertOf(desk).next_look_at).toBe(START + DAY + 90 * MINUTE);
  });

  it('that moves the end corrects it, also where nobody is to be told', () => {
    const desk = toldDesk({ resolved: false });
    closeAt(desk, START + DAY);
    desk.plan(START + DAY);
    closeAt(desk, START + HOUR);
    expect(desk.plan(START + DAY)).toEqual([]);
    expect(alertOf(desk).resolved_at).toBe(START + HOUR);
  });

  it('that changes numbers or advice only is no change of the alert', () => {
    const desk = toldDesk();
    desk.episodes = [episodeOf({ since: START, numbers: { business_days: 13 }, advice: 'Call.' })];
    desk.deal = dealOf({ health: 12 });
    expect(desk.foresee(START + HOUR)).toEqual({ alerts: [], deliveries: [] });
  });
});

describe('what was true before', () => {
  it('an endpoint was enabled comes in a digest, and stays in one when it is repeated', () => {
    const desk = deskOf([endpointOf({ repeatAfter: DAY })], START);
    desk.episodes = [episodeOf({ since: START - 1 })];
    expect(briefly(desk.plan(START + 1))).toEqual(['deal.stalled warning ops gathered 03-02T12:05']);
    expect(JSON.parse(desk.outbox[0]?.body ?? '')).toEqual({
      alert_id: alertOf(desk).alert_id,
      status: 'firing',
      deal_id: 'd1',
      deal_name: 'Roof',
      owner: 'Kim',
      amount: 1000,
      currency: 'USD',
      amount_reporting: 900,
      kind: 'stalled',
      severity: 'warning',
      since: '2026-03-02T11:59:59.999Z',
      advice: 'Agree on a next step.',
    });
    expect(briefly(desk.plan(START + DAY + 5 * MINUTE))).toEqual([
      'deal.stalled warning ops gathered 03-03T12:10',
    ]);
  });

  it('and long before it became known is history: a digest, but what becomes of it is news', () => {
    const desk = deskOf();
    desk.episodes = [episodeOf({ since: START - DAY - 1 })];
    expect(briefly(desk.plan(START))).toEqual(['deal.stalled warning ops gathered 03-02T12:05']);
    desk.episodes = [episodeOf({ since: START - DAY - 1, severity: 'critical' })];
    expect(briefly(desk.plan(START + HOUR))).toEqual(['deal.stalled critical ops pending']);
    closeAt(desk, START + 2 * HOUR, START - DAY - 1);
    expect(briefly(desk.plan(START + 3 * HOUR))).toEqual(['deal.stalled.resolved warning ops pending']);
  });

  it('but not long is told at once', () => {
    const desk = deskOf();
    desk.episodes = [episodeOf({ since: START - DAY })];
    expect(briefly(desk.plan(START))).toEqual(['deal.stalled warning ops pending']);
  });

  it('goes out in the same digest for all deals of a window', () => {
    const due = [1, 2 * MINUTE, 5 * MINUTE - 1].map((passed) => {
      const desk = deskOf();
      desk.episodes = [episodeOf({ since: START - 9 * DAY })];
      return desk.plan(START + passed)[0]?.next_attempt_at;
    });
    expect(new Set(due)).toEqual(new Set([START + 5 * MINUTE]));
  });

  it('and ended long ago comes in a digest, too', () => {
    const desk = toldDesk();
    closeAt(desk, START + HOUR);
    expect(briefly(desk.plan(START + 9 * DAY))).toEqual([
      'deal.stalled.resolved warning ops gathered 03-11T12:05',
    ]);
  });
});

describe('a repetition', () => {
  it('comes while the finding is there, each as long after the last', () => {
    const desk = toldDesk({ repeatAfter: 4 * HOUR });
    expect(alertOf(desk).next_look_at).toBe(START + 4 * HOUR);
    expect(desk.plan(START + 4 * HOUR - 1)).toEqual([]);
    expect(desk.plan(START + 5 * HOUR)).toHaveLength(1);
    expect(alertOf(desk)).toMatchObject({ next_look_at: START + 9 * HOUR, told: [{ count: 2 }] });
    expect(new Set(desk.outbox.map(({ webhook_id: id }) => id)).size).toBe(2);
    closeAt(desk, START + 6 * HOUR);
    desk.plan(START + 6 * HOUR);
    expect(alertOf(desk).next_look_at).toBe(START + 7 * HOUR);
  });

  it('does not pile up over a night', () => {
    const desk = toldDesk({
      repeatAfter: HOUR,
      businessHours: { from: 480, to: 1080, days: [1, 2, 3, 4, 5], zone: 'UTC' },
    });
    for (let hour = 1; hour <= 24; hour += 1) desk.plan(START + hour * HOUR);
    // At noon and each hour until five, at eight the next morning and each hour until noon.
    expect(desk.outbox.map(({ next_attempt_at: due }) => formatInstant(due ?? 0).slice(8, 13))).toEqual([
      '02T12',
      '02T13',
      '02T14',
      '02T15',
      '02T16',
      '02T17',
      '03T08',
      '03T09',
      '03T10',
      '03T11',
      '03T12',
    ]);
  });
});

describe('a snooze', () => {
  it('holds everything back until it lifts by itself', () => {
    const desk = toldDesk({ repeatAfter: HOUR });
    desk.controls = [controlOf({ snoozed_until: START + 5 * HOUR })];
    desk.episodes = [episodeOf({ since: START, severity: 'critical' })];
    expect(desk.plan(START + 2 * HOUR)).toEqual([]);
    expect(alertOf(desk)).toMatchObject({ severity: 'critical', next_look_at: START + 5 * HOUR });
    expect(desk.plan(START + 5 * HOUR - 1)).toEqual([]);
    expect(briefly(desk.plan(START + 5 * HOUR))).toEqual(['deal.stalled critical ops pending']);
  });

  it('holds back that it went, too', () => {
    const desk = toldDesk();
    desk.controls = [controlOf({ snoozed_until: START + 5 * HOUR })];
    closeAt(desk, START + HOUR);
    expect(desk.plan(START + 3 * HOUR)).toEqual([]);
    expect(alertOf(desk).next_look_at).toBe(START + 5 * HOUR);
    expect(briefly(desk.plan(START + 5 * HOUR))).toEqual(['deal.stalled.resolved warning ops pending']);
  });

  it('of one that came and went meanwhile leaves nothing to tell', () => {
    const desk = deskOf();
    desk.controls = [controlOf({ snoozed_until: START + 5 * HOUR })];
    desk.episodes = [episodeOf({ since: START })];
    desk.plan(START);
    closeAt(desk, START + HOUR);
    desk.plan(START + HOUR);
    expect(alertOf(desk).next_look_at).toBeNull();
    expect(desk.plan(START + 6 * HOUR)).toEqual([]);
  });

  it('is of its kind only', () => {
    const desk = deskOf();
    desk.controls = [controlOf({ snoozed_until: START + DAY })];
    desk.episodes = [episodeOf({ since: START, kind: 'no_next_step' })];
    expect(desk.plan(START)).toHaveLength(1);
  });
});

describe('an acknowledgement', () => {
  const acknowledged = controlOf({ acknowledged_at: START + MINUTE, acknowledged_severity: 'warning' });

  it('ends repetitions, until the finding is graver', () => {
    const desk = toldDesk({ repeatAfter: HOUR });
    desk.controls = [acknowledged];
    expect(desk.plan(START + 3 * HOUR)).toEqual([]);
    expect(alertOf(desk).next_look_at).toBeNull();
    desk.episodes = [episodeOf({ since: START, severity: 'critical' })];
    expect(briefly(desk.plan(START + 4 * HOUR))).toEqual(['deal.stalled critical ops pending']);
  });

  it('does not hold back that it went', () => {
    const desk = toldDesk();
    desk.controls = [acknowledged];
    closeAt(desk, START + HOUR);
    expect(desk.plan(START + 2 * HOUR)).toMatchObject([{ type: 'deal.stalled.resolved' }]);
  });

  it('lasts while the finding flaps, and is not of the next alert', () => {
    const desk = toldDesk({ repeatAfter: HOUR });
    desk.controls = [acknowledged];
    closeAt(desk, START + HOUR);
    desk.plan(START + HOUR);
    desk.episodes = [episodeOf({ since: START + 90 * MINUTE })];
    expect(desk.plan(START + 90 * MINUTE)).toEqual([]);
    closeAt(desk, START + 2 * HOUR, START + 90 * MINUTE);
    desk.plan(START + 3 * HOUR);
    desk.episodes = [episodeOf({ since: START + 4 * HOUR })];
    expect(desk.plan(START + 4 * HOUR)).toMatchObject([{ type: 'deal.stalled' }]);
  });
});

describe('a paused deal', () => {
  it('keeps back what stalls it, and only that, until it goes on', () => {
    const desk = deskOf();
    desk.deal = dealOf({ paused: true });
    desk.episodes = [
      episodeOf({ since: START }),
      episodeOf({ since: START, kind: 'poor_fit', family: 'alignment' }),
    ];
    expect(briefly(desk.plan(START))).toEqual(['deal.poor_fit warning ops pending']);
    expect([...desk.alerts.values()]).toMatchObject([{ told: [], next_look_at: null }, {}]);
    desk.deal = dealOf();
    expect(briefly(desk.plan(START + HOUR))).toEqual(['deal.stalled warning ops pending']);
  });
});

describe('an endpoint', () => {
  it('that comes anew is told in a digest of what is there, the others nothing', () => {
    const desk = toldDesk();
    desk.settings = { ...desk.settings, endpoints: [endpointOf(), endpointOf({ name: 'new' })] };
    expect(desk.plan(START + MINUTE)).toEqual([]);
    desk.endpoints.set('new', stateOf('new', START + HOUR));
    expect(briefly(desk.plan(START + HOUR))).toEqual(['deal.stalled warning new gathered 03-02T13:05']);
    expect(desk.plan(START + 2 * HOUR)).toEqual([]);
  });

  it('that is disabled is told nothing, and nothing twice when it is in use again', () => {
    const desk = toldDesk();
    desk.endpoints.set('ops', { ...stateOf('ops', START - DAY), disabled_at: START + 1 });
    desk.episodes = [episodeOf({ since: START }), episodeOf({ since: START, kind: 'no_next_step' })];
    expect(desk.plan(START + MINUTE)).toEqual([]);
    desk.endpoints.set('ops', stateOf('ops', START - DAY));
    expect(briefly(desk.plan(START + HOUR))).toEqual(['deal.no_next_step warning ops pending']);
  });

  it('that is no longer in the file is told nothing, and its alerts are looked at no more', () => {
    const desk = toldDesk({ repeatAfter: HOUR });
    desk.settings = { ...desk.settings, endpoints: [] };
    expect(desk.plan(START + HOUR)).toEqual([]);
    expect(alertOf(desk).next_look_at).toBeNull();
    closeAt(desk, START + DAY);
    expect(desk.plan(START + 2 * DAY)).toEqual([]);
  });

  it('with business hours is told when they begin', () => {
    const desk = toldDesk({
      businessHours: { from: 480, to: 1080, days: [1, 2, 3, 4, 5], zone: 'Europe/Berlin' },
    });
    desk.episodes = [episodeOf({ since: at('2026-03-06T20:00:00'), kind: 'no_next_step' })];
    const [firing] = desk.plan(at('2026-03-06T20:00:00'));
    expect(firing).toMatchObject({ state: 'pending', next_attempt_at: at('2026-03-09T07:00:00') });
  });

  it('with a digest has everything gathered for it', () => {
    const desk = toldDesk({ digest: { every: 'daily', minute: 480, day: 1, zone: 'Europe/Berlin' } });
    closeAt(desk, START + HOUR);
    desk.plan(START + 2 * HOUR);
    expect(briefly(desk.outbox)).toEqual([
      'deal.stalled warning ops gathered 03-03T07:00',
      'deal.stalled.resolved warning ops gathered 03-03T07:00',
    ]);
  });
});

describe('the latest', () => {
  const before = episodeOf({ since: START - 5 * DAY, closed_at: START - 4 * DAY });
  const last = episodeOf({ since: START, closed_at: START + HOUR });

  it.each([[[before, last]], [[last, before]]])('of several episodes is the one that counts', (episodes) => {
    const desk = toldDesk();
    desk.episodes = episodes;
    desk.plan(START + HOUR);
    expect(alertOf(desk)).toMatchObject({ since: START, resolved_at: START + HOUR });
    // Of a deal whose late event made the open one begin before the one that is closed.
    desk.episodes = [...episodes, episodeOf({ since: START - 2 * DAY })];
    desk.plan(START + HOUR);
    expect(alertOf(desk)).toMatchObject({ since: START - 2 * DAY, resolved_at: null });
    desk.episodes.reverse();
    expect(desk.foresee(START + HOUR).alerts).toEqual([]);
  });

  it('of several alerts is the one that goes on, in whatever order they are read', () => {
    const desk = toldDesk();
    const { alert_id: first } = alertOf(desk);
    closeAt(desk, START + HOUR);
    desk.plan(START + 2 * HOUR);
    desk.episodes = [episodeOf({ since: START + DAY })];
    desk.plan(START + DAY);
    closeAt(desk, START + 2 * DAY, START + DAY);
    desk.plan(START + 2 * DAY);
    for (const alerts of [[...desk.alerts], [...desk.alerts].reverse()]) {
      desk.alerts.clear();
      for (const [id, alert] of alerts) desk.alerts.set(id, alert);
      const { deliveries } = desk.foresee(START + 3 * DAY);
      expect(deliveries).toMatchObject([{ type: 'deal.stalled.resolved' }]);
      expect(deliveries[0]?.alert_id).not.toBe(first);
    }
  });
});
