import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSender } from '#scorer/alerts/sending/send.js';
import { anEndpoint } from '#scorer/alerts/sending/testing/endpoint.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

/** Starts an example on a free port. @returns its URL, and what it prints line by line */
async function start(example: string): Promise<{ url: string; nextLine: () => Promise<string> }> {
  const child = spawn(process.execPath, [join('examples', example, 'receiver.mjs')], {
    env: { ...process.env, ALERTS_SECRET: SECRET, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await lines.next()).value);
  const url = /http:\S+/.exec(await nextLine())?.[0] ?? '';
  return { url, nextLine };
}

function sending(url: string, secret: string | null) {
  const sender = createSender();
  const endpoint = anEndpoint({ url, secret, allowHttp: true, allowPrivate: true });
  return async (id: string, body: object): Promise<number | null> => {
    const request = { endpoint, id, body: JSON.stringify(body), at: Date.now() };
    const { httpStatus } = await sender.send(request, { signal: new AbortController().signal });
    sender.close();
    return httpStatus;
  };
}

const stalled = {
  type: 'deal.stalled',
  data: { deal: { name: 'Acme' }, finding: { severity: 'critical', advice: 'Call them.' } },
};

describe('the example of a webhook receiver', () => {
  it('prints what is signed, each message once, and refuses what is not signed rightly', async () => {
    const { url, nextLine } = await start('webhook-receiver');
    const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    expect(await sending(url, other)('msg_0', stalled)).toBe(401);
    expect(await sending(url, SECRET)('msg_1', stalled)).toBe(204);
    expect(await sending(url, SECRET)('msg_1', stalled)).toBe(204);
    expect(await sending(url, SECRET)('msg_2', { type: 'deals.digest', data: { total: 3 } })).toBe(204);
    expect([await nextLine(), await nextLine()]).toEqual([
      'deal.stalled Acme: critical. Call them.',
      'deals.digest 3 alerts',
    ]);
  });
});

describe('the example that stands in for Slack', () => {
  it('prints the text of a message and refuses what is none', async () => {
    const { url, nextLine } = await start('slack-receiver');
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Acme* is stalled' } }];
    expect(await sending(url, null)('msg_1', { text: 'Acme is stalled', blocks })).toBe(200);
    expect([await nextLine(), await nextLine()]).toEqual(['Acme is stalled', '*Acme* is stalled']);
  });
});
