import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { clickHouseError } from './clickhouse-error.js';

/**
 * The text of a request's body.
 * @param limit bytes, of what it is when decompressed
 * @throws ClickHouseError where it is longer, compressed in a way not understood or badly, or no UTF-8
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const decompressor = decompressorOf(encoding);
  const source: Readable = decompressor === undefined ? request : request.pipe(decompressor);
  // Giving up on the body must leave the connection, on which that is to be said.
  const arriving = source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const chunks: Buffer[] = [];
  let length = 0;
  // A request cut off would leave the decompressor waiting for its end.
  const cut = (): void => void decompressor?.destroy(new Error('The request was cut off'));
  request.once('aborted', cut);
  try {
    for await (const bytes of arriving) {
      length += bytes.length;
      if (length > limit) break;
      chunks.push(bytes);
    }
  } catch {
    throw clickHouseError('ZLIB_INFLATE_FAILED', `The body can't be read as ${encoding}`);
  } finally {
    request.off('aborted', cut);
    decompressor?.destroy();
  }
  if (length > limit) throw clickHouseError('QUERY_IS_TOO_LARGE', `The body is longer than ${limit} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw clickHouseError('BAD_ARGUMENTS', 'The body is not UTF-8');
  }
}

function decompressorOf(encoding: string): (NodeJS.ReadWriteStream & Readable) | undefined {
  switch (encoding) {
    case 'identity':
    case '':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw clickHouseError(
        'UNKNOWN_COMPRESSION_METHOD',
        'Unknown Content-Encoding: gzip, deflate and br are understood',
      );
  }
}
