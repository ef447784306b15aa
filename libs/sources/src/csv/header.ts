import { quoted } from '../translation.js';
import { decodeCell } from './cells.js';

/** Where each used column stands, or everything that is wrong with the header. */
export type Header =
  { readonly places: ReadonlyMap<string, number> } | { readonly faults: readonly string[] };

const OTHER_DELIMITERS = [',', ';', '\t', '|'];

/** Finds the used columns in a header line; what the other columns are called doesn't matter. */
export function readHeader(cells: readonly string[], used: Iterable<string>, delimiter: string): Header {
  if (cells.some((cell) => cell.includes('\0'))) {
    return {
      faults: [
        'the header has NUL characters; if the file is UTF-16, say so in the mapping (encoding: utf-16le)',
      ],
    };
  }
  const names = cells.map((cell) => decodeCell(cell)?.trim());
  const found = new Map<string, number[]>();
  names.forEach((name, place) => {
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), place]);
  });

  const places = new Map<string, number>();
  const faults: string[] = [];
  for (const column of used) {
    const [place, ...again] = found.get(column) ?? [];
    if (place === undefined) faults.push(missing(column, names));
    else if (again.length > 0) {
      const all = [place, ...again].map((at) => at + 1).join(' and ');
      faults.push(`the header has the column ${quoted(column)} more than once (${all})`);
    } else places.set(column, place);
  }
  if (faults.length === 0) return { places };

  const only = cells.length === 1 ? cells[0] : undefined;
  const other = OTHER_DELIMITERS.find((sign) => sign !== delimiter && only?.includes(sign));
  if (other !== undefined) {
    return {
      faults: [
        `the header is one column, ${quoted(only)}; if columns are parted by ${quoted(other)}, say so in the mapping (delimiter: ${quoted(other)})`,
      ],
    };
  }
  const bad = names.flatMap((name, place) => (name === undefined ? [place + 1] : []));
  if (bad.length > 0)
    faults.push(
      `column ${bad.join(', ')} of the header is not UTF-8; name the file's encoding in the mapping`,
    );
  return { faults };
}

function missing(column: string, names: readonly (string | undefined)[]): string {
  const alike = names.find((name) => name?.toLowerCase() === column.toLowerCase());
  if (alike !== undefined)
    return `the header has no column ${quoted(column)}, but ${quoted(alike)}: names are compared with regard to case`;
  const shown = names.slice(0, 20).map((name) => (name ?? '?').slice(0, 40));
  return `the header has no column ${quoted(column)}; it has ${shown.join(', ')}${names.length > 20 ? ', …' : ''}`;
}
