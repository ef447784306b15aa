import type { Fault } from '#domain/policy/faults.js';
import { isTimezone } from '../instants.js';
import { Faults, YamlMap, parseYaml, shown } from '../yaml-file.js';
import { needsDeal } from './event-shapes.js';
import { loadColumns } from './load-columns.js';
import { loadEvent, loadRefusal, type Scope } from './load-events.js';
import { loadDelimiter, loadEncoding } from './load-format.js';
import { declareLookUps, readLookUp, type ReadFile } from './load-look-ups.js';
import type { CsvMapping, LookUp } from './mapping.js';

const MAPPING_KEYS = [
  'source',
  'timezone',
  'currency',
  'deal_id_prefix',
  'delimiter',
  'encoding',
  'deal',
  'id',
  'columns',
  'look_ups',
  'required',
  'refuse',
  'events',
];

/**
 * Reads a CSV mapping file and the look-up files that it names.
 * @param yamlText the mapping file
 * @param readFile gives the bytes of a look-up file by the name that the mapping has for it
 * @returns the mapping, or everything that is wrong with it, each fault with its path, such as `events[1].time`
 */
export async function loadCsvMapping(
  yamlText: string,
  readFile: ReadFile,
): Promise<{ readonly mapping: CsvMapping } | { readonly faults: readonly Fault[] }> {
  const faults = new Faults();
  const parsed = parseYaml(yamlText, faults);
  const map = faults.list.length > 0 ? undefined : YamlMap.of(parsed, '', faults, MAPPING_KEYS);
  if (map === undefined) return { faults: faults.list };

  const columns = loadColumns(map.get('columns'), 'columns', faults);
  const declared = declareLookUps(map.get('look_ups'), faults);
  const usedColumns = new Set([...columns.keys(), ...[...declared.values()].map(({ by }) => by)]);
  const scope: Scope = {
    columns,
    lookUps: declared,
    use(column, lookUp, path = '') {
      if (lookUp === undefined) usedColumns.add(column);
      else declared.get(lookUp)?.used.set(column, path);
    },
  };

  const deal = map.text('deal', 'expected the column of the deal id');
  const id = map.text('id', 'expected the column that identifies a row');
  const required = map.texts('required', 'expected a list of columns');
  [deal, id, ...required].forEach((column) => {
    if (column !== undefined) scope.use(column);
  });
  const refusals = map
    .list('refuse', 'expected a list')
    .map((item, index) => loadRefusal(item, `refuse[${index}]`, faults, scope));
  const items = map.list('events', 'expected a list');
  const events = items.map((item, index) => loadEvent(item, `events[${index}]`, faults, scope));
  if (items.length === 0)
    map.fault('events', 'expected at least one event; a mapping without events translates nothing');
  events.forEach((event, index) => {
    if (event === undefined || deal !== undefined || map.has('deal') || !needsDeal(event.emit)) return;
    faults.add('deal', `missing; expected the column of the deal id, as events[${index}] is ${event.emit}`);
  });

  if (!map.has('deal') && !map.has('id')) {
    map.fault(
      'id',
      'missing; expected the column that identifies a row, as there is no column of the deal id',
    );
  }

  const settings = loadSettings(map);
  // The files are read even where the mapping has faults: all of them are to be told at once.
  const lookUps = new Map<string, LookUp>();
  for (const [name, declaration] of declared)
    lookUps.set(name, await readLookUp(declaration, readFile, faults));
  if (faults.list.length > 0) return { faults: faults.list };
  return {
    mapping: {
      ...settings,
      ...(deal === undefined ? {} : { deal }),
      ...(id === undefined ? {} : { id }),
      columns,
      lookUps,
      required,
      refusals: refusals.filter((rule) => rule !== undefined),
      events: events.filter((rule) => rule !== undefined),
      usedColumns,
    },
  };
}

type Settings = Pick<
  CsvMapping,
  'source' | 'timezone' | 'currency' | 'dealIdPrefix' | 'delimiter' | 'encoding'
>;

function loadSettings(map: YamlMap): Settings {
  const source = map.text('source', 'expected a text such as csv/opportunities');
  const timezone = map.text('timezone', 'expected an IANA time zone') ?? 'UTC';
  if (!isTimezone(timezone))
    map.fault('timezone', `expected an IANA time zone such as Europe/Berlin, got ${shown(timezone)}`);
  const currency = map.text('currency', 'expected a currency such as EUR');
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    map.fault('currency', `expected a currency such as EUR, got ${shown(currency)}`);
  }
  const prefix = map.get('deal_id_prefix') ?? '';
  if (typeof prefix !== 'string') map.fault('deal_id_prefix', `expected a text, got ${shown(prefix)}`);
  return {
    ...(source === undefined ? {} : { source }),
    timezone,
    ...(currency === undefined ? {} : { currency }),
    dealIdPrefix: typeof prefix === 'string' ? prefix : '',
    delimiter: loadDelimiter(map),
    encoding: loadEncoding(map),
  };
}
