/** What statements may name. */
export interface Vocabulary {
  /** In lower case: functions, aggregate functions, and table functions. */
  readonly functions: ReadonlySet<string>;
  /** In lower case: functions of the engine that are not to be had here. */
  readonly refusedFunctions: ReadonlySet<string>;
  /** The same of its table functions, which columns may well be called like. */
  readonly refusedTableFunctions: ReadonlySet<string>;
  /** In lower case: what changes an aggregate function at the end of its name, the longest first. */
  readonly combinators: readonly string[];
  /** In lower case: those that combinators may follow. */
  readonly aggregates: ReadonlySet<string>;
  /** All databases of the engine. */
  readonly databases: ReadonlySet<string>;
}

/** A row of system.functions. */
export interface EngineFunction {
  readonly name: string;
  readonly is_aggregate: number;
  /** The function that this is another name of; or ''. */
  readonly alias_to: string;
  readonly categories: string;
}

/** The database of the views, which is the only one whose tables are named freely. */
export const VIEWS_DATABASE = 'plumbline';

/**
 * Categories of functions that compute from their arguments alone. A category that a later engine adds is not among
 * them until somebody has looked at it. Left out are those that reach out of the query: AI (calls services),
 * Dictionary, Embedded Dictionary and Machine Learning (read the server's files and other databases), Introspection
 * (reads the process), Internal, and Time Series (keeps things between queries).
 */
const CATEGORIES = new Set([
  'Aggregate Functions',
  'Arithmetic',
  'Arrays',
  'Bit',
  'Bitmap',
  'Comparison',
  'Conditional',
  'Dates and Times',
  'Distance',
  'Encoding',
  'Encryption',
  'Financial',
  'Geo',
  'Geo Polygon',
  'Hash',
  'IP Address',
  'JSON',
  'Logical',
  'Map',
  'Mathematical',
  'Null',
  'NumericIndexedVector',
  'QBit',
  'Random Number',
  'Rounding',
  'String',
  'String Replacement',
  'String Search',
  'String Splitting',
  'Time Window',
  'Tuple',
  'Type Conversion',
  'URL',
  'UUID',
]);

/**
 * Of the category Other, and of the syntax itself (`_CAST` stands for a parameter). `file`, `joinGet`, `hasColumnInTable` (which can ask another
 * server), `getServerSetting`, `getMacro`, `showCertificate`, the file system's, and `sleep` are not among them.
 */
const SINGLE_FUNCTIONS = [
  ...['_CAST', 'bar', 'blockNumber', 'blockSize', 'buildId', 'byteSize', 'caseWithExpression', 'countDigits'],
  ...['currentDatabase', 'currentSchemas', 'currentUser', 'currentRoles', 'enabledRoles', 'defaultRoles'],
  ...['defaultValueOfArgumentType', 'defaultValueOfTypeName', 'digits', 'displayName', 'dumpColumnStructure'],
  ...['errorCodeToName', 'exists', 'finalizeAggregation', 'formatQuery', 'formatQueryOrNull'],
  ...['formatQuerySingleLine', 'formatQuerySingleLineOrNull', 'formatReadableDecimalSize'],
  ...[
    'formatReadableQuantity',
    'formatReadableSize',
    'formatReadableTimeDelta',
    'getSetting',
    'getSubcolumn',
  ],
  ...['getSettingOrDefault', 'globalVariable', 'grouping', 'hostName', 'identity', 'ignore', 'indexHint'],
  ...['initializeAggregation', 'isConstant', 'isDecimalOverflow', 'lambda', 'lowCardinalityIndices'],
  ...['lowCardinalityKeys', 'materialize', 'minSampleSizeContinuous', 'minSampleSizeConversion', 'neighbor'],
  ...['normalizeQuery', 'normalizeQueryKeepNames', 'normalizedQueryHash', 'normalizedQueryHashKeepNames'],
  ...['parseReadableSize', 'parseReadableSizeOrNull', 'parseReadableSizeOrZero', 'parseTimeDelta', 'queryID'],
  ...['revision', 'rowNumberInAllBlocks', 'rowNumberInBlock', 'runningAccumulate', 'runningDifference'],
  ...['runningDifferenceStartingWithFirstValue', 'throwIf', 'toColumnTypeName', 'toTypeName', 'transform'],
  ...['untuple', 'uptime', 'variantElement', 'variantType', 'version', 'visibleWidth'],
];

/** Those that make rows out of their arguments; all others read files, other tables or other servers. */
const TABLE_FUNCTIONS = [
  'generateSeries',
  'generate_series',
  'null',
  'numbers',
  'numbers_mt',
  'SQLStandardValues',
  'values',
  'view',
];

/** Tables about the engine and the schema, that clients read to find their way; none has data, queries or secrets. */
const SYSTEM_TABLES = new Set([
  ...[
    'aggregate_function_combinators',
    'build_options',
    'collations',
    'columns',
    'completions',
    'contributors',
  ],
  ...[
    'data_skipping_indices',
    'data_type_families',
    'database_engines',
    'databases',
    'documentation',
    'formats',
  ],
  ...['functions', 'keywords', 'licenses', 'numbers', 'numbers_mt', 'one', 'settings', 'table_engines'],
  ...['table_functions', 'tables', 'time_zones', 'zeros', 'zeros_mt'],
]);

/**
 * @param tableFunctions all of the engine's
 * @param combinators all of the engine's
 */
export function vocabularyOf(
  engineFunctions: readonly EngineFunction[],
  tableFunctions: readonly string[],
  combinators: readonly string[],
  databases: readonly string[],
): Vocabulary {
  const single = new Set(SINGLE_FUNCTIONS);
  const original = new Map(engineFunctions.map((fn) => [fn.name, fn]));
  const functions = new Set([...SINGLE_FUNCTIONS, ...TABLE_FUNCTIONS].map((name) => name.toLowerCase()));
  const aggregates = new Set<string>();
  for (const fn of engineFunctions) {
    const { name, categories, is_aggregate } = original.get(fn.alias_to) ?? fn;
    if (!CATEGORIES.has(categories) && !single.has(name)) continue;
    functions.add(fn.name.toLowerCase());
    if (is_aggregate === 1) aggregates.add(fn.name.toLowerCase());
  }
  const refused = (names: readonly string[]): ReadonlySet<string> =>
    new Set(names.map((name) => name.toLowerCase()).filter((name) => !functions.has(name)));
  return {
    functions,
    aggregates,
    refusedFunctions: refused(engineFunctions.map(({ name }) => name)),
    refusedTableFunctions: refused(tableFunctions),
    combinators: combinators.map((name) => name.toLowerCase()).sort((a, b) => b.length - a.length),
    databases: new Set(databases),
  };
}

/** Whether the function, in whatever case, may be called; an aggregate also with combinators. */
export function isFunctionAllowed(vocabulary: Vocabulary, name: string): boolean {
  const lower = name.toLowerCase();
  return vocabulary.functions.has(lower) || isCombined(vocabulary, lower);
}

function isCombined(vocabulary: Vocabulary, name: string): boolean {
  return vocabulary.combinators.some((combinator) => {
    if (!name.endsWith(combinator)) return false;
    const base = name.slice(0, -combinator.length);
    return vocabulary.aggregates.has(base) || isCombined(vocabulary, base);
  });
}

/** Whether the table may be read. */
export function isTableAllowed(database: string, table: string): boolean {
  if (database === VIEWS_DATABASE || database.toLowerCase() === 'information_schema') return true;
  return database === 'system' && SYSTEM_TABLES.has(table);
}
