/** Where the tables stand: on one server, or spread over a named cluster. */
export type Layout = { readonly kind: 'single' } | { readonly kind: 'cluster'; readonly cluster: string };

export const CLUSTER_NAME = /^[A-Za-z0-9_.-]+$/;

const MARKER = /\{\{(.*?)\}\}/gs;
const ENGINE = /^(\w+)(?:\((.*)\))?$/s;
const REPLICATED_AT = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";

function engine(layout: Layout, text: string): string {
  const match = ENGINE.exec(text);
  if (match === null) throw new Error(`Cannot read the engine "${text}"`);
  const [, name = '', args = ''] = match;
  if (layout.kind === 'single') return `${name}(${args})`;
  return `Replicated${name}(${REPLICATED_AT}${args === '' ? '' : `, ${args}`})`;
}

function distributed(layout: Layout, text: string): string {
  if (layout.kind === 'single')
    throw new Error('A Distributed table needs {{cluster_only}} before its statement');
  const comma = text.indexOf(',');
  if (comma === -1) throw new Error(`"${text}" needs a table and a sharding key`);
  const table = text.slice(0, comma).trim();
  const key = text.slice(comma + 1).trim();
  return `Distributed('${layout.cluster}', currentDatabase(), '${table}_local', ${key})`;
}

function expand(layout: Layout, marker: string): string {
  const colon = marker.indexOf(':');
  const name = colon === -1 ? marker : marker.slice(0, colon);
  const argument = colon === -1 ? '' : marker.slice(colon + 1).trim();
  switch (name) {
    case 'cluster_only':
      return '';
    case 'on_cluster':
      return layout.kind === 'single' ? '' : `ON CLUSTER '${layout.cluster}'`;
    case 'table':
      return layout.kind === 'single' ? argument : `${argument}_local`;
    case 'engine':
      return engine(layout, argument);
    case 'distributed':
      return distributed(layout, argument);
    default:
      throw new Error(`Unknown marker {{${marker}}}`);
  }
}

/** Takes comments away and cuts at each semicolon that ends a line. */
function split(source: string): string[] {
  const kept: string[] = [];
  for (const line of source.split('\n')) {
    if (!line.trimStart().startsWith('--')) kept.push(line.trimEnd());
    else if (line.includes(';')) throw new Error(`No semicolon in a comment, please: ${line}`);
  }
  return kept
    .join('\n')
    .split(/;(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/**
 * The statements of a migration for one layout. Comments are whole lines, a statement ends with a semicolon at
 * the end of a line, and these markers tell the layouts apart:
 *
 * - `{{on_cluster}}`: the clause, or nothing
 * - `{{table:x}}`: the table that holds the rows: `x`, or `x_local` on each node
 * - `{{engine:E(args)}}`: the engine, or its Replicated form
 * - `{{distributed:x, key}}`: the engine of the layer over `x_local`
 * - `{{cluster_only}}`: the statement is left out on a single server
 * @throws where a marker is unknown or a comment holds a semicolon
 */
export function renderMigration(source: string, layout: Layout): readonly string[] {
  if (layout.kind === 'cluster' && !CLUSTER_NAME.test(layout.cluster)) {
    throw new Error(
      `"${layout.cluster}" is no cluster name: use letters, digits, dots, hyphens and underscores`,
    );
  }
  return split(source)
    .filter((statement) => layout.kind === 'cluster' || !statement.includes('{{cluster_only}}'))
    .map((statement) => statement.replace(MARKER, (_, marker: string) => expand(layout, marker)).trim());
}
