import type { IncomingMessage } from 'node:http';
import type { Reason } from './refusal.js';

const PREFIX = 'ce-';
// What a structured event has beside its attributes, and what Content-Type says.
const NOT_IN_HEADERS: ReadonlySet<string> = new Set(['data', 'datacontenttype']);

/**
 * The attributes of a CloudEvent in binary mode, as a structured one has them.
 * @returns the attributes, or what is wrong with the headers
 */
export function attributesOf(
  request: IncomingMessage,
): { readonly attributes: Readonly<Record<string, unknown>> } | { readonly reasons: readonly Reason[] } {
  const attributes: Record<string, unknown> = {};
  const reasons: Reason[] = [];
  for (const [header, values] of Object.entries(request.headersDistinct)) {
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    const refuse = (message: string): void => {
      reasons.push({ index: 0, path: header.slice(0, 64), message });
    };
    const [value = ''] = values ?? [];
    if (!/^[a-z0-9]{1,64}$/.test(name)) refuse('expected a name of letters and digits');
    else if (NOT_IN_HEADERS.has(name)) refuse('expected it in the body and Content-Type, not in a header');
    else if (values !== undefined && values.length > 1)
      refuse(`expected it once, got it ${values.length} times`);
    else {
      const text = decodeHeader(value);
      if (text === undefined) refuse('expected UTF-8, percent-encoded');
      // The one attribute of ours that is no text.
      else attributes[name] = name === 'schemaversion' && /^\d{1,15}$/.test(text) ? Number(text) : text;
    }
  }
  return reasons.length > 0 ? { reasons } : { attributes };
}

/**
 * A header's value as the CloudEvents HTTP binding encodes it: quotes undone first, percent-encoding once.
 * @returns undefined where it is not UTF-8
 */
export function decodeHeader(value: string): string | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  const plain = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1');
  // Node gives a header's bytes as Latin-1.
  const bytes = plain.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}
