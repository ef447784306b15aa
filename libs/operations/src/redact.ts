/** What may be written to a log of an object that somebody hands over: no secrets, no record contents, not much. */

const MAX_TEXT = 2_000;
const MAX_ENTRIES = 50;
const MAX_LEVELS = 4;

const SECRET =
  /passw(or)?d|passphrase|secret|token|authorization|cookie|credential|signature|api[-_]?key|private[-_]?key/i;
const CONTENTS = /^(raw|body|data|payload|value|values|record|records|event|events|params|query_params)$/i;

/** A log field as it may be written. */
export function redactField(name: string, value: unknown): unknown {
  return redactNested(name, value, MAX_LEVELS);
}

function redactNested(name: string, value: unknown, levels: number): unknown {
  if (value === undefined || value === null) return value;
  if (SECRET.test(name)) return '[redacted]';
  // How many there are may be told; what is in them may not.
  if (CONTENTS.test(name) && typeof value !== 'number' && typeof value !== 'boolean') return '[left out]';
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (value instanceof Error) return describeError(value).message;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (levels === 0) return '[nested]';
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ENTRIES).map((item: unknown) => redactNested('', item, levels - 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ENTRIES)
      .map(([key, item]: [string, unknown]) => [key, redactNested(key, item, levels - 1)]),
  );
}

/** A text without the passwords of URLs and the credentials of headers, cut to 2,000 characters. */
export function redactText(text: string): string {
  // Cut last: half a password would not be recognised.
  return text
    .replace(/:\/\/[^\s/@]+@/g, '://[redacted]@')
    .replace(/\b(Bearer|Basic) +\S+/gi, '$1 [redacted]')
    .slice(0, MAX_TEXT)
    .toWellFormed();
}

/** An error's message on one line, and where it came from. */
export function describeError(error: Error): { readonly message: string; readonly stack?: string } {
  // What JSON.parse says quotes what it read.
  const message = error instanceof SyntaxError ? 'not JSON, or wrong syntax' : redactText(error.message);
  // The stack repeats the message above its places.
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return places.length === 0
    ? { message }
    : { message, stack: redactText(places.map((line) => line.trim()).join('\n')) };
}
