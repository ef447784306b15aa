import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startWebhookReceiver, type WebhookReceiver } from '../../../../../test/support/webhook-receiver.js';
import type { Endpoint } from '#domain/alerts/types.js';
import { createSender, type Outcome, type Sender, type SenderParts } from './send.js';
import { anEndpoint } from './testing/endpoint.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const AT = Date.parse('2026-03-02T12:00:00.900Z');
const BODY = '{"type":"deal.stalled"}';
const PATH = '/services/T0000000/B0000000/XyZ12345abcde';

let receiver: WebhookReceiver;
let sender: Sender;
let endpoint: Endpoint;

beforeEach(async () => {
  receiver = await startWebhookReceiver(SECRET);
  sender = createSender();
  endpoint = anEndpoint({ url: receiver.origin + PATH, secret: SECRET, allowPrivate: true, allowHttp: true });
});

afterEach(async () => {
  sender.close();
  await receiver.close();
});

function send(id = 'msg_1', to = endpoint, signal = new AbortController().signal): Promise<Outcome> {
  return sender.send({ endpoint: to, id, body: BODY, at: AT }, { signal });
}

function using(parts: SenderParts): void {
  sender.close();
  sender = createSender(parts);
}

/** A deadline that the test lets pass. */
function heldDeadline() {
  const held = { ms: 0, expire: (): void => undefined };
  const deadline = (ms: number, expire: () => void): (() => void) => {
    held.ms = ms;
    held.expire = expire;
    return () => undefined;
  };
  return { held, deadline };
}

describe('sending', () => {
  it('posts the body as it is, with the id, the time of the attempt and a signature that the public package accepts', async () => {
    const outcome = await send();
    expect(outcome).toMatchObject({ result: 'delivered', httpStatus: 200, error: null, response: 'ok' });
    expect(receiver.received).toEqual([
      expect.objectContaining({
        path: PATH,
        id: 'msg_1',
        timestamp: Math.floor(AT / 1_000),
        isSigned: true,
        body: BODY,
      }),
    ]);
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
  });

  it('counts characters of more than one byte rightly', async () => {
    const body = '{"name":"Müller & Søn 🚀"}';
    await sender.send({ endpoint, id: 'msg_1', body, at: AT }, { signal: new AbortController().signal });
    expect(receiver.received[0]).toMatchObject({ body, isSigned: true });
  });

  it('keeps the connection for the next message', async () => {
    await send('msg_1');
    await send('msg_2');
    expect(receiver.received.map(({ earlierOnConnection }) => earlierOnConnection)).toEqual([0, 1]);
  });

  it('sends once more over a new connection where the kept one is reset', async () => {
    await send('msg_1');
    receiver.script(['reset']);
    expect(await send('msg_2')).toMatchObject({ result: 'delivered' });
    expect(receiver.received.map(({ id, earlierOnConnection }) => [id, earlierOnConnection])).toEqual([
      ['msg_1', 0],
      ['msg_2', 1],
      ['msg_2', 0],
    ]);
  });

  it.each([201, 202, 204, 299])('takes %i as delivered', async (status) => {
    receiver.script([{ status }]);
    expect(await send()).toMatchObject({ result: 'delivered', httpStatus: status });
  });

  it.each([400, 401, 404, 500, 502])('takes %i as failed', async (status) => {
    receiver.script([{ status, body: 'no' }]);
    expect(await send()).toEqual({
      result: 'failed',
      httpStatus: status,
      error: `the endpoint answered ${status}`,
      response: 'no',
      latencyMs: expect.any(Number),
      retryAfter: null,
    });
  });

  it.each([301, 302, 303, 307, 308])('does not follow %i', async (status) => {
    receiver.script([{ status, headers: { location: `${receiver.origin}/elsewhere` } }]);
    expect(await send()).toMatchObject({ result: 'failed', httpStatus: status });
    expect(receiver.received).toHaveLength(1);
  });

  it('takes 410 as the wish for no more', async () => {
    receiver.script([{ status: 410 }]);
    expect(await send()).toMatchObject({ result: 'gone', httpStatus: 410 });
  });

  it.each([
    [429, '120'],
    [503, 'Mon, 02 Mar 2026 12:05:00 GMT'],
  ])('hands on the Retry-After of %i', async (status, retryAfter) => {
    receiver.script([{ status, headers: { 'retry-after': retryAfter } }]);
    expect(await send()).toMatchObject({ result: 'failed', httpStatus: status, retryAfter });
  });

  it('has no regard for the Retry-After of other answers', async () => {
    receiver.script([{ status: 500, headers: { 'retry-after': '120' } }]);
    expect(await send()).toMatchObject({ retryAfter: null });
  });

  it.each(['hang', 'stall'] as const)(
    'gives up on an answer that does not come to its end: %s',
    async (how) => {
      const { held, deadline } = heldDeadline();
      using({ deadline });
      receiver.script([how]);
      const sending = send();
      await receiver.until(1);
      held.expire();
      expect(await sending).toMatchObject({ result: 'failed', error: 'no complete answer within 15 s' });
      expect(held.ms).toBe(15_000);
    },
  );

  it('gives up on a name that is not resolved in time', async () => {
    const { held, deadline } = heldDeadline();
    const asked = new Promise<void>((resolve) => {
      using({
        deadline,
        resolve: () => {
          resolve();
        },
      });
    });
    const sending = send('msg_1', { ...endpoint, url: 'https://hooks.example/' });
    await asked;
    held.expire();
    expect(await sending).toMatchObject({ result: 'failed', error: 'no complete answer within 15 s' });
  });

  it('takes a reset as failed', async () => {
    receiver.script(['reset']);
    expect(await send()).toMatchObject({
      result: 'failed',
      httpStatus: null,
      error: 'the connection was reset',
    });
  });

  it('takes an answer that breaks off as failed', async () => {
    receiver.script(['break off']);
    expect(await send()).toMatchObject({ result: 'failed', httpStatus: 200, error: 'the answer broke off' });
  });

  it('takes a closed port as failed', async () => {
    await receiver.close();
    expect(await send()).toMatchObject({ result: 'failed', error: 'the connection was refused' });
  });

  it('reads an answer without end to a limit and closes its connection', async () => {
    receiver.script(['flood']);
    const outcome = await send();
    expect(outcome).toMatchObject({ result: 'delivered', response: 'x'.repeat(500) });
    await send('msg_2');
    // What was on its way already, in the buffers of both sides, is all that is lost.
    expect(receiver.flooded()).toBeLessThan(20_000_000);
    expect(receiver.received[1]?.earlierOnConnection).toBe(0);
  });

  it('measures from connecting to the last byte', async () => {
    let clock = 0;
    using({ elapsed: () => (clock += 250) });
    expect(await send()).toMatchObject({ latencyMs: 250 });
  });

  it('ends an attempt that is stopped, which is then none', async () => {
    receiver.script(['hang']);
    const stopping = new AbortController();
    const sending = send('msg_1', endpoint, stopping.signal);
    await receiver.until(1);
    stopping.abort();
    expect(await sending).toMatchObject({ result: 'stopped' });
    expect(await send('msg_2', endpoint, stopping.signal)).toMatchObject({ result: 'stopped' });
    expect(receiver.received).toHaveLength(1);
  });

  it('tells neither the path nor the secret, whatever comes back', async () => {
    const told: Outcome[] = [];
    for (const status of [200, 302, 404, 410]) {
      receiver.script([{ status, body: `Cannot POST ${PATH} with ${SECRET}` }]);
      told.push(await send());
    }
    await receiver.close();
    told.push(await send());
    told.push(await send('msg_1', { ...endpoint, url: `http:// bad${PATH}` }));
    told.push(await send('msg_1', { ...endpoint, allowPrivate: false }));
    told.push(await send('msg_1', { ...endpoint, secret: 'whsec_ not base64' }));
    const text = JSON.stringify(told);
    expect(told.at(-1)?.error).toMatch('the secret of the endpoint is not');
    expect(text).not.toMatch(/T0000000|XyZ12345|MfKQ9r8|not base64/);
    expect(text).toContain('Cannot POST … with …');
  });
});

describe('the guard', () => {
  const resolving =
    (...answers: readonly (readonly string[])[]) =>
    (_: string, callback: (error: null, addresses: LookupAddress[]) => void): void => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
  let asked = 0;
  const port = (): string => new URL(receiver.origin).port;

  beforeEach(() => {
    asked = 0;
  });

  it('refuses a private address in the URL, in whatever spelling', async () => {
    const hosts = [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '10.0.0.1',
    ];
    for (const host of hosts) {
      const outcome = await send('msg_1', {
        ...endpoint,
        url: `http://${host}:${port()}/`,
        allowPrivate: false,
      });
      expect(outcome).toMatchObject({ result: 'failed', error: expect.stringContaining('private address') });
    }
    expect(receiver.received).toHaveLength(0);
  });

  it('refuses a name that leads to a private address', async () => {
    using({ resolve: resolving(['127.0.0.1']) });
    const outcome = await send('msg_1', {
      ...endpoint,
      url: `http://hooks.example:${port()}/`,
      allowPrivate: false,
    });
    expect(outcome.error).toBe(
      'hooks.example leads to the private address 127.0.0.1: set allow_private to allow it',
    );
    expect(receiver.received).toHaveLength(0);
  });

  it('refuses a name of which one address of several is private', async () => {
    using({ resolve: resolving(['93.184.215.14', '127.0.0.1']) });
    const outcome = await send('msg_1', {
      ...endpoint,
      url: `http://hooks.example:${port()}/`,
      allowPrivate: false,
    });
    expect(outcome.error).toContain('private address');
  });

  it('connects to the address that it judged, asking once, whatever the name says a moment later', async () => {
    using({ resolve: resolving(['127.0.0.1'], ['169.254.169.254']) });
    const outcome = await send('msg_1', { ...endpoint, url: `http://hooks.example:${port()}/` });
    expect(outcome.result).toBe('delivered');
    expect(asked).toBe(1);
    expect(receiver.received[0]?.headers['host']).toBe(`hooks.example:${port()}`);
  });

  it('judges each new connection anew', async () => {
    using({ resolve: resolving(['127.0.0.1'], ['169.254.169.254']) });
    receiver.script([{ status: 200, headers: { connection: 'close' } }]);
    const to = { ...endpoint, url: `http://hooks.example:${port()}/` };
    expect(await send('msg_1', to)).toMatchObject({ result: 'delivered' });
    expect(await send('msg_2', to)).toMatchObject({
      result: 'failed',
      error: 'hooks.example leads to 169.254.169.254, which is never called',
    });
  });

  it('never calls link-local addresses, even where private ones are allowed', async () => {
    const outcome = await send('msg_1', { ...endpoint, url: 'http://169.254.169.254/latest/meta-data' });
    expect(outcome.error).toBe('169.254.169.254 leads to 169.254.169.254, which is never called');
  });

  it('refuses http unless it is allowed, and all that is not HTTP', async () => {
    for (const url of [endpoint.url, 'ftp://hooks.example/', 'file:///etc/passwd']) {
      const outcome = await send('msg_1', { ...endpoint, url, allowHttp: false });
      expect(outcome.error).toMatch(/^only https is allowed/);
    }
    expect(receiver.received).toHaveLength(0);
  });

  it('resolves a name once for all that wait for it', async () => {
    let answer: (() => void) | undefined;
    using({
      resolve: (_, callback) => {
        asked += 1;
        answer = () => {
          callback(null, [{ address: '127.0.0.1', family: 4 }]);
        };
      },
    });
    const to = { ...endpoint, url: `http://hooks.example:${port()}/` };
    const sending = Promise.all([send('msg_1', to), send('msg_2', to)]);
    await new Promise((resolve) => setImmediate(resolve));
    answer?.();
    expect((await sending).map(({ result }) => result)).toEqual(['delivered', 'delivered']);
    expect(asked).toBe(1);
  });

  it('says that a name cannot be resolved', async () => {
    using({
      resolve: (_, callback) => {
        callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${PATH}`), { code: 'ENOTFOUND' }), []);
      },
    });
    const outcome = await send('msg_1', { ...endpoint, url: 'https://hooks.example/' });
    expect(outcome).toMatchObject({ result: 'failed', error: 'the host has no address' });
  });
});
