/** UTF-8 needs no decoding here: cells are, each by itself, so that wrong bytes cost one row. */
const UTF_8 = 'utf-8';
const LONGEST_CHUNK = 64 * 1024;

/** Whether the name is a character encoding that can be read, such as utf-8, windows-1252 or utf-16le. */
export function isEncoding(name: string): boolean {
  try {
    new TextDecoder(name);
    return true;
  } catch {
    return false;
  }
}

/** The encoding that a byte order mark tells, and the mark's length in bytes. */
function byteOrderMark(start: Uint8Array): { encoding: string; length: number } | undefined {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return { encoding: UTF_8, length: 3 };
  if (start[0] === 0xff && start[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (start[0] === 0xfe && start[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

function* slices(chunk: Buffer): Generator<Buffer> {
  for (let start = 0; start < chunk.length; start += LONGEST_CHUNK) {
    yield chunk.subarray(start, start + LONGEST_CHUNK);
  }
}

/**
 * The bytes of a text file as UTF-8, without a byte order mark, in chunks of at most 64 KiB (twice that for other
 * encodings). A byte order mark overrules the encoding given. Bytes that are not UTF-8 pass as they are.
 */
export async function* utf8Chunks(
  stream: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  encoding: string,
): AsyncGenerator<Buffer> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let start: Buffer | undefined = Buffer.alloc(0);
  const begin = (bytes: Buffer): Buffer => {
    const mark = byteOrderMark(bytes);
    const used = new TextDecoder(mark?.encoding ?? encoding).encoding;
    if (used !== UTF_8) decoder = new TextDecoder(used);
    return bytes.subarray(mark?.length ?? 0);
  };
  for await (const chunk of stream) {
    let bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (start !== undefined) {
      start = Buffer.concat([start, bytes]);
      if (start.length < 3) continue;
      bytes = begin(start);
      start = undefined;
    }
    for (const slice of slices(bytes)) {
      yield decoder === undefined ? slice : Buffer.from(decoder.decode(slice, { stream: true }));
    }
  }
  if (start !== undefined && start.length > 0) {
    const bytes = begin(start);
    if (bytes.length > 0)
      yield decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
  }
  const rest = decoder?.decode();
  if (rest !== undefined && rest !== '') yield Buffer.from(rest);
}
