/** The bytes of values as characters, each of its value. */
export interface LatinText {
  text: string;
  at: number;
  /** Sets `text` to one that holds the value's bytes from `at` on. */
  locate(value: Buffer): void;
}

/**
 * The values of one fetch lie side by side in one piece of memory: one text of all costs far less than one each.
 */
export function latinTextOf(records: readonly { readonly value: Buffer }[]): LatinText {
  const memory = records[0]?.value.buffer;
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  let bytes = 0;
  for (const { value } of records) {
    if (value.buffer !== memory) continue;
    from = Math.min(from, value.byteOffset);
    to = Math.max(to, value.byteOffset + value.length);
    bytes += value.length;
  }
  // Where they lie far apart, what is between them would be read for nothing.
  const isShared = memory !== undefined && bytes > 0 && to - from <= 2 * bytes;
  const all = isShared ? Buffer.from(memory, from, to - from).toString('latin1') : '';
  return {
    text: '',
    at: 0,
    locate(value) {
      const isInAll = isShared && value.buffer === memory;
      this.text = isInAll ? all : value.toString('latin1');
      this.at = isInAll ? value.byteOffset - from : 0;
    },
  };
}
