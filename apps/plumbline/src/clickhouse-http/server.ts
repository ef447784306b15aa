import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Access, checkAccess } from './access.js';
import { answerError, answerResult, answerText, compressionOf } from './answer.js';
import { codeOf } from '../lines.js';
import { type EngineOptions, type ReadingEngine, openReadingEngine } from './engine.js';
import { readQuery, wantsCompression } from './protocol.js';
import { DEFAULT_LIMITS } from './settings.js';

export interface ClickHouseHttpOptions {
  /** The folder of the embedded engine, which this process has open, with its schema up to date. */
  readonly path: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly access: Access;
  /** Told in one line where another port is taken. */
  readonly say: (message: string) => void;
  readonly engine?: Partial<EngineOptions>;
  /** How long a request may take to arrive. */
  readonly arrivalMs?: number;
}

export interface ClickHouseHttp {
  /** Where it answers. */
  readonly url: string;
  /** Ends the queries that run, and answers no more; to be called before the engine's owner closes it. */
  close(): Promise<void>;
}

/** Two leave the engine's pool of threads room for what ingest and scorer write and read. */
const DEFAULT_ENGINE: EngineOptions = { limits: DEFAULT_LIMITS, running: 2, waiting: 64 };

const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 256 * 1024;
const ARRIVAL_MS = 30_000;
/** Longer than the pools of clients keep a connection that nobody uses. */
const KEEP_ALIVE_MS = 600_000;

/**
 * Answers ClickHouse's HTTP protocol over the embedded engine, read only. Where the port is taken, another is.
 * @throws where the address isn't this machine's, or the engine can't be opened
 */
export async function serveClickHouseHttp(options: ClickHouseHttpOptions): Promise<ClickHouseHttp> {
  const engineOptions = { ...DEFAULT_ENGINE, ...options.engine };
  const arrivalMs = options.arrivalMs ?? ARRIVAL_MS;
  const engine = await openReadingEngine(options.path, engineOptions);
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: arrivalMs,
      headersTimeout: arrivalMs,
      connectionsCheckingInterval: Math.min(1_000, arrivalMs),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => {
      handle(request, response, engine, options.access, engineOptions).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else answerError(response, error, engine.about.version);
      });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await listen(server, options);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      await engine.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, { host, port, say }: ClickHouseHttpOptions): Promise<void> {
  try {
    await listenOn(server, port, host);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    say(`Port ${port} is in use: the ClickHouse interface takes another.`);
    await listenOn(server, 0, host);
  }
}

function listenOn(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  engine: ReadingEngine,
  access: Access,
  { limits }: EngineOptions,
): Promise<void> {
  const { pathname, searchParams: asked } = new URL(`http://server${request.url ?? '/'}`);
  if (request.method !== 'GET' && request.method !== 'POST' && request.method !== 'HEAD') {
    answerText(response, 405, 'GET and POST are answered\n');
    return;
  }
  if (pathname === '/ping') {
    answerText(response, 200, 'Ok.\n');
    return;
  }
  if (pathname !== '/') {
    answerText(response, 404, `There is no ${pathname}: statements go to /\n`);
    return;
  }
  checkAccess(request, asked, access);
  const query = await readQuery(request, asked, limits.bodyBytes);
  if (query === undefined) {
    answerText(response, 200, 'Ok.\n');
    return;
  }
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  const result = await engine.run(query, gone.signal);
  const compression = wantsCompression(asked) ? compressionOf(request) : undefined;
  await answerResult(response, query, result, engine.about, compression);
}
