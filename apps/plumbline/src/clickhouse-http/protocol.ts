import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readBody } from './body.js';
import { clickHouseError } from './clickhouse-error.js';
import type { Query } from './engine.js';
import { formFields } from './multipart.js';
import { VIEWS_DATABASE } from './vocabulary.js';

/** Of the URL, what is no setting. */
const NO_SETTINGS = new Set([
  ...['query', 'database', 'default_format', 'user', 'password', 'quota_key', 'query_id', 'role', 'compress'],
  ...[
    'decompress',
    'session_id',
    'session_timeout',
    'session_check',
    'client_protocol_version',
    'buffer_size',
  ],
  ...['wait_end_of_query', 'stacktrace', 'send_progress_in_http_headers', 'enable_http_compression'],
  ...['http_headers_progress_interval_ms', 'http_response_buffer_size', 'add_http_cors_header'],
  ...[
    'close_session',
    'cancel_http_readonly_queries_on_client_close',
    'http_write_exception_in_output_format',
  ],
]);

/** The engine's own name of its database is understood too: clients send it when nobody has told them another. */
const DATABASES = new Set(['', 'default', VIEWS_DATABASE]);

const QUERY_ID = /^[\x21-\x7e]{1,100}$/;

/**
 * Reads a query out of its request.
 * @param asked the query of the URL
 * @param limit bytes that a body may have
 * @returns undefined where it asks nothing
 * @throws ClickHouseError where it isn't understood
 */
export async function readQuery(
  request: IncomingMessage,
  asked: URLSearchParams,
  limit: number,
): Promise<Query | undefined> {
  refuseOwnCompression(asked);
  const body = await readBody(request, limit);
  const type = request.headers['content-type'] ?? '';
  const isForm = type.toLowerCase().startsWith('multipart/form-data');
  // Whatever else the type says, curl's `application/x-www-form-urlencoded` among it, the body is the statement.
  const fields = isForm ? [...asked, ...formFields(type, body)] : [...asked, ['query', body] as const];
  const text = fields
    .filter(([name, value]) => name === 'query' && value !== '')
    .map(([, value]) => value)
    .join('\n');
  if (text.trim() === '') return undefined;
  return {
    id: queryId(asked.get('query_id')),
    text,
    format: formatOf(header(request, 'x-clickhouse-format') ?? asked.get('default_format')),
    settings: settingsOf(request, asked),
    params: new Map(
      fields
        .filter(([name]) => name.startsWith('param_'))
        .map(([name, value]) => [name.slice('param_'.length), value]),
    ),
  };
}

/** Whether the answer may be compressed as HTTP does it. */
export function wantsCompression(asked: URLSearchParams): boolean {
  return isOn(asked.get('enable_http_compression'));
}

function settingsOf(request: IncomingMessage, asked: URLSearchParams): ReadonlyMap<string, string> {
  const database = header(request, 'x-clickhouse-database') ?? asked.get('database') ?? '';
  if (!DATABASES.has(database)) {
    throw clickHouseError('UNKNOWN_DATABASE', `There is one database: ${VIEWS_DATABASE}`);
  }
  return new Map([...asked].filter(([name]) => !NO_SETTINGS.has(name) && !name.startsWith('param_')));
}

function refuseOwnCompression(asked: URLSearchParams): void {
  if (isOn(asked.get('compress')) || isOn(asked.get('decompress'))) {
    throw clickHouseError(
      'NOT_IMPLEMENTED',
      'compress and decompress (LZ4 blocks) are not available: use enable_http_compression with gzip, or none',
    );
  }
}

function isOn(value: string | null): boolean {
  return value === '1' || value === 'true';
}

function formatOf(asked: string | null | undefined): string {
  if (asked === null || asked === undefined || asked === '') return 'TabSeparated';
  if (!/^[A-Za-z0-9]{1,64}$/.test(asked)) throw clickHouseError('UNKNOWN_FORMAT', 'Unknown format');
  return asked;
}

/** It comes back in a header. */
function queryId(asked: string | null): string {
  return asked !== null && QUERY_ID.test(asked) ? asked : randomUUID();
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
