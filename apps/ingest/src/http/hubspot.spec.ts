import { webcrypto } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { isSignedByHubspot, signedUrl } from './hubspot-signature.js';
import type { IntakeOptions } from './intake-options.js';
import {
  CLIENT_SECRET,
  type IntakeUnderTest,
  NOW,
  PUBLIC_URL,
  rawPost,
  startIntake,
} from './testing/intake-under-test.js';

/** What HubSpot does, written once more with another library. */
async function signature(text: string, secret = CLIENT_SECRET): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await webcrypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const signed = await webcrypto.subtle.sign('HMAC', key, encoder.encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}

const created = {
  eventId: 1,
  subscriptionId: 12345,
  portalId: 62515,
  occurredAt: NOW - 1_000,
  subscriptionType: 'deal.creation',
  attemptNumber: 0,
  objectId: 123,
  changeFlag: 'NEW',
};
const changed = {
  ...created,
  subscriptionType: 'deal.propertyChange',
  propertyName: 'dealname',
  propertyValue: 'Größe',
};
const associated = { subscriptionType: 'deal.associationChange', fromObjectId: 123, toObjectId: 9 };

let running: IntakeUnderTest | undefined;

async function started(options: Partial<IntakeOptions> = {}): Promise<IntakeUnderTest> {
  running = await startIntake(options);
  return running;
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

afterEach(async () => {
  await running?.serving.close();
  running = undefined;
});

async function signedHeaders(body: string, timestamp = String(NOW)): Promise<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'x-hubspot-request-timestamp': timestamp,
    'x-hubspot-signature-v3': await signature(`POST${PUBLIC_URL}${body}${timestamp}`),
  };
}

describe('the signature of HubSpot', () => {
  // By `openssl dgst -sha256 -hmac`.
  it('is that of method, URL, body and timestamp', () => {
    const body = Buffer.from(
      '[{"eventId":1,"subscriptionType":"deal.creation","objectId":123,"propertyValue":"Grüße"}]',
    );
    const proof = { signature: 'CVsw1lJ1BtrhuZafGE0mGFJGahogkMeNKukU0WuYIGk=', timestamp: '1767603600000' };
    const request = { method: 'POST', url: PUBLIC_URL, body };
    expect(isSignedByHubspot(request, proof, CLIENT_SECRET)).toBe(true);
    for (const other of [
      { ...request, method: 'PUT' },
      { ...request, url: `${PUBLIC_URL}/` },
      { ...request, body: Buffer.concat([body, Buffer.from(' ')]) },
    ]) {
      expect(isSignedByHubspot(other, proof, CLIENT_SECRET)).toBe(false);
    }
    expect(isSignedByHubspot(request, { ...proof, timestamp: '1767603600001' }, CLIENT_SECRET)).toBe(false);
    expect(isSignedByHubspot(request, proof, `${CLIENT_SECRET}.`)).toBe(false);
  });

  it('is of the URL with the escapes undone that HubSpot undoes, and no others', () => {
    expect(signedUrl('https://a.example/b%20c?x=%3a%2F%3F%40%21%24%27%28%29%2a%2C%3B&y=%2B%252F')).toBe(
      "https://a.example/b%20c?x=:/?@!$'()*,;&y=%2B%252F",
    );
  });
});

describe('POST /hooks/hubspot', () => {
  it('takes each notification as a record of its own, keyed by its object', async () => {
    const { post, log } = await started();
    const body = JSON.stringify([created, changed, associated, {}]);
    const response = await post('/hooks/hubspot', body, {
      ...(await signedHeaders(body)),
      'x-request-id': 'r1',
    });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 4 }]);
    expect(log.appended.map(({ topic }) => topic)).toEqual(['crm.hubspot']);
    expect(log.values()).toEqual([created, changed, associated, {}]);
    expect(log.records().map(({ key }) => key)).toEqual(['123', '123', '123', null]);
    expect(log.records()[0]).toMatchObject({ timestamp: NOW, headers: { 'plumbline-correlation-id': 'r1' } });
  });

  it('takes a single notification that is not in a list', async () => {
    const { post, log } = await started();
    const body = JSON.stringify(created);
    expect((await post('/hooks/hubspot', body, await signedHeaders(body))).status).toBe(202);
    expect(log.values()).toEqual([created]);
  });

  it.each([
    ['the oldest', NOW - 300_000],
    ['the newest', NOW + 300_000],
  ])('takes a request of %s age that is allowed', async (_what, timestamp) => {
    const { post } = await started();
    const headers = await signedHeaders('[]', String(timestamp));
    expect((await post('/hooks/hubspot', '[]', headers)).status).toBe(202);
  });

  it.each([
    ['is too old', String(NOW - 300_001)],
    ['is of the future', String(NOW + 300_001)],
    ['is in seconds', String(NOW / 1_000)],
    ['is no number', 'now'],
    ['is negative', `-${NOW}`],
    ['is a number in another notation', '1.7676036e12'],
    ['is empty', ''],
  ])('answers 401 to a timestamp that %s, though it is signed', async (_what, timestamp) => {
    const { post, log } = await started();
    const body = JSON.stringify([created]);
    const response = await post('/hooks/hubspot', body, await signedHeaders(body, timestamp));
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: 'X-HubSpot-Request-Timestamp is more than five minutes from now', reasons: [] },
    ]);
    expect(log.appended).toEqual([]);
  });

  it.each([
    ['another secret', async (text: string) => signature(text, 'another-secret')],
    ['another method', async (text: string) => signature(text.replace('POST', 'GET'))],
    ['another URL', async (text: string) => signature(text.replace('https:', 'http:'))],
    ['another body', async (text: string) => signature(text.replace('123', '124'))],
    [
      'hexadecimal digits',
      async (text: string) => Buffer.from(await signature(text), 'base64').toString('hex'),
    ],
    ['spare characters', async (text: string) => `${await signature(text)}=`],
    ['nothing', () => Promise.resolve('')],
  ])('answers 401 to a signature with %s, and tells nothing of the secret', async (_what, sign) => {
    const { post, log, lines } = await started();
    const body = JSON.stringify([created]);
    const given = await sign(`POST${PUBLIC_URL}${body}${NOW}`);
    const headers = { ...(await signedHeaders(body)), 'x-hubspot-signature-v3': given };
    const response = await post('/hooks/hubspot', body, headers);
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toEqual([
      401,
      {
        error: 'X-HubSpot-Signature-v3 does not fit the request and the configured URL and secret',
        reasons: [],
      },
    ]);
    expect(log.appended).toEqual([]);
    expect(`${text}${lines.join('')}`).not.toContain(CLIENT_SECRET);
  });

  it.each(['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'])(
    'answers 401 where %s is missing, and 400 where it is there twice',
    async (name) => {
      const { post, serving, log } = await started();
      const headers = await signedHeaders('[]');
      const without = Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
      expect((await post('/hooks/hubspot', '[]', without)).status).toBe(401);
      const twice = [...Object.entries(headers).flat(), name, headers[name] ?? ''];
      expect((await rawPost(`${serving.url}/hooks/hubspot`, twice, '[]')).status).toBe(400);
      expect(log.appended).toEqual([]);
    },
  );

  it('checks the bytes that came, not what they mean', async () => {
    const { post } = await started();
    const headers = await signedHeaders('[{"objectId":1}]');
    expect((await post('/hooks/hubspot', '[{"objectId": 1}]', headers)).status).toBe(401);
  });

  it.each([
    [
      'a number among them',
      JSON.stringify([created, 7]),
      [{ index: 1, path: '', message: 'expected an object' }],
    ],
    [
      'one that nests too deeply',
      `[${'{"a":'.repeat(40)}1${'}'.repeat(40)}]`,
      [{ index: 0, path: '', message: 'expected at most 32 levels of nesting, got more' }],
    ],
    ['no JSON', '[', []],
  ])('takes none of the notifications with %s', async (_what, body, reasons) => {
    const { post, log } = await started();
    const response = await post('/hooks/hubspot', body, await signedHeaders(body));
    expect([response.status, await response.json()]).toEqual([400, { error: expect.any(String), reasons }]);
    expect(log.appended).toEqual([]);
  });

  it('answers 415 to what is not JSON, and 413 to what is too large', async () => {
    const { post } = await started({ limits: { maxBodyBytes: 100 } });
    const headers = await signedHeaders('[]');
    expect((await post('/hooks/hubspot', '[]', { ...headers, 'content-type': 'text/plain' })).status).toBe(
      415,
    );
    const large = JSON.stringify([created, changed]);
    expect((await post('/hooks/hubspot', large, await signedHeaders(large))).status).toBe(413);
  });

  it('answers 429 to an address that asks too often, before it reads anything', async () => {
    const { post } = await started({ limits: { requestsPerMinute: 1 } });
    expect((await post('/hooks/hubspot', '[]', {})).status).toBe(401);
    expect((await post('/hooks/hubspot', '[]', await signedHeaders('[]'))).status).toBe(429);
  });

  it('answers 503 where the log does not take the records: HubSpot sends them again', async () => {
    const { post, log } = await started();
    log.before = () => Promise.reject(new Error('no broker'));
    const body = JSON.stringify([created]);
    expect((await post('/hooks/hubspot', body, await signedHeaders(body))).status).toBe(503);
  });

  it('is closed where no client secret is configured', async () => {
    const { serving } = await started({ hubspot: undefined });
    const response = await fetch(`${serving.url}/hooks/hubspot`, { method: 'POST', body: '[]' });
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: 'POST /hooks/hubspot takes nothing here: no client secret is configured for it', reasons: [] },
    ]);
  });
});
