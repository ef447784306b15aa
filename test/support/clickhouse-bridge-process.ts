import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openEngine, type Statement } from './clickhouse-bridge-engine.js';
import { createFaults } from './clickhouse-bridge-faults.js';
import type { Order, Word } from './clickhouse-bridge-protocol.js';

// A process that answers ClickHouse's HTTP protocol, as far as @clickhouse/client speaks it, over the embedded engine.
// Arguments: the directory of the data, and the port (0: a free one). It takes orders from, and ends with, the process
// that started it.

const [path = '', port = ''] = process.argv.slice(2);

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
  ...[
    'http_headers_progress_interval_ms',
    'http_response_buffer_size',
    'add_http_cors_header',
    'close_session',
  ],
  'cancel_http_readonly_queries_on_client_close',
]);

/** As a server sorts its errors: UNKNOWN_TABLE, UNKNOWN_DATABASE; the rest are told apart by their codes. */
const NOT_FOUND = new Set(['60', '81']);

const say = (word: Word): void => {
  process.send?.(word);
};
const faults = createFaults(say);
const engine = openEngine(path);

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The parts of a multipart body, as the client writes it: each has a name and a text. */
function partsOf(body: string, boundary: string): (readonly [name: string, value: string])[] {
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      const name = /name="([^"]*)"/.exec(part.slice(0, end))?.[1] ?? '';
      return [name, part.slice(end + 4, -2)];
    });
}

async function statementOf(request: IncomingMessage): Promise<Statement> {
  const asked = new URL(request.url ?? '/', 'http://bridge').searchParams;
  const body = await bodyOf(request);
  const type = request.headers['content-type'] ?? '';
  let text = body.toString('utf8');
  if (type.startsWith('multipart/form-data')) {
    for (const [name, value] of partsOf(text, /boundary=(.+)$/.exec(type)?.[1] ?? ''))
      asked.append(name, value);
    text = '';
  }
  const settings = new Map<string, string>();
  const params = new Map<string, string>();
  for (const [name, value] of asked) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value);
    else if (!NO_SETTINGS.has(name)) settings.set(name, value);
  }
  const format = request.headers['x-clickhouse-format'] ?? asked.get('default_format') ?? 'TabSeparated';
  return {
    query: [asked.get('query') ?? '', text].filter((part) => part !== '').join('\n'),
    format: String(format),
    database: asked.get('database') ?? undefined,
    settings,
    params,
  };
}

function userOf(request: IncomingMessage): string {
  const [kind, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  if (kind !== 'Basic') return 'default';
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] ?? '';
}

function fail(response: ServerResponse, error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  const code = /Code: (\d+)\./.exec(said)?.[1] ?? '1001';
  response.writeHead(NOT_FOUND.has(code) ? 404 : 500, { 'X-ClickHouse-Exception-Code': code });
  response.end(said.slice(Math.max(0, said.indexOf('Code: '))));
}

async function answer(response: ServerResponse, format: string, running: Promise<Uint8Array>): Promise<void> {
  try {
    const result = await running;
    response.writeHead(200, {
      'X-ClickHouse-Query-Id': randomUUID(),
      'X-ClickHouse-Format': format,
      'X-ClickHouse-Server-Display-Name': 'bridge',
      'X-ClickHouse-Timezone': 'UTC',
      'X-ClickHouse-Summary': '{}',
    });
    response.end(result);
  } catch (error) {
    fail(response, error);
  }
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const statement = await statementOf(request);
  const struck = faults.strike(userOf(request), statement.query);
  if (struck === undefined) {
    await answer(response, statement.format, engine.run(statement));
    return;
  }
  switch (struck.how) {
    case 'refuse':
      response.writeHead(503).end('Overloaded, as the test wants it.');
      struck.hit();
      return;
    case 'late': {
      const result = engine.run(statement);
      await result.catch(() => undefined);
      struck.hit();
      await struck.released;
      await answer(response, statement.format, result);
      return;
    }
    case 'stall':
      struck.hit();
      await struck.released;
      await answer(response, statement.format, engine.run(statement));
      return;
    case 'close':
    case 'hold':
    case 'drop':
      // Whatever the engine says of it, nobody hears it.
      if (struck.how === 'drop') await engine.run(statement).catch(() => undefined);
      struck.hit();
      if (struck.how === 'hold') await struck.released;
      request.socket.destroy();
  }
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  handle(request, response).catch((error: unknown) => {
    if (!response.headersSent) fail(response, error);
  });
});

process.on('message', (order: Order) => {
  faults.obey(order);
});
process.once('disconnect', () => process.exit());
server.listen(Number(port), '127.0.0.1', () => {
  say({ said: 'listening', port: (server.address() as AddressInfo).port });
});
