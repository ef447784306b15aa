import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { cloudEvent } from '#domain/testing/event-examples.js';
import type { IntakeOptions } from './intake-options.js';
import {
  authorized,
  type IntakeUnderTest,
  NOW,
  rawPost,
  startIntake,
  TOKEN,
} from './testing/intake-under-test.js';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

const opened = cloudEvent('deal.opened', { name: 'Big deal' });

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

async function answer(response: Response): Promise<{ status: number; body: unknown }> {
  return { status: response.status, body: await response.json() };
}

function binary(attributes: Record<string, string> = {}): Record<string, string> {
  return {
    ...authorized('application/json'),
    'ce-specversion': '1.0',
    'ce-id': 'e1',
    'ce-source': 'crm/acme',
    'ce-type': 'deal.opened',
    'ce-subject': 'd1',
    'ce-time': '2026-03-02T09:00:00Z',
    ...attributes,
  };
}

describe('POST /events', () => {
  it('takes a structured event, keyed by its deal', async () => {
    const { post, log } = await started();
    const response = await post('/events', JSON.stringify(opened), authorized(STRUCTURED));
    expect(await answer(response)).toEqual({ status: 202, body: { accepted: 1 } });
    expect(log.appended.map(({ topic }) => topic)).toEqual(['deals.events']);
    expect(log.values()).toEqual([opened]);
    expect(log.records()).toMatchObject([
      {
        key: 'd1',
        timestamp: NOW,
        headers: {
          'content-type': 'application/cloudevents+json; charset=UTF-8',
          'plumbline-correlation-id': 'random-id',
        },
      },
    ]);
  });

  it('answers only once the log says that the records are durable', async () => {
    const { post, log } = await started();
    let durable = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      log.before = () =>
        new Promise((done) => {
          durable = done;
          resolve();
        });
    });
    let answered = false;
    const response = post('/events', JSON.stringify(opened), authorized(STRUCTURED)).then((given) => {
      answered = true;
      return given;
    });
    await asked;
    // A whole other request is answered meanwhile: had this one been, it would be known by now.
    await fetch(`${running?.serving.url ?? ''}/other`);
    expect(answered).toBe(false);
    durable();
    expect((await response).status).toBe(202);
  });

  it('takes a batch in order, with one append', async () => {
    const { post, log } = await started();
    const meeting = cloudEvent('meeting.cancelled', { meeting_id: 'm1' }, { id: 'e2', subject: undefined });
    const response = await post('/events', JSON.stringify([opened, meeting]), authorized(BATCH));
    expect(await answer(response)).toEqual({ status: 202, body: { accepted: 2 } });
    expect(log.appended).toHaveLength(1);
    expect(log.records().map(({ key }) => key)).toEqual(['d1', '["crm/acme","e2"]']);
  });

  it('takes an empty batch, and appends nothing', async () => {
    const { post, log } = await started();
    expect(await answer(await post('/events', '[]', authorized(BATCH)))).toEqual({
      status: 202,
      body: { accepted: 0 },
    });
    expect(log.appended).toEqual([]);
  });

  it('appends an event of binary mode as a structured one', async () => {
    const { post, log } = await started();
    const response = await post(
      '/events',
      '{"name":"Big deal"}',
      binary({ 'ce-subject': 'd%C3%A9al%201', 'ce-schemaversion': '1', 'ce-region': '"no \\"rth"' }),
    );
    expect(response.status).toBe(202);
    expect(log.values()).toEqual([
      {
        specversion: '1.0',
        id: 'e1',
        source: 'crm/acme',
        type: 'deal.opened',
        subject: 'déal 1',
        time: '2026-03-02T09:00:00Z',
        schemaversion: 1,
        region: 'no "rth',
        datacontenttype: 'application/json',
        data: { name: 'Big deal' },
      },
    ]);
    expect(log.records().map(({ key }) => key)).toEqual(['déal 1']);
  });

  it('takes an event of binary mode that has no data, and no content type', async () => {
    const { serving, log } = await started();
    const headers = Object.entries(binary({ 'ce-type': 'deal.resumed' }))
      .filter(([name]) => name !== 'content-type')
      .flat();
    expect((await rawPost(`${serving.url}/events`, headers, '')).status).toBe(202);
    expect(log.values()).toMatchObject([{ type: 'deal.resumed' }]);
  });

  it('gives an event without a time the time of its receipt, and decodes data in Base64', async () => {
    const { post, log } = await started();
    const { time: _time, data: _data, ...rest } = opened;
    const event = { ...rest, data_base64: Buffer.from('{"name":"Größe"}').toString('base64') };
    expect((await post('/events', JSON.stringify(event), authorized(STRUCTURED))).status).toBe(202);
    expect(log.values()).toEqual([{ ...rest, time: '2026-01-05T09:00:00.000Z', data: { name: 'Größe' } }]);
  });

  it("knows another's types by the mapping, and appends them as they came", async () => {
    const { post, log } = await started({ types: new Map([['com.example.opened', 'deal.opened']]) });
    const event = { ...opened, type: 'com.example.opened' };
    expect((await post('/events', JSON.stringify(event), authorized(STRUCTURED))).status).toBe(202);
    expect(log.values()).toEqual([event]);
  });

  it('keeps attributes with odd names as they are', async () => {
    const { post, log } = await started();
    const text = JSON.stringify(opened).replace('{', '{"__proto__":{"polluted":true},"constructor":1,');
    expect((await post('/events', text, authorized(STRUCTURED))).status).toBe(202);
    expect(log.records().map(({ value }) => value.toString('utf8'))[0]).toContain(
      '"__proto__":{"polluted":true},"constructor":1',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses a batch whole, and tells what is wrong with each event', async () => {
    const { post, log } = await started();
    const batch = [opened, { ...opened, data: {}, time: 'soon' }, 7, { ...opened, type: 'deal.teleported' }];
    const response = await answer(await post('/events', JSON.stringify(batch), authorized(BATCH)));
    expect(response).toEqual({
      status: 400,
      body: {
        error: 'not every event is sound: nothing was taken in',
        reasons: [
          { index: 1, path: 'time', message: 'expected an RFC 3339 instant with an offset, got "soon"' },
          { index: 1, path: 'data.name', message: expect.any(String) },
          { index: 2, path: '', message: 'expected a CloudEvent (a JSON object), got 7' },
          { index: 3, path: 'type', message: 'unknown event type "deal.teleported"' },
        ],
      },
    });
    expect(log.appended).toEqual([]);
  });

  it('tells no more than fifty reasons', async () => {
    const { post } = await started();
    const batch = Array.from({ length: 100_000 }, () => 0);
    const { body } = await answer(await post('/events', JSON.stringify(batch), authorized(BATCH)));
    expect((body as { reasons: unknown[] }).reasons).toHaveLength(50);
  });

  it.each([
    ['no JSON', STRUCTURED, '{'],
    ['bytes that are not UTF-8', STRUCTURED, Uint8Array.from([0x22, 0xff, 0x22])],
    ['a list as a single event', STRUCTURED, JSON.stringify([opened])],
    ['a single event as a batch', BATCH, JSON.stringify(opened)],
    ['an empty body', STRUCTURED, ''],
    ['half a surrogate pair', STRUCTURED, JSON.stringify({ ...opened, id: '\ud800' })],
    ['100,000 levels of lists', STRUCTURED, '['.repeat(100_000) + ']'.repeat(100_000)],
    [
      '200 levels of data',
      STRUCTURED,
      JSON.stringify(opened).replace('"Big deal"', '{"a":'.repeat(200) + '1' + '}'.repeat(200)),
    ],
    ['another version of CloudEvents', STRUCTURED, JSON.stringify({ ...opened, specversion: '0.3' })],
    [
      'data that is not in Base64',
      STRUCTURED,
      JSON.stringify({ ...opened, data: undefined, data_base64: 'ä' }),
    ],
    ['data twice', STRUCTURED, JSON.stringify({ ...opened, data_base64: 'e30=' })],
    ['an event of no deal', STRUCTURED, JSON.stringify({ ...opened, subject: undefined })],
  ])('refuses %s', async (_what, type, body) => {
    const { post, log } = await started();
    const response = await answer(await post('/events', body, authorized(type)));
    expect(response).toEqual({
      status: 400,
      body: { error: expect.any(String), reasons: expect.any(Array) },
    });
    expect(log.appended).toEqual([]);
  });

  it.each([
    ['an attribute that is there twice', ['ce-id', 'e2']],
    ['an attribute that no event can have', ['ce-__proto__', 'x']],
    ['an attribute that belongs in the body', ['ce-data', '{}']],
    ['an attribute that is not UTF-8', ['ce-region', '%C0%A0']],
    ['two content types', ['content-type', 'application/json']],
    ['two tokens', ['authorization', `Bearer ${TOKEN}`]],
  ])('refuses binary mode with %s', async (_what, header) => {
    const { serving, log } = await started();
    const headers = [...Object.entries(binary()).flat(), ...header];
    const { status, body } = await rawPost(`${serving.url}/events`, headers, '{"name":"Big deal"}');
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 400,
      body: { error: expect.any(String), reasons: expect.any(Array) },
    });
    expect(log.appended).toEqual([]);
  });

  it.each([
    ['plain JSON without attributes', 'application/json', {}],
    ['a form', 'application/x-www-form-urlencoded', {}],
    ['another format of CloudEvents', 'application/cloudevents+avro', {}],
    ['another encoding', `${STRUCTURED}; charset=iso-8859-1`, {}],
    ['binary mode with XML', 'application/xml', { 'ce-id': 'e1' }],
    ['a compressed body', STRUCTURED, { 'content-encoding': 'gzip' }],
  ])('answers 415 to %s', async (_what, type, headers: Record<string, string>) => {
    const { post, log } = await started();
    const body = Uint8Array.from(gzipSync(JSON.stringify(opened)));
    const response = await answer(await post('/events', body, { ...authorized(type), ...headers }));
    expect(response).toEqual({ status: 415, body: { error: expect.any(String), reasons: [] } });
    expect(log.appended).toEqual([]);
  });
});

describe('who may send events', () => {
  it('takes any of several tokens, also one that is configured by its hash', async () => {
    const hashed = 'another-token-of-enough-characters';
    const { post } = await started({
      tokens: [TOKEN, `sha256:${createHash('sha256').update(hashed).digest('hex')}`],
    });
    for (const token of [TOKEN, hashed]) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': STRUCTURED };
      expect((await post('/events', JSON.stringify(opened), headers)).status).toBe(202);
    }
  });

  it.each([
    ['no token', undefined],
    ['a wrong token', 'Bearer another-token-of-enough-characters'],
    ['the beginning of a token', `Bearer ${TOKEN.slice(0, -1)}`],
    ['a token and more', `Bearer ${TOKEN}x`],
    ['an empty token', 'Bearer '],
    ['another scheme', `Basic ${TOKEN}`],
    ['the hash of a token', `Bearer sha256:${createHash('sha256').update(TOKEN).digest('hex')}`],
  ])('answers 401 to %s', async (_what, authorization) => {
    const { post, log, lines } = await started();
    const headers = { 'content-type': STRUCTURED, ...(authorization === undefined ? {} : { authorization }) };
    const response = await post('/events', JSON.stringify(opened), headers);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer(response)).toEqual({
      status: 401,
      body: { error: 'expected Authorization: Bearer and a token that is known here', reasons: [] },
    });
    expect(log.appended).toEqual([]);
    expect(lines.join('')).not.toContain(TOKEN.slice(0, -1));
  });

  it('is closed where no token is configured', async () => {
    for (const tokens of [[], undefined]) {
      const { post, serving } = await startIntake({ tokens });
      const response = await post('/events', JSON.stringify(opened), authorized(STRUCTURED));
      await serving.close();
      expect(await answer(response)).toEqual({
        status: 404,
        body: { error: 'POST /events takes nothing here: no token is configured for it', reasons: [] },
      });
    }
  });

  it('does not start with a token that is easily guessed, and does not say it', async () => {
    await expect(startIntake({ tokens: [TOKEN, 'hunter2'] })).rejects.toThrow(
      /^token 2: expected at least 16 characters$/,
    );
  });
});

describe('how much may be sent', () => {
  it('answers 413 to a body over the limit, whether its length is said or not', async () => {
    const { post, serving, log } = await started({ limits: { maxBodyBytes: 1_000 } });
    const large = JSON.stringify({ ...opened, padding: 'x'.repeat(5_000) });
    const said = await answer(await post('/events', large, authorized(STRUCTURED)));
    const body = new Blob([large]).stream();
    const streamed = await fetch(`${serving.url}/events`, {
      method: 'POST',
      headers: authorized(STRUCTURED),
      body,
      duplex: 'half',
    });
    const expected = {
      status: 413,
      body: { error: 'the body is larger than 1000 bytes: send less at once', reasons: [] },
    };
    expect(said).toEqual(expected);
    expect(await answer(streamed)).toEqual(expected);
    expect(log.appended).toEqual([]);
  });

  it('takes a body of exactly the limit', async () => {
    const body = JSON.stringify(opened);
    const { post } = await started({ limits: { maxBodyBytes: Buffer.byteLength(body) } });
    expect((await post('/events', body, authorized(STRUCTURED))).status).toBe(202);
  });

  it('takes a mebibyte unless told otherwise, and lets the sender of more read the answer', async () => {
    const { post } = await started();
    const response = await post('/events', 'x'.repeat(4 * 1024 * 1024), authorized(STRUCTURED));
    expect(response.status).toBe(413);
  });

  it('answers 429 with the seconds to wait, by token, and takes more after them', async () => {
    const other = 'another-token-of-enough-characters';
    const { post, clock } = await started({ tokens: [TOKEN, other], limits: { requestsPerMinute: 2 } });
    const send = (token: string): Promise<Response> =>
      post('/events', '[]', { authorization: `Bearer ${token}`, 'content-type': BATCH });
    expect([(await send(TOKEN)).status, (await send(TOKEN)).status]).toEqual([202, 202]);
    const refused = await send(TOKEN);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await answer(refused)).toEqual({
      status: 429,
      body: { error: 'too many requests: at most 2 a minute are taken', reasons: [] },
    });
    expect((await send(other)).status).toBe(202);
    clock.now += 30_000;
    expect((await send(TOKEN)).status).toBe(202);
  });

  it('counts those without a token by address, and lets nobody else pay for them', async () => {
    const { post } = await started({ limits: { requestsPerMinute: 1 }, trustedProxies: 1 });
    const guess = (address: string): Promise<Response> =>
      post('/events', '[]', { 'content-type': BATCH, 'x-forwarded-for': address });
    expect((await guess('198.51.100.7')).status).toBe(401);
    expect((await guess('198.51.100.7')).status).toBe(429);
    // Only what the last proxy wrote counts.
    expect((await guess('203.0.113.1, 198.51.100.7')).status).toBe(429);
    expect((await guess('198.51.100.8')).status).toBe(401);
    expect((await post('/events', '[]', authorized(BATCH))).status).toBe(202);
  });

  it('answers 408 to a body that comes too slowly', async () => {
    const { serving, log } = await started({ limits: { bodyTimeoutMs: 50 } });
    const headers = Object.entries(authorized(STRUCTURED)).flat();
    const answered = await rawPost(`${serving.url}/events`, [...headers, 'content-length', '100']);
    expect(answered.status).toBe(408);
    expect(log.appended).toEqual([]);
  });
});

describe('a body that is refused', () => {
  it('is not read for longer than a body may take', async () => {
    const { serving } = await started({ limits: { maxBodyBytes: 1_000, bodyTimeoutMs: 50 } });
    const socket = connect(serving.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const received: string[] = [];
    socket.on('data', (chunk) => received.push(chunk.toString('utf8')));
    socket.on('error', () => undefined);
    socket.write(`POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{`);
    await closed;
    expect(received.join('')).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('a sender that goes away', () => {
  it('leaves its place to others, and nothing in the log', async () => {
    const { serving, post, log, metrics } = await started({ limits: { maxConcurrent: 1 } });
    const socket = connect(serving.port, '127.0.0.1');
    socket.write(
      `POST /events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\n` +
        `Content-Type: ${STRUCTURED}\r\nContent-Length: 100\r\n\r\n{`,
    );
    const send = async (): Promise<number> =>
      (await post('/events', JSON.stringify(opened), authorized(STRUCTURED))).status;
    let status = await send();
    while (status !== 503) status = await send();
    log.appended.length = 0;
    socket.destroy();
    while (status !== 202) status = await send();
    expect(log.values()).toEqual([opened]);
    const { text } = await metrics.exposition();
    expect(text).toContain('plumbline_intake_requests_total{route="events",status="499"} 1');
  });
});

describe('when the log fails', () => {
  it('answers 503 where it rejects, and says why in the log of the service only', async () => {
    const { post, log, lines } = await started();
    log.before = () => Promise.reject(new Error('broker 7 is gone'));
    const response = await post('/events', JSON.stringify(opened), authorized(STRUCTURED));
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await answer(response)).toEqual({
      status: 503,
      body: { error: 'the log does not take records: send the request again', reasons: [] },
    });
    expect(lines.join('')).toContain('broker 7 is gone');
  });

  it('answers 503 where it does not answer in time', async () => {
    const { post, log } = await started({ limits: { appendTimeoutMs: 20 } });
    log.before = () => new Promise(() => undefined);
    expect(await answer(await post('/events', JSON.stringify(opened), authorized(STRUCTURED)))).toEqual({
      status: 503,
      body: { error: 'the log does not answer: send the request again', reasons: [] },
    });
  });

  it('holds no more requests than it has places for, until the log is done with them', async () => {
    const { post, log } = await started({ limits: { appendTimeoutMs: 20, maxConcurrent: 1 } });
    let fail = (): void => undefined;
    log.before = () =>
      new Promise((_done, reject) => {
        fail = () => {
          reject(new Error('too late'));
        };
      });
    const send = (): Promise<Response> => post('/events', JSON.stringify(opened), authorized(STRUCTURED));
    expect((await send()).status).toBe(503);
    expect(await answer(await send())).toEqual({
      status: 503,
      body: { error: 'too many requests are under way: send it again', reasons: [] },
    });
    fail();
    log.before = () => Promise.resolve();
    expect((await send()).status).toBe(202);
  });
});

describe('what a request is called', () => {
  it.each([
    ["the sender's name for it", { 'x-request-id': 'order-17.a:b' }, 'order-17.a:b'],
    [
      'the trace it belongs to',
      { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      '4bf92f3577b34da6a3ce929d0e0e4736',
    ],
    ['a new name where the given one is odd', { 'x-request-id': '{"level":"error"}' }, 'random-id'],
    [
      'a new name where the trace is none',
      { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
      'random-id',
    ],
  ])('is %s, in the answer, the log and the record', async (_what, headers: Record<string, string>, id) => {
    const { post, log, lines } = await started();
    const response = await post('/events', JSON.stringify(opened), { ...authorized(STRUCTURED), ...headers });
    expect(response.headers.get('x-request-id')).toBe(id);
    expect(log.records()[0]?.headers?.['plumbline-correlation-id']).toBe(id);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      {
        time: '2026-01-05T09:00:00.000Z',
        level: 'info',
        service: 'ingest',
        message: 'records taken in',
        correlation_id: id,
        topic: 'deals.events',
        count: 1,
      },
    ]);
  });

  it('is in the line of a refusal, which quotes nothing of the request', async () => {
    const { post, lines } = await started();
    const event = { ...opened, id: 'secret-id', time: 'secret-time', type: 'secret.type' };
    const headers = { ...authorized(STRUCTURED), 'x-request-id': 'r1' };
    await post('/events?secret=query', JSON.stringify(event), headers);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 'info', message: 'request refused', correlation_id: 'r1', status: 400, faults: 1 },
    ]);
    expect(lines.join('')).not.toContain('secret');
  });
});

describe('other requests', () => {
  it.each(['/', '/nothing', '/%', '/events/../etc'])('answers 4xx in JSON for %s', async (path) => {
    const { post } = await started();
    const response = await post(path, '{}', authorized(STRUCTURED));
    expect(await answer(response)).toEqual({
      status: path === '/%' ? 400 : 404,
      body: { error: expect.any(String), reasons: [] },
    });
    expect(response.headers.get('x-powered-by')).toBeNull();
  });

  it('counts every answer by route and status', async () => {
    const { post, metrics } = await started();
    await post('/events', JSON.stringify(opened), authorized(STRUCTURED));
    await post('/events', '{', authorized(STRUCTURED));
    await post('/somewhere/else', '{');
    const { text } = await metrics.exposition();
    expect(text).toContain('plumbline_intake_requests_total{route="events",status="202"} 1');
    expect(text).toContain('plumbline_intake_requests_total{route="events",status="400"} 1');
    expect(text).toContain('plumbline_intake_requests_total{route="other",status="404"} 1');
  });
});
