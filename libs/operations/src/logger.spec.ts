import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { withCorrelation } from './correlation.js';
import { createLogger, type LogLevel, type StructuredLogger } from './logger.js';

function logging(level: LogLevel = 'debug'): { logger: StructuredLogger; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => lines.push(line), now: () => 0, level, service: 'ingest' });
  return { logger, lines };
}

const common = { time: '1970-01-01T00:00:00.000Z', service: 'ingest' };

function parsed(lines: readonly string[]): unknown[] {
  return lines.map((line): unknown => JSON.parse(line));
}

describe('the log', () => {
  it('is one JSON object a line, with what is told beside the message', () => {
    const { logger, lines } = logging();
    logger.info('batch\nhandled', { topic: 't', count: 3, took: { ms: 4 } });
    expect(lines.join('')).toMatch(/^[^\n]+\n$/);
    expect(parsed(lines)).toEqual([
      { ...common, level: 'info', message: 'batch\nhandled', topic: 't', count: 3, took: { ms: 4 } },
    ]);
  });

  it('carries the id of the work in hand, also after waiting', async () => {
    const { logger, lines } = logging();
    await Promise.all([
      withCorrelation('a', async () => {
        await Promise.resolve();
        logger.info('one');
      }),
      withCorrelation('b', async () => {
        await Promise.resolve();
        logger.info('two');
      }),
    ]);
    logger.info('three');
    expect(parsed(lines)).toEqual([
      { ...common, level: 'info', message: 'one', correlation_id: 'a' },
      { ...common, level: 'info', message: 'two', correlation_id: 'b' },
      { ...common, level: 'info', message: 'three' },
    ]);
  });

  it('leaves out what is less important than it was told', () => {
    const { logger, lines } = logging('warn');
    logger.debug('d');
    logger.verbose('v');
    logger.info('i');
    logger.log('l');
    logger.warn('w');
    logger.error('e');
    logger.fatal('f');
    expect(parsed(lines)).toEqual([
      { ...common, level: 'warn', message: 'w' },
      { ...common, level: 'error', message: 'e' },
      { ...common, level: 'error', message: 'f' },
    ]);
  });

  it('is what Nest logs to, with contexts and stacks', () => {
    const { logger, lines } = logging();
    Logger.overrideLogger(logger);
    try {
      const nest = new Logger('scorer');
      nest.log('started');
      nest.error('failed', 'Error: failed\n    at work (scorer.ts:1:2)');
    } finally {
      Logger.overrideLogger(false);
    }
    expect(parsed(lines)).toEqual([
      { ...common, level: 'info', message: 'started', context: 'scorer' },
      { ...common, level: 'error', message: 'failed', stack: 'at work (scorer.ts:1:2)', context: 'scorer' },
    ]);
  });

  it('tells an error by its message and where it came from', () => {
    const { logger, lines } = logging();
    logger.error('batch failed', new Error('the store is gone'), { attempt: 2 });
    expect(parsed(lines)).toEqual([
      {
        ...common,
        level: 'error',
        message: 'batch failed',
        error: 'the store is gone',
        stack: expect.stringMatching(/^at .*logger\.spec/),
        attempt: 2,
      },
    ]);
  });

  it.each([
    ['password', 'hunter2'],
    ['clickhousePassword', 'hunter2'],
    ['client_secret', 'hunter2'],
    ['token', 'hunter2'],
    ['tokens', ['hunter2']],
    ['authorization', 'Bearer hunter2'],
    ['set-cookie', 'hunter2'],
    ['apiKey', 'hunter2'],
    ['api_key', 'hunter2'],
    ['x-hubspot-signature-v3', 'hunter2'],
    ['raw', 'hunter2'],
    ['body', 'hunter2'],
    ['data', { name: 'hunter2' }],
    ['record', { name: 'hunter2' }],
    ['events', [{ name: 'hunter2' }]],
    ['value', Buffer.from('hunter2')],
    ['chunk', Buffer.from('hunter2')],
    ['headers', { authorization: 'hunter2', nested: { Token: 'hunter2' } }],
    ['list', [{ secret: 'hunter2' }]],
    ['deep', { a: { b: { c: { d: { e: 'hunter2' } } } } }],
    ['url', 'https://writer:hunter2@clickhouse:8443'],
    ['header', 'sent Bearer hunter2'],
    ['cause', new Error('refused by https://writer:hunter2@clickhouse')],
    ['cause', jsonError('{"name": hunter2}')],
    ['work', () => 'hunter2'],
  ])('never tells a secret or a record: %s', (name, value) => {
    const { logger, lines } = logging();
    logger.info('told', { [name]: value, kept: 'yes' });
    const text = lines.join('');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(Buffer.from('hunter2').toString('base64'));
    expect(JSON.parse(text)).toMatchObject({ message: 'told', kept: 'yes' });
  });

  it.each([
    ['the password of a URL', 'connected to https://writer:hunter2@clickhouse:8443/db'],
    ['a token', 'refused: Bearer hunter2'],
    ['what JSON.parse quotes', jsonError('{"name": hunter2}')],
  ])('never tells %s within a message', (_what, message) => {
    const { logger, lines } = logging();
    logger.error(message);
    logger.error('failed', message);
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('hunter2');
  });

  it('never tells an object in the place of a message', () => {
    const { logger, lines } = logging();
    logger.log({ name: 'hunter2' });
    expect(parsed(lines)).toEqual([{ ...common, level: 'info', message: '[object]' }]);
  });

  it('cuts what is long, and is not overwritten by fields', () => {
    const { logger, lines } = logging();
    logger.info('x'.repeat(100_000), {
      level: 'error',
      time: 'now',
      long: 'y'.repeat(100_000),
      many: Array.from({ length: 100_000 }, () => 1),
    });
    expect(lines.join('').length).toBeLessThan(5_000);
    expect(parsed(lines)).toMatchObject([{ ...common, level: 'info' }]);
  });

  it('takes what is no JSON: a circle, a bigint, half a surrogate pair, an odd date', () => {
    const { logger, lines } = logging();
    const circle: { self?: unknown } = {};
    circle.self = circle;
    logger.info('\ud800', { circle, big: 1n, at: new Date(Number.NaN) });
    expect(parsed(lines)).toMatchObject([{ message: '\ufffd', big: '[bigint]', at: null }]);
  });
});

function jsonError(text: string): Error {
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a text that is no JSON');
}
