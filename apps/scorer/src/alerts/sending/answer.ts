/** How much of an answer is read; what is longer is cut off, and the connection with it. */
export const READ_BYTES = 65_536;

/** How much of an answer is looked at. A secret that it repeats must not be cut in two before it is found. */
export const LOOKED_AT_BYTES = 8_192;

const KEPT_BYTES = 500;
const SHORTEST_SECRET = 8;

/**
 * What is kept of an answer: its first bytes as text, control and formatting characters replaced, without the parts of
 * the endpoint's URL and secret that the other side repeats (many a server names the path that it doesn't know).
 */
export function answerText(bytes: Buffer, secrets: readonly string[]): string {
  let text = bytes.subarray(0, LOOKED_AT_BYTES).toString('utf8');
  for (const secret of secrets) text = text.replaceAll(secret, '…');
  text = text.replace(/[\t\n\r]+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');
  // As a stream: a character cut in two at the end is left out.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, KEPT_BYTES), { stream: true });
}

/** What of an endpoint must not be told: the longest first, so that parts of it don't break it up. */
export function secretsOf(url: URL, secret: string | null): string[] {
  const { pathname, search, username, password, searchParams } = url;
  const parts = [
    pathname + search,
    pathname,
    search,
    decoded(pathname),
    username,
    password,
    decoded(password),
    ...pathname.split('/'),
    ...searchParams.values(),
    secret ?? '',
    secret?.replace(/^whsec_/, '') ?? '',
  ];
  return [...new Set(parts)]
    .filter((part) => part.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
