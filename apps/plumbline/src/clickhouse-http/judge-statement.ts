import { clickHouseError } from './clickhouse-error.js';
import { type SyntaxNode, nameOf, nodesOf, parseSyntaxTree } from './syntax-tree.js';
import { type Vocabulary, VIEWS_DATABASE, isFunctionAllowed, isTableAllowed } from './vocabulary.js';

/** What is known of a statement that may be run. */
export interface Judged {
  /** The format that the statement itself asks for. */
  readonly format: string | undefined;
}

/** Nodes of which everything below is written out as nodes too, and that only read. */
const READING = new Set([
  ...['ArrayJoin', 'Asterisk', 'ColumnsExceptTransformer', 'ColumnsListMatcher', 'ColumnsRegexpMatcher'],
  ...['ColumnsReplaceTransformer', 'ColumnsReplaceTransformer::Replacement', 'ColumnsTransformerList'],
  ...[
    'DataType',
    'ExpressionList',
    'Function',
    'Identifier',
    'InterpolateElement',
    'Literal',
    'OrderByElement',
  ],
  ...['QualifiedAsterisk', 'QualifiedColumnsListMatcher', 'QualifiedColumnsRegexpMatcher', 'SampleRatio'],
  ...['SelectIntersectExceptQuery', 'SelectQuery', 'SelectWithUnionQuery', 'Subquery', 'TableExpression'],
  ...['TableIdentifier', 'TableJoin', 'TablesInSelectQuery', 'TablesInSelectQueryElement'],
  ...['WindowDefinition', 'WindowListElement', 'WithElement'],
]);

const READ_ONLY =
  'This interface only reads: SELECT, WITH, SHOW, DESCRIBE, EXPLAIN and EXISTS, one statement a request';

/**
 * Judges a statement by what the engine parsed.
 * @param statement as the engine writes it out again: one statement, without comments
 * @param tree the engine's EXPLAIN AST of that text
 * @throws ClickHouseError where it may not be run
 */
export function judgeStatement(statement: string, tree: string, vocabulary: Vocabulary): Judged {
  const root = parseSyntaxTree(tree);
  // A name with a line break in it.
  if (root === undefined)
    throw clickHouseError('SYNTAX_ERROR', 'Names with control characters are not understood');
  switch (root.kind) {
    case 'SelectWithUnionQuery':
    case 'DescribeQuery':
      return judgeReading(root.children, vocabulary);
    case 'Explain':
      return judgeExplain(root, vocabulary);
    default:
      return judgeShow(statement);
  }
}

function judgeExplain(root: SyntaxNode, vocabulary: Vocabulary): Judged {
  // Its own options; those of the statement come after it, and are refused with all others.
  const parts = root.children[0]?.kind === 'Set' ? root.children.slice(1) : root.children;
  const [explained] = parts;
  if (explained?.kind !== 'SelectWithUnionQuery') throw clickHouseError('READONLY', READ_ONLY);
  judgeOutput(explained.children);
  return judgeReading(parts, vocabulary);
}

function judgeReading(parts: readonly SyntaxNode[], vocabulary: Vocabulary): Judged {
  const judged = judgeOutput(parts);
  for (const part of parts) for (const node of nodesOf(part)) judgeNode(node, vocabulary);
  return judged;
}

/** INTO OUTFILE stands as a literal, FORMAT as a name, beside the parts of a statement. */
function judgeOutput(parts: readonly SyntaxNode[]): Judged {
  if (parts.some(({ kind }) => kind === 'Literal')) {
    throw clickHouseError('READONLY', 'INTO OUTFILE is not available: the result is the answer');
  }
  const format = parts.find(({ kind }) => kind === 'Identifier');
  return { format: format && nameOf(format) };
}

function judgeNode(node: SyntaxNode, vocabulary: Vocabulary): void {
  const name = nameOf(node);
  switch (node.kind) {
    case 'Function':
      if (!isFunctionAllowed(vocabulary, name)) throw refusedFunction(name, vocabulary);
      return;
    case 'TableIdentifier':
      if (name.includes('.')) judgeTable(name);
      return;
    case 'Identifier':
      // A table (`x IN default.t`), or a function handed to another (`arrayMap(file, …)`).
      if (vocabulary.databases.has(name.split('.', 1)[0] ?? '') && name.includes('.')) judgeTable(name);
      if (vocabulary.refusedFunctions.has(name.toLowerCase())) throw refusedFunction(name, vocabulary);
      return;
    case 'Set':
      throw clickHouseError(
        'READONLY',
        'Settings are not taken in the statement: hand them over in the URL, as in ?max_execution_time=5',
      );
    default:
      if (READING.has(node.kind)) return;
      throw clickHouseError('READONLY', `${node.kind} is not available. ${READ_ONLY}`);
  }
}

function refusedFunction(name: string, vocabulary: Vocabulary): Error {
  const lower = name.toLowerCase();
  return vocabulary.refusedFunctions.has(lower) || vocabulary.refusedTableFunctions.has(lower)
    ? clickHouseError('ACCESS_DENIED', `The function ${name} is not available: it reaches out of the query`)
    : clickHouseError('UNKNOWN_FUNCTION', `There is no function ${name}`);
}

function judgeTable(name: string): void {
  const [database = '', table = ''] = name.split('.');
  if (!isTableAllowed(database, table)) throw refusedTable(name);
}

function refusedTable(name: string): Error {
  return clickHouseError(
    'ACCESS_DENIED',
    `The table ${name} is not to be read here: the views of ${VIEWS_DATABASE} are (SHOW TABLES names them)`,
  );
}

// SHOW and EXISTS are not written out as nodes (a condition of SHOW … WHERE may hold anything), so they are held
// against the few forms that clients use, in the engine's own spelling.
const NAME = '(?:[A-Za-z_][A-Za-z0-9_]*|`(?:[^`\\\\]|\\\\.)*`)';
const TEXT = "'(?:[^'\\\\]|\\\\.)*'";
const FILTER = `(?: (?:NOT )?I?LIKE ${TEXT})?(?: LIMIT \\d+)?`;
const OUTPUT = `(?:\\nFORMAT (?<format>${NAME}))?`;
const LISTS = [
  `SHOW (?:FULL )?(?:TABLES|DICTIONARIES)(?: FROM ${NAME})?${FILTER}`,
  `SHOW DATABASES${FILTER}`,
  `SHOW (?:CHANGED )?SETTINGS${FILTER}`,
  `SHOW SETTING ${NAME}`,
  `SHOW FUNCTIONS${FILTER}`,
  'SHOW ENGINES',
  `SHOW (?:EXTENDED )?(?:FULL )?COLUMNS FROM ${NAME}(?: FROM ${NAME})?${FILTER}`,
  `SHOW (?:EXTENDED )?INDEXES FROM ${NAME}(?: FROM ${NAME})?`,
  `SHOW CREATE DATABASE ${NAME}`,
  `EXISTS (?:(?:TABLE|VIEW|DICTIONARY) (?:${NAME}\\.)?|DATABASE )${NAME}`,
  `SHOW CREATE (?:TABLE|VIEW) (?:${NAME}\\.)?${NAME}`,
];
const SHOW = new RegExp(`^(?:${LISTS.join('|')})${OUTPUT}$`);

function judgeShow(statement: string): Judged {
  const match = SHOW.exec(statement);
  if (match !== null) return { format: match.groups?.['format'] };
  throw clickHouseError(
    'READONLY',
    /^(?:SHOW|EXISTS) /.test(statement) ? 'This form of the statement is not available' : READ_ONLY,
  );
}
