import { isFQDN, isIP, isURL, ValidateBy } from 'class-validator';

/**
 * What a variable's value must be. Every variable may be left out; which ones belong together is told by
 * `combinations.ts`. Messages say what is expected and never what was found: it may be a secret.
 */
function kind(name: string, expected: string, accepts: (value: string) => boolean): PropertyDecorator {
  return ValidateBy(
    {
      name,
      validator: {
        validate: (value: unknown) => value === undefined || (typeof value === 'string' && accepts(value)),
      },
    },
    { message: `expected ${expected}` },
  );
}

/** One of these words, in this spelling. */
export const OneOf = (...words: readonly string[]): PropertyDecorator =>
  kind('oneOf', `one of ${words.join(', ')}`, (value) => words.includes(value));

export const WholeNumber = (least: number, most: number): PropertyDecorator =>
  kind(
    'wholeNumber',
    `a whole number from ${least} to ${most}`,
    (value) => /^(0|[1-9]\d{0,14})$/.test(value) && Number(value) >= least && Number(value) <= most,
  );

/** Text for a name, a password or a path: a line break in it is a quoting mistake that would only show far away. */
export const Text = (what: string): PropertyDecorator =>
  kind('text', `${what} in one line, without control characters`, (value) => !/\p{Cc}/u.test(value));

/** @param example shown where the value is none */
export const HttpUrl = (example: string): PropertyDecorator =>
  kind('httpUrl', `an http or https URL without user, query and fragment, such as ${example}`, (value) =>
    isURL(value, {
      protocols: ['http', 'https'],
      require_protocol: true,
      require_tld: false,
      disallow_auth: true,
      allow_query_components: false,
      allow_fragments: false,
    }),
  );

export const HostAddress = (): PropertyDecorator =>
  kind('hostAddress', 'a host name or IP address to listen on, such as 127.0.0.1', isHost);

export const Brokers = (): PropertyDecorator =>
  kind(
    'brokers',
    'brokers as host:port, separated by commas, such as kafka-1:9092,kafka-2:9092',
    (value) => listOf(value).length > 0 && listOf(value).every(isBroker),
  );

/** What Kafka takes as the name of a topic. */
export const TopicName = (): PropertyDecorator =>
  kind(
    'topicName',
    'the name of a topic: up to 249 letters, digits, dots, dashes and underscores',
    (value) => /^[A-Za-z0-9._-]{1,249}$/.test(value) && value !== '.' && value !== '..',
  );

/** What may stand behind `Bearer` in a header; short ones can be guessed. */
export const Tokens = (): PropertyDecorator =>
  kind(
    'tokens',
    'tokens of at least 16 of A-Z a-z 0-9 - . _ ~ + /, or sha256: and 64 hexadecimal digits, separated by commas',
    (value) => listOf(value).length > 0 && listOf(value).every(isToken),
  );

/** The parts of a list that is separated by commas or line breaks. */
export function listOf(value: string): string[] {
  return value
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isBroker(part: string): boolean {
  const colon = part.lastIndexOf(':');
  const host = part.slice(0, colon);
  const port = part.slice(colon + 1);
  return colon > 0 && isPort(port) && isHost(host.replace(/^\[(.*)\]$/, '$1'));
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

function isHost(text: string): boolean {
  return (
    isIP(text) || isFQDN(text, { require_tld: false, allow_underscores: true, allow_trailing_dot: true })
  );
}

function isToken(part: string): boolean {
  return part.startsWith('sha256:')
    ? /^sha256:[0-9a-fA-F]{64}$/.test(part)
    : /^[A-Za-z0-9\-._~+/]{16,}=*$/.test(part);
}
