/** A column of a table on the terminal. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** Longer texts are cut, with an ellipsis. */
  readonly maxWidth?: number;
}

/** Text for a terminal: control characters, which could move the cursor or colour the rest, are left out. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}

const segmenter = new Intl.Segmenter();

/** What a reader takes for one character each. */
function characters(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function cut(text: string, width: number | undefined): string {
  const all = characters(printable(text));
  return width !== undefined && all.length > width ? `${all.slice(0, width - 1).join('')}…` : all.join('');
}

/** Rows under titles, in columns as wide as what they hold. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => cut(column.cell(row), column.maxWidth)));
  const widths = columns.map((column, index) =>
    Math.max(characters(column.title).length, ...cells.map((line) => characters(line[index] ?? '').length)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - characters(text).length);
        return columns[index]?.align === 'right' ? padding + text : text + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...cells.map(line)]
    .map((text) => `${text}\n`)
    .join('');
}
