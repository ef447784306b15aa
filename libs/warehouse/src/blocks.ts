import { wellFormed } from './encode.js';

/** An array or object, as the format of the insert wants it, or such a one as well-formed JSON. */
export type Row = object | string;

/** Rows that must not be parted. */
export interface Unit {
  readonly rows: readonly Row[];
  /** About how many characters they take. */
  readonly size: number;
}

/** The best size of an insert is 10,000 to 100,000 rows; the other bound keeps a block of huge rows in memory. */
export const MAX_ROWS = 50_000;
export const MAX_SIZE = 64 * 2 ** 20;

/**
 * Rows are made into text in batches: fewer calls, and their pieces are still young garbage. The bound on the size
 * keeps a batch of huge rows from being held twice for long.
 */
const ROWS_A_BATCH = 256;
const SIZE_OF_A_BATCH = 2 ** 20;

/**
 * Whether the JSON may have half of a surrogate pair, which has no UTF-8 form. JSON.stringify writes it as \ud8xx; this
 * also finds an escaped backslash before "ud".
 */
export function hasHalfCharacters(json: string): boolean {
  return json.includes('\\ud');
}

/** Rows as JSON, divided by commas. Half of a surrogate pair becomes U+FFFD. */
function textOf(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  const text = hasHalfCharacters(json)
    ? JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? wellFormed(value) : value))
    : json;
  return text.slice(1, -1);
}

/** Gathers units into the texts of blocks of at most 50,000 rows and about 64 million characters; a single unit may be larger. */
export function* blocksOf(units: Iterable<Unit>): Generator<string> {
  const block = { texts: [] as string[], rows: 0, size: 0 };
  const batch = { rows: [] as object[], size: 0 };
  const endBatch = (): void => {
    if (batch.rows.length > 0) block.texts.push(textOf(batch.rows));
    batch.rows = [];
    batch.size = 0;
  };
  const endBlock = (): string => {
    endBatch();
    const text = block.texts.join(',\n');
    Object.assign(block, { texts: [], rows: 0, size: 0 });
    return text;
  };
  for (const { rows, size } of units) {
    if (block.rows > 0 && (block.rows + rows.length > MAX_ROWS || block.size + size > MAX_SIZE))
      yield endBlock();
    for (const row of rows) {
      if (typeof row === 'string') {
        endBatch();
        block.texts.push(row);
      } else batch.rows.push(row);
    }
    batch.size += size;
    block.rows += rows.length;
    block.size += size;
    if (batch.rows.length >= ROWS_A_BATCH || batch.size >= SIZE_OF_A_BATCH) endBatch();
  }
  if (block.rows > 0) yield endBlock();
}
