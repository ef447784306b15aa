import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { event, opened } from '../support/events.js';
import { feed } from '../support/system.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { alertsFile, at, type Office, openOffice, SECRET, type Told, toldBy } from './office.js';

/** What is due is looked for once a second. */
const SECOND = 1_000;
const HOUR = 3_600_000;
/** Opened on Monday 2 March in a stage of ten business days: stalled from the 16th, critical from the 30th. */
const OPENED = '2026-03-02T09:00:00Z';
const STALLED = at('2026-03-16T09:00:00.001Z');
const CRITICAL = at('2026-03-30T09:00:00Z') + 1;

let receiver: WebhookReceiver;
let office: Office;

beforeEach(async () => {
  receiver = await startWebhookReceiver(SECRET);
  office = await openOffice(alertsFile(receiver.origin, [{ name: 'sales' }]), at(OPENED));
});

afterEach(async () => {
  await office.close();
  await receiver.close();
});

const anOpening = (deal: string, time = OPENED): CloudEvent => opened(deal, time, { stage: 'qualification' });

async function begin(...events: readonly CloudEvent[]): Promise<void> {
  await feed(office.system(), events);
  await office.quiet();
}

/** All that was received, in short; that it is signed is held against each. */
function told(): string[] {
  expect(receiver.received.filter(({ isSigned }) => !isSigned)).toEqual([]);
  return receiver.received.map((one) => {
    const { type, data } = toldBy(one);
    return `${data.deal?.id ?? ''} ${type} ${data.finding?.severity ?? ''}`;
  });
}

function last(): Told {
  const one = receiver.received.at(-1);
  if (one === undefined) throw new Error('nothing was received');
  return toldBy(one);
}

describe('alerts, from events and time to the receiver', () => {
  it('tells once that a deal stalls by time alone, with the reason and the advice, and no restart tells it again', async () => {
    await begin(anOpening('d1'));
    await office.moveTo(STALLED - SECOND);
    expect(told()).toEqual([]);
    await office.moveTo(STALLED);
    expect(told()).toEqual(['d1 deal.stalled warning']);
    const { data, timestamp } = last();
    expect(timestamp).toBe('2026-03-16T09:00:00.001Z');
    expect(data).toMatchObject({
      status: 'firing',
      finding: { kind: 'stalled', since: '2026-03-16T09:00:00.001Z' },
    });
    expect(data.finding?.advice).toMatch(/\S/);
    expect(data.finding?.numbers).toMatchObject({ expected_business_days: 10 });

    await office.restart();
    await office.moveTo(STALLED + HOUR);
    // One that comes after the restart is told, and so would have been whatever the restart had brought up.
    await begin(anOpening('d2', '2026-03-02T09:30:00Z'));
    expect(told()).toEqual(['d1 deal.stalled warning', 'd2 deal.stalled warning']);
  });

  it('catches up on what became true while it was down', async () => {
    await begin(anOpening('d1'));
    await office.restart({ at: STALLED + HOUR });
    await office.quiet();
    expect(told()).toEqual(['d1 deal.stalled warning']);
    expect(last().data.finding?.since).toBe('2026-03-16T09:00:00.001Z');
  });

  it('tells the end once, when the finding has stayed away for flap_within', async () => {
    await begin(anOpening('d1'));
    await office.moveTo(STALLED + HOUR);
    await begin(event('deal.stage_changed', 'd1', '2026-03-16T10:00:00Z', { to: 'discovery' }));
    expect(told()).toEqual(['d1 deal.stalled warning']);
    await office.moveTo(STALLED + 2 * HOUR - 2 * SECOND);
    expect(told()).toHaveLength(1);
    await office.moveTo(STALLED + 2 * HOUR);
    expect(told()).toEqual(['d1 deal.stalled warning', 'd1 deal.stalled.resolved warning']);
    expect(last().data).toMatchObject({ status: 'resolved' });
    await office.restart();
    await office.moveTo(STALLED + 30 * HOUR);
    expect(told()).toHaveLength(2);
  });

  it('holds back what is snoozed, and tells it when the snooze lifts itself', async () => {
    await begin(anOpening('d1'));
    const snoozed = await office.system().alerts.control({
      ...{ deal_id: 'd1', kind: 'stalled', by: 'ana', reason: 'their board meets on Thursday' },
      what: { do: 'snooze', until: STALLED + 5 * HOUR },
    });
    expect(snoozed).toEqual({ outcome: 'done', firing: false });
    await office.moveTo(STALLED + HOUR);
    await office.moveTo(STALLED + 5 * HOUR - SECOND);
    expect(told()).toEqual([]);
    const [listed] = await office.system().alerts.list({ deal: 'd1', limit: 10 });
    expect(listed).toMatchObject({ kind: 'stalled', status: 'firing' });
    await office.moveTo(STALLED + 5 * HOUR);
    expect(told()).toEqual(['d1 deal.stalled warning']);
  });

  it('tells that the severity rises, and nothing when it is looked at again', async () => {
    await begin(anOpening('d1'));
    await office.moveTo(STALLED);
    await office.moveTo(CRITICAL - SECOND);
    expect(told()).toEqual(['d1 deal.stalled warning']);
    await office.moveTo(CRITICAL);
    await office.moveTo(CRITICAL + 48 * HOUR);
    expect(told()).toEqual(['d1 deal.stalled warning', 'd1 deal.stalled critical']);
    const ids = receiver.received.map((one) => toldBy(one).data.alert_id);
    expect(new Set(ids).size).toBe(1);
  });

  it('lets a late event that moves the start correct it, and tells nothing', async () => {
    await begin(anOpening('d1'));
    await office.moveTo(STALLED + 20 * HOUR);
    expect(told()).toEqual(['d1 deal.stalled warning']);
    const startOf = async (): Promise<number | undefined> =>
      (await office.system().warehouse.alerts.alertsOf(['d1']))[0]?.since;
    expect(await startOf()).toBe(STALLED);
    // It was opened half an hour earlier than was known.
    await begin(event('deal.opened', 'd1', '2026-03-02T08:30:00Z', anOpening('d1').data ?? {}));
    await begin(anOpening('d2', '2026-03-02T15:00:00Z'));
    expect(told()).toEqual(['d1 deal.stalled warning', 'd2 deal.stalled warning']);
    expect(await startOf()).not.toBe(STALLED);
  });
});

describe('alerts of a deal that is paused', () => {
  it('wait until it goes on', async () => {
    await begin();
    await office.moveTo(STALLED + 2 * HOUR);
    const pause = { reason: 'buyer on leave', until: '2026-03-16T15:00:00Z' };
    await begin(anOpening('d1'), event('deal.paused', 'd1', '2026-03-16T10:00:00Z', pause));
    const [listed] = await office.system().alerts.list({ deal: 'd1', limit: 10 });
    expect(listed).toMatchObject({ kind: 'stalled', status: 'firing' });
    await office.moveTo(STALLED + 6 * HOUR - 2 * SECOND);
    expect(told()).toEqual([]);
    await office.moveTo(STALLED + 6 * HOUR);
    expect(told()).toEqual(['d1 deal.stalled warning']);
  });
});
