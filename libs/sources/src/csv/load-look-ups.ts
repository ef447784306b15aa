import { cutText, quoted } from '../translation.js';
import { type Faults, YamlMap, type YamlValue } from '../yaml-file.js';
import { PLAIN_COLUMN, readText } from './cells.js';
import { utf8Chunks } from './decode.js';
import { readHeader } from './header.js';
import { loadColumns } from './load-columns.js';
import { loadDelimiter, loadEncoding } from './load-format.js';
import type { LookUp } from './mapping.js';
import { csvRows, type Row } from './rows.js';

/** Reads a look-up's file whole. @throws where there is none; the message is shown to the user */
export type ReadFile = (file: string) => Promise<Uint8Array>;

/** A look-up as the mapping declares it, with its file not read yet. */
export interface LookUpDeclaration extends Omit<LookUp, 'rows'> {
  readonly path: string;
  /** The column of the file that holds the key. */
  readonly key: string;
  readonly delimiter: string;
  readonly encoding: string;
  /** The columns that are read, with the path of the first place that names each. */
  readonly used: Map<string, string>;
}

const LOOK_UP_KEYS = ['file', 'key', 'by', 'columns', 'delimiter', 'encoding', 'unknown'];
/** A look-up with many faults of one kind is one mistake: the first few tell what it is. */
const MOST_FAULTS = 5;

/** Reads `look_ups` of a mapping. */
export function declareLookUps(value: YamlValue, faults: Faults): Map<string, LookUpDeclaration> {
  const declared = new Map<string, LookUpDeclaration>();
  if (value === undefined) return declared;
  const lookUps = YamlMap.of(value, 'look_ups', faults);
  for (const name of lookUps?.entries.keys() ?? []) {
    const map = lookUps?.map(name, LOOK_UP_KEYS);
    const file = map?.requiredText('file', 'expected the name of a CSV file');
    const key = map?.requiredText('key', 'expected the column of the file that holds the key');
    if (map === undefined || file === undefined || key === undefined) continue;
    declared.set(name, {
      path: map.path,
      file,
      key,
      by: map.text('by', 'expected the column that holds the key') ?? key,
      unknown: map.oneOf('unknown', ['refuse', 'leave_out']) ?? 'refuse',
      columns: loadColumns(map.get('columns'), map.at('columns'), faults),
      delimiter: loadDelimiter(map),
      encoding: loadEncoding(map),
      used: new Map([[key, map.at('key')]]),
    });
  }
  return declared;
}

/** Reads the file of a look-up; what is wrong with it are faults of the mapping, at the path of the look-up. */
export async function readLookUp(
  declared: LookUpDeclaration,
  readFile: ReadFile,
  faults: Faults,
): Promise<LookUp> {
  const { path, delimiter, encoding, used, ...lookUp } = declared;
  const rows = new Map<string, ReadonlyMap<string, string>>();
  const wrong: string[] = [];
  const bytes = await readFile(lookUp.file).catch((error: unknown) => {
    wrong.push(error instanceof Error ? error.message : String(error));
    return new Uint8Array();
  });

  let places: ReadonlyMap<string, number> | undefined;
  let width = 0;
  for await (const row of csvRows(utf8Chunks([bytes], encoding), delimiter)) {
    if ('broken' in row) {
      wrong.push(`line ${row.line}: ${row.broken}`);
    } else if (places === undefined) {
      const header = readHeader(row.cells, [...used.keys(), ...lookUp.columns.keys()], delimiter);
      if ('faults' in header) {
        wrong.push(...header.faults.map((fault) => `line ${row.line}: ${fault}`));
        break;
      }
      places = header.places;
      width = row.cells.length;
    } else {
      const fault = addRow(rows, row, places, width, declared);
      if (fault !== undefined) wrong.push(`line ${row.line}: ${fault}`);
    }
  }
  if (wrong.length === 0 && places === undefined)
    wrong.push('the file is empty; expected a line with the names of the columns');
  wrong.slice(0, MOST_FAULTS).forEach((fault) => {
    faults.add(path, `${lookUp.file}: ${fault}`);
  });
  if (wrong.length > MOST_FAULTS)
    faults.add(path, `${lookUp.file}: and ${wrong.length - MOST_FAULTS} more faults`);
  return { ...lookUp, rows };
}

function addRow(
  rows: Map<string, ReadonlyMap<string, string>>,
  row: Row,
  places: ReadonlyMap<string, number>,
  width: number,
  declared: LookUpDeclaration,
): string | undefined {
  if (row.cells.length !== width) return `the row has ${row.cells.length} cells, the header ${width}`;
  const cells = new Map([...places].map(([column, place]) => [column, row.cells[place] ?? '']));
  const key = readText(declared.columns.get(declared.key) ?? PLAIN_COLUMN, cells.get(declared.key) ?? '');
  if (key === undefined) return undefined;
  if ('fault' in key) return `${declared.key}: ${key.fault}`;
  const known = rows.get(key.value.trim());
  rows.set(key.value.trim(), cells);
  const differs = known !== undefined && [...cells].some(([column, cell]) => known.get(column) !== cell);
  return differs ? `${quoted(cutText(key.value))} is there twice, with different values` : undefined;
}
