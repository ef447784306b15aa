import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '#domain/time/instant.js';

/** A signed request is not taken again later, nor from a clock far ahead. */
const WINDOW_MS = 5 * 60 * 1_000;

/** The escapes that HubSpot undoes before it signs a URL; others it leaves as they are. */
const UNDONE: ReadonlyMap<string, string> = new Map([
  ['%3A', ':'],
  ['%2F', '/'],
  ['%3F', '?'],
  ['%40', '@'],
  ['%21', '!'],
  ['%24', '$'],
  ['%27', "'"],
  ['%28', '('],
  ['%29', ')'],
  ['%2A', '*'],
  ['%2C', ','],
  ['%3B', ';'],
]);

/** What HubSpot says of a request, in headers. */
export interface HubspotProof {
  /** X-HubSpot-Signature-v3 */
  readonly signature: string;
  /** X-HubSpot-Request-Timestamp */
  readonly timestamp: string;
}

/** A URL as HubSpot signs it. */
export function signedUrl(url: string): string {
  return url.replace(/%[0-9a-f]{2}/gi, (escape) => UNDONE.get(escape.toUpperCase()) ?? escape);
}

/** Whether a timestamp in milliseconds is within five minutes of now, either way. */
export function isFresh(timestamp: string, now: Instant): boolean {
  return /^\d{1,16}$/.test(timestamp) && Math.abs(now - Number(timestamp)) <= WINDOW_MS;
}

/**
 * Whether a request comes from HubSpot: signature v3, the Base64 of HMAC-SHA256 over method, URL, body and timestamp.
 * @param url as it was called, or as it is written in the HubSpot app
 */
export function isSignedByHubspot(
  { method, url, body }: { readonly method: string; readonly url: string; readonly body: Buffer },
  { signature, timestamp }: HubspotProof,
  clientSecret: string,
): boolean {
  const expected = createHmac('sha256', clientSecret)
    .update(`${method}${signedUrl(url)}`)
    .update(body)
    .update(timestamp)
    .digest('base64');
  const given = Buffer.from(signature);
  const own = Buffer.from(expected);
  return given.length === own.length && timingSafeEqual(given, own);
}
