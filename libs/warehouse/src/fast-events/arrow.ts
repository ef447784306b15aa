import chdb from 'chdb';

/** One column as the engine's Arrow entry wants it. */
export interface ArrowColumn {
  readonly name: string;
  /** Of the Arrow C data interface: `u` text, `l` Int64, `i` Int32, `C` UInt8. */
  readonly format: 'u' | 'l' | 'i' | 'C';
  readonly length: number;
  readonly nullCount: 0;
  /** Validity (none: all are valid), then the column's own. */
  readonly buffers: readonly (Buffer | null)[];
}

interface ArrowEntry {
  _arrowRegisterColumns(connection: unknown, name: string, columns: readonly ArrowColumn[]): void;
  _arrowUnregister(connection: unknown, name: string): void;
}

/**
 * Lends columns to the engine for the time of one statement, which reads them as `arrowstream('<name>')`, once and
 * without a copy: they must not change meanwhile.
 */
export interface ArrowLender {
  lend<T>(columns: readonly ArrowColumn[], use: (name: string) => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * The entry that takes bytes is not among what chdb promises, so it is asked for: where it is missing there is no
 * lender. The one that is takes texts of JavaScript, and encodes each.
 * @param path of the data directory, which this process has open
 */
export function openArrowLender(path: string): ArrowLender | undefined {
  const entry: unknown = chdb;
  if (!isArrowEntry(entry)) return undefined;
  const session = new chdb.Session(path);
  const { connection } = session as unknown as { connection: unknown };
  let last = 0;
  let isClosed = false;
  return {
    async lend(columns, use) {
      last += 1;
      const name = `plumbline_block_${last}`;
      entry._arrowRegisterColumns(connection, name, columns);
      try {
        return await use(name);
      } finally {
        entry._arrowUnregister(connection, name);
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      session.close();
    },
  };
}

function isArrowEntry(value: unknown): value is ArrowEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_arrowRegisterColumns' in value &&
    '_arrowUnregister' in value &&
    typeof value._arrowRegisterColumns === 'function' &&
    typeof value._arrowUnregister === 'function'
  );
}
