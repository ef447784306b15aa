import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, deflate, gzip } from 'node:zlib';
import { type ClickHouseError, fromEngine } from './clickhouse-error.js';
import type { About, Query, Result } from './engine.js';

type Compress = (bytes: Uint8Array) => Promise<Buffer>;

const gzipped = promisify(gzip);
const deflated = promisify(deflate);
const brotlied = promisify(brotliCompress);

/** Fast rather than small: most who ask are on this machine. The first that the client understands is taken. */
const COMPRESSIONS: readonly (readonly [string, Compress])[] = [
  ['gzip', (bytes) => gzipped(bytes, { level: 1 })],
  ['br', (bytes) => brotlied(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ['deflate', (bytes) => deflated(bytes, { level: 1 })],
];

/** Answers with a result. */
export async function answerResult(
  response: ServerResponse,
  query: Query,
  result: Result,
  about: About,
  compression: readonly [string, Compress] | undefined,
): Promise<void> {
  const headers: Record<string, string> = {
    'Content-Type': contentType(result.format),
    'X-ClickHouse-Query-Id': query.id,
    'X-ClickHouse-Format': result.format,
    'X-ClickHouse-Summary': summary(result),
    'X-ClickHouse-Timezone': about.timezone,
    'X-ClickHouse-Server-Display-Name': about.displayName,
  };
  let body: Uint8Array = result.bytes;
  if (compression !== undefined) {
    const [encoding, compress] = compression;
    headers['Content-Encoding'] = encoding;
    body = await compress(body);
  }
  response.writeHead(200, { ...headers, 'Content-Length': body.length }).end(body);
}

/** Answers with an error, in ClickHouse's form. */
export function answerError(response: ServerResponse, error: unknown, version: string): void {
  const failure: ClickHouseError = fromEngine(error);
  const body = Buffer.from(failure.text(version));
  response
    .writeHead(failure.status, {
      'Content-Type': 'text/plain; charset=UTF-8',
      'Content-Length': body.length,
      'X-ClickHouse-Exception-Code': String(failure.code),
      ...(failure.status === 401 ? { 'WWW-Authenticate': 'Basic realm="plumbline"' } : {}),
      // What is left of a body that is too long isn't read.
      ...(failure.status === 413 ? { Connection: 'close' } : {}),
    })
    .end(body);
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      'Content-Type': 'text/plain; charset=UTF-8',
      'Content-Length': Buffer.byteLength(text),
    })
    .end(text);
}

/** The compression that the client understands, where it wants one. */
export function compressionOf(request: IncomingMessage): readonly [string, Compress] | undefined {
  const offered = new Set(
    (request.headers['accept-encoding'] ?? '')
      .toLowerCase()
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => !/;\s*q=0(?:\.0*)?$/.test(entry))
      .map((entry) => entry.split(';', 1)[0]?.trim()),
  );
  return COMPRESSIONS.find(([encoding]) => offered.has(encoding));
}

function summary({ rowsRead, bytesRead, elapsedSeconds, bytes }: Result): string {
  return JSON.stringify({
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    written_rows: '0',
    written_bytes: '0',
    total_rows_to_read: String(rowsRead),
    result_bytes: String(bytes.length),
    elapsed_ns: String(Math.round(elapsedSeconds * 1e9)),
  });
}

/** By how the name of a format begins, the longer beginnings first. */
const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^JSON.*EachRow|^JSONLines|^NDJSON/, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/, 'application/json; charset=UTF-8'],
  [/^CSVWithNames/, 'text/csv; charset=UTF-8; header=present'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=absent'],
  [/^(?:TabSeparated|TSV)/, 'text/tab-separated-values; charset=UTF-8'],
  [/^XML$/, 'application/xml; charset=UTF-8'],
  [
    /^(?:Native|RowBinary|Parquet|ORC|Arrow|Avro|Protobuf|MsgPack|BSON|Npy|RawBLOB|PNG)/,
    'application/octet-stream',
  ],
];

function contentType(format: string): string {
  return CONTENT_TYPES.find(([names]) => names.test(format))?.[1] ?? 'text/plain; charset=UTF-8';
}
