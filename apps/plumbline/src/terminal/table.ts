/** A column of a table on the terminal. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** Longer texts are cut, with an ellipsis. */
  readonly maxWidth?: number;
}

/** Text for a terminal: what could move the cursor, colour the rest or turn its direction is left out. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, ' ');
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

/** Text broken at spaces into lines of at most `width` columns, each after the indent. */
export function wrapped(text: string, indent: string, width: number): string {
  const room = Math.max(20, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && characters(longer).length > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((one) => `${indent}${one}\n`).join('');
}
