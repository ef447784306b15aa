import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';

/**
 * The value of a header that may be there once: two of them mean that somebody between sender and service may have
 * read the other one.
 * @param name in lower case
 * @throws Refusal 400 where it is there more than once
 */
export function onlyHeader(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name] ?? [];
  if (values.length > 1)
    throw new Refusal(400, `the header ${name} is there ${values.length} times: send it once`);
  return values[0];
}

export interface MediaType {
  /** In lower case, without parameters; empty where there is none. */
  readonly type: string;
  /** In lower case; undefined where it is not said. */
  readonly charset: string | undefined;
}

/** Takes a Content-Type apart. */
export function parseMediaType(value: string | undefined): MediaType {
  const [type = '', ...parameters] = (value ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return { type, charset: charset?.replace(/^"(.*)"$/, '$1') };
}

export function isJson(type: string): boolean {
  return (
    type === 'application/json' || type === 'text/json' || /^[a-z]+\/[a-z0-9.!#$&^_-]+\+json$/.test(type)
  );
}

/** @throws Refusal 415 for another encoding than UTF-8 */
export function requireUtf8({ charset }: MediaType): void {
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') return;
  throw new Refusal(415, 'only UTF-8 is taken: send the body in UTF-8');
}
