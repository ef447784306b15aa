import { literal, name as quotedName } from './quoted.js';
import { VIEWS_DATABASE } from './vocabulary.js';

interface View {
  readonly name: string;
  readonly comment: string;
  /** Position, name, type and comment of each. */
  readonly columns: readonly (readonly [string, string, string, string])[];
}

const VIEWS = `SELECT t.name AS name, any(t.comment) AS comment,
  arraySort(groupArray((c.position, c.name, c.type, c.comment))) AS columns
FROM (SELECT name, comment FROM system.tables WHERE database = 'default' AND engine = 'View') AS t
JOIN (SELECT * FROM system.columns WHERE database = 'default') AS c ON c.table = t.name
GROUP BY t.name`;

/**
 * Puts the views, and nothing else, into a database of their own, as a deployed server grants them to its reader:
 * there, a name without a database can't mean a private table, nor a file in the engine's folder, which the embedded
 * engine's default database takes any name for. It is held in memory, so that it lasts as long as the engine runs.
 * @param run runs a statement, and returns its rows
 */
export async function offerViews(run: (sql: string) => Promise<unknown[]>): Promise<void> {
  const views = (await run(VIEWS)) as View[];
  await run(`CREATE DATABASE IF NOT EXISTS ${VIEWS_DATABASE} ENGINE = Memory`);
  for (const { name, comment, columns } of views) {
    const declared = columns.map(
      ([, column, type, meaning]) => `${quotedName(column)} ${type} COMMENT ${literal(meaning)}`,
    );
    await run(
      `CREATE VIEW IF NOT EXISTS ${VIEWS_DATABASE}.${quotedName(name)} (${declared.join(', ')})
AS SELECT ${columns.map(([, column]) => quotedName(column)).join(', ')} FROM default.${quotedName(name)}
COMMENT ${literal(comment)}`,
    );
  }
}
