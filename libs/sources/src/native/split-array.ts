/** An item of an array, as its bytes stand between the commas. */
export interface ArrayItem {
  readonly bytes: Buffer;
  /** Why it is no item: it is longer than was asked for, or the array has no end; only the beginning is here. */
  readonly fault?: 'too long' | 'no end';
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Splits an array of JSON into its items without reading them: what is in an item is for whoever parses it to judge.
 * @param chunks UTF-8 that begins with `[`
 * @param mostBytes of an item that is kept whole
 * @returns what comes after the array
 */
export async function* splitArray(
  chunks: AsyncGenerator<Buffer>,
  mostBytes: number,
): AsyncGenerator<ArrayItem, AsyncGenerator<Buffer, void, undefined>, undefined> {
  let pieces: Buffer[] = [];
  let size = 0;
  let depth = -1;
  let inText = false;
  let isEscaped = false;
  let items = 0;
  const add = (piece: Buffer): void => {
    if (size <= mostBytes) pieces.push(piece);
    size += piece.length;
  };
  const end = (): ArrayItem => {
    const bytes = Buffer.concat(pieces);
    const item: ArrayItem = size <= mostBytes ? { bytes } : { bytes, fault: 'too long' };
    pieces = [];
    size = 0;
    items += 1;
    return item;
  };
  // Step by step: a loop over the chunks would close them at the end of the array, and what follows would be lost.
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    const chunk = next.value;
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (inText) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inText = false;
      } else if (byte === QUOTE) {
        inText = true;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        depth += 1;
        // The bracket of the array itself.
        if (depth === 0) start = at + 1;
      } else if (byte === COMMA && depth === 0) {
        add(chunk.subarray(start, at));
        start = at + 1;
        yield end();
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        depth -= 1;
        if (depth >= 0) continue;
        add(chunk.subarray(start, at));
        const last = end();
        if (items > 1 || last.bytes.toString('utf8').trim() !== '') yield last;
        return rest(chunk.subarray(at + 1), chunks);
      }
    }
    add(chunk.subarray(start));
  }
  // What is left is no item, however it reads.
  yield { ...end(), fault: 'no end' };
  return rest(Buffer.alloc(0), chunks);
}

async function* rest(bytes: Buffer, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
  yield* chunks;
}
