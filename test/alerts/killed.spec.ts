import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { randomFor } from '#simulator/random.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { root } from '../support/cli.js';
import { compilePackage } from '../support/compile-package.js';
import { event, ndjson, opened } from '../support/events.js';
import { temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';
import { type Received, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { alertsFile, SECRET, toldBy } from './office.js';

// A process starts and ends for each kill, on machines that may be busy.
jest.setTimeout(600_000);

const KILLS = Number(process.env['PLUMBLINE_KILLS'] ?? 8);
const SEED = 31;
const DEALS_A_BATCH = 6;
const LONGEST_LIFE_MS = 700;
const random = randomFor(SEED, 'alerts');
const data = temporaryFolder();

interface Life {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
}

let program: string;
let receiver: WebhookReceiver;
let alerts: string;
let child: ChildProcess | undefined;
let deals = 0;
/** Deals up to this one showed when the endpoint was in use; what was true before comes in a digest. */
let probes = 0;

async function live(): Promise<Life> {
  const started = spawn(
    process.execPath,
    [program, 'up', '--data', data, '--port', '0', '--clickhouse-port', 'off', '--alerts', alerts],
    { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  child = started;
  let said = '';
  started.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return until('plumbline up can be reached', async () => {
    if (started.exitCode !== null) throw new Error(`plumbline up ended: ${said}`);
    const text = await readFile(join(data, 'running.json'), 'utf8').catch(() => '{}');
    const noted = JSON.parse(text || '{}') as { pid?: number; url?: string; token?: string };
    const { pid, url, token } = noted;
    if (pid !== started.pid || url === undefined || token === undefined) return false;
    return { child: started, url, token };
  });
}

async function end({ child: running }: Life, signal: NodeJS.Signals): Promise<void> {
  const ended = once(running, 'exit');
  running.kill(signal);
  await ended;
}

/** @returns whether it was acknowledged */
async function post({ url, token }: Life, events: readonly CloudEvent[]): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
  const request = { method: 'POST', body: ndjson(events), headers };
  return fetch(new URL('/api/events', url), request).then(
    ({ status }) => status === 202,
    () => false,
  );
}

/** Deals that go back a stage now, which is told at once. */
function regressing(): CloudEvent[] {
  const now = Date.now();
  const text = (at: number): string => new Date(at).toISOString();
  return Array.from({ length: DEALS_A_BATCH }, () => {
    deals += 1;
    const id = `d${deals}`;
    return [
      opened(id, text(now - 60_000), { stage: 'solution' }),
      event('deal.stage_changed', id, text(now), { to: 'qualification' }),
    ];
  }).flat();
}

const isCounted = (deal: string | undefined): boolean => Number(deal?.slice(1) ?? 0) > probes;
/** What came of the deals that count. */
const received = (): Received[] => receiver.received.filter((one) => isCounted(toldBy(one).data.deal?.id));
const dealsTold = (): Set<string | undefined> => new Set(received().map((one) => toldBy(one).data.deal?.id));

beforeAll(async () => {
  const package_ = temporaryFolder();
  const compiled = await compilePackage(package_, ['apps', 'libs']);
  await mkdir(join(package_, 'libs', 'warehouse'), { recursive: true });
  await symlink(join(root, 'libs/warehouse/migrations'), join(package_, 'libs/warehouse/migrations'));
  program = join(compiled, 'apps/plumbline/src/main.js');
  receiver = await startWebhookReceiver(SECRET);
  const wanted = { kinds: ['stage_regressed'], minimum_severity: 'info', max_per_hour: 10_000 };
  alerts = alertsFile(receiver.origin, [{ name: 'sales', ...wanted }]);

  const first = await live();
  await until('the endpoint is in use', async () => {
    await post(first, regressing());
    await pause(500);
    return receiver.received.length > 0;
  });
  probes = deals;
  await end(first, 'SIGKILL');
  let unsure: CloudEvent[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const life = await live();
    const events = [...unsure, ...regressing()];
    const answer = post(life, events);
    // While they are taken in, scored, planned, stored, sent, or noted as sent.
    await pause(random.whole(0, LONGEST_LIFE_MS));
    await end(life, 'SIGKILL');
    unsure = (await answer) ? [] : events;
  }
  const last = await live();
  await post(last, [...unsure, ...regressing()]);
  await until('every deal is told of', () => dealsTold().size >= deals - probes, 120_000).catch(
    () => undefined,
  );
  await end(last, 'SIGTERM');
});

afterAll(async () => {
  if (child?.exitCode === null) child.kill('SIGKILL');
  await receiver.close();
});

describe(`alerts of a system that is killed ${KILLS} times`, () => {
  it('reach the endpoint, signed, all of them', () => {
    expect(receiver.received.filter(({ isSigned }) => !isSigned)).toEqual([]);
    const told = dealsTold();
    const missing = Array.from({ length: deals - probes }, (_, n) => `d${probes + n + 1}`).filter(
      (id) => !told.has(id),
    );
    expect(missing).toEqual([]);
  });

  it('have one body for each id, and one id for each telling', () => {
    const bodies = new Map<string, Set<string>>();
    for (const { id, body } of received()) bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
    expect([...bodies.values()].filter((own) => own.size > 1)).toEqual([]);
    const tellings = new Map(
      received().map((one) => {
        const { data: told } = toldBy(one);
        return [one.id, `${told.alert_id ?? ''} ${told.status ?? ''} ${told.finding?.severity ?? ''}`];
      }),
    );
    expect(new Set(tellings.values()).size).toBe(tellings.size);
  });

  it('are what the events say, and nothing waits any more', async () => {
    const warehouse = await openWarehouse({ kind: 'embedded', path: join(data, 'clickhouse') });
    try {
      const open = await warehouse.alerts.openEpisodes({ limit: 10_000, kinds: ['stage_regressed'] });
      const texts = open
        .filter(({ deal }) => isCounted(deal.id))
        .map(
          ({ deal, finding }) =>
            `${deal.id} ${finding.kind} ${finding.severity} ${new Date(finding.since).toISOString()}`,
        );
      const told = received().map((one) => {
        const { deal, finding } = toldBy(one).data;
        return `${deal?.id ?? ''} ${finding?.kind ?? ''} ${finding?.severity ?? ''} ${finding?.since ?? ''}`;
      });
      expect([...new Set(told)].sort()).toEqual(texts.sort());
      expect(await warehouse.alerts.outbox(['sales'], { now: Date.now(), limit: 10 })).toEqual([]);
    } finally {
      await warehouse.close();
    }
  });
});
