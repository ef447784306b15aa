import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatInstant, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import { dataDirectory } from '../apps/plumbline/src/system/data-directory.js';
import { type EmbeddedSystem, openEmbeddedSystem } from '../apps/plumbline/src/system/embedded-system.js';
import { remoteSystem } from '../apps/plumbline/src/system/remote-system.js';
import type { System } from '../apps/plumbline/src/system/system.js';
import { opened } from './support/events.js';
import { feed } from './support/system.js';
import { temporaryFolder } from './support/temporary.js';
import { until } from './support/until.js';
import { startWebhookReceiver, type WebhookReceiver } from './support/webhook-receiver.js';

// The engine is real, on machines that may be busy.
jest.setTimeout(120_000);

const START = Date.UTC(2026, 2, 2, 9);
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TOKEN = 'only-for-tests';
const MINUTE = 60_000;

describe.each(['in this process', 'over its API'])(
  'What people do with alerts, the system being %s',
  (where) => {
    const folder = temporaryFolder();
    let now = START;
    let embedded: EmbeddedSystem;
    let system: System;
    let receiver: WebhookReceiver;

    const alertOf = async (kind: string) =>
      (await system.alerts.list({ deal: 'd1', limit: 100 })).find((alert) => alert.kind === kind);

    /** Lets time pass until it is seen: the scorer looks once a second. */
    const soon = (what: string, look: () => Promise<boolean> | boolean): Promise<unknown> =>
      until(what, () => {
        now += 1_000;
        return look();
      });

    beforeAll(async () => {
      receiver = await startWebhookReceiver(SECRET);
      const file = join(folder, 'alerts.yaml');
      writeFileSync(
        file,
        `endpoints: [{ name: ops, url: '${receiver.origin}/hook', secret: ${SECRET}, kinds: [stalled],
        allow_http: true, allow_private: true, repeat_after: 24h }]\n`,
      );
      embedded = await openEmbeddedSystem(dataDirectory(join(folder, 'data')), {
        now: () => now,
        apiToken: TOKEN,
        alertsFile: file,
      });
      const url = await embedded.listen(0);
      system = where === 'over its API' ? remoteSystem({ pid: process.pid, url, token: TOKEN }) : embedded;
      await feed(embedded, [opened('d1', formatInstant(START - MINUTE))]);
      await soon('the endpoint is in use', async () => {
        const [state] = await embedded.warehouse.alerts.endpointStates();
        return state?.baseline_at != null;
      });
      // Day by day, so that what opens is news when it is told.
      while ((await alertOf('stalled')) === undefined) {
        now += MILLISECONDS_PER_DAY;
        await soon('nothing is due', async () => {
          const due = await embedded.warehouse.read.dealsDue(now, { limit: 1 });
          return due.length === 0;
        });
      }
      await soon('1 messages came', () => receiver.received.length >= 1);
    });

    afterAll(async () => {
      await embedded.close();
      await receiver.close();
    });

    it('shows alerts and what was sent', async () => {
      const [alert, ...others] = await system.alerts.list({ status: 'firing', endpoint: 'ops', limit: 10 });
      expect(others).toEqual([]);
      expect(alert).toMatchObject({ deal_id: 'd1', kind: 'stalled', status: 'firing', snoozed_until: null });
      expect(await system.alerts.list({ endpoint: 'nobody', limit: 10 })).toEqual([]);
      await soon('the outcome is stored', async () => {
        const [delivery] = await system.alerts.deliveries({ deal: 'd1', limit: 10 });
        return delivery?.state === 'delivered';
      });
      expect(await system.alerts.deliveries({ endpoint: 'ops', limit: 10 })).toMatchObject([
        { endpoint: 'ops', alert_id: alert?.alert_id, http_status: 200, response: 'ok', attempts: 1 },
      ]);
    });

    it('keeps quiet about what is snoozed until that lifts itself', async () => {
      const snoozed = now + 3 * MILLISECONDS_PER_DAY;
      const request = { deal_id: 'd1', kind: 'stalled', by: 'Ana', reason: 'on holiday' } as const;
      expect(await system.alerts.control({ ...request, what: { do: 'snooze', until: snoozed } })).toEqual({
        outcome: 'done',
        firing: true,
      });
      await soon('the scorer looks again when it ends', async () => {
        return (await alertOf('stalled'))?.next_look_at === snoozed;
      });
      expect(await alertOf('stalled')).toMatchObject({
        ...{ snoozed_until: snoozed, snoozed_by: 'Ana', control_reason: 'on holiday' },
      });
      expect(receiver.received).toHaveLength(1);
      now = snoozed + MINUTE;
      await soon('2 messages came', () => receiver.received.length >= 2);
      expect(receiver.received[1]?.id).not.toBe(receiver.received[0]?.id);
    });

    it('repeats nothing of what someone has taken on, and goes on once that is taken back', async () => {
      const request = { deal_id: 'd1', kind: 'stalled', by: 'Bo', reason: '' } as const;
      expect(await system.alerts.control({ ...request, what: { do: 'ack' } })).toMatchObject({
        outcome: 'done',
      });
      await soon('nothing is to be looked at', async () => (await alertOf('stalled'))?.next_look_at === null);
      expect(await alertOf('stalled')).toMatchObject({ acknowledged_by: 'Bo' });
      now += 2 * MILLISECONDS_PER_DAY;
      expect(await system.alerts.control({ ...request, what: { do: 'lift' } })).toMatchObject({
        outcome: 'done',
      });
      await soon('3 messages came', () => receiver.received.length >= 3);
      expect(await alertOf('stalled')).toMatchObject({ acknowledged_by: null, snoozed_until: null });
    });

    it('says where there is nothing to be quiet about', async () => {
      const request = { deal_id: 'd1', kind: 'poor_fit', by: 'Bo', reason: '' } as const;
      expect(await system.alerts.control({ ...request, what: { do: 'ack' } })).toMatchObject({
        outcome: 'not_firing',
      });
      expect(await system.alerts.control({ ...request, what: { do: 'snooze', until: now + 1 } })).toEqual({
        outcome: 'done',
        firing: false,
      });
      expect(
        await system.alerts.control({ ...request, deal_id: 'nowhere', what: { do: 'lift' } }),
      ).toMatchObject({ outcome: 'unknown_deal' });
    });

    it('sends again what was given up when the endpoint was gone, by the ids it had', async () => {
      receiver.script([{ status: 410 }]);
      now += 2 * MILLISECONDS_PER_DAY;
      await soon('4 messages came', () => receiver.received.length >= 4);
      await soon('the endpoint is disabled', async () => {
        const [state] = await embedded.warehouse.alerts.endpointStates();
        const [latest] = await system.alerts.deliveries({ endpoint: 'ops', limit: 1 });
        return state?.disabled_at != null && latest?.state === 'failed';
      });
      expect(await system.alerts.replay({ endpoint: 'ops', since: now + 1 })).toEqual({
        replayed: 0,
        enabled: ['ops'],
      });
      expect(await system.alerts.replay({ webhook_id: receiver.received[3]?.id })).toEqual({
        replayed: 1,
        enabled: [],
      });
      // What the endpoint is asked anew is looked up from time to time only.
      now += MINUTE;
      await soon('5 messages came', () => receiver.received.length >= 5);
      expect(receiver.received[4]?.id).toBe(receiver.received[3]?.id);
      expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true);
      expect(await system.alerts.replay({})).toEqual({ replayed: 0, enabled: [] });
    });
  },
);
