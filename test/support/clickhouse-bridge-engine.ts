import { Session } from 'chdb';

/** One request to ClickHouse over HTTP, taken apart. */
export interface Statement {
  readonly query: string;
  readonly format: string;
  readonly database: string | undefined;
  readonly settings: ReadonlyMap<string, string>;
  /** Values of `{name:Type}`, escaped as in a line of TabSeparated. */
  readonly params: ReadonlyMap<string, string>;
}

export interface Engine {
  /** @throws Error with the engine's own words */
  run(statement: Statement): Promise<Uint8Array>;
}

/** A list of thousands of identities stands in a SET. */
const LONG_STATEMENTS = 'SET max_query_size = 1073741824';

/**
 * The real engine on a directory, with the memory of a server's HTTP interface: every request has a session of its
 * own, so that its settings and parameters end with it.
 */
export function openEngine(path: string): Engine {
  // The engine ends with its last session.
  const first = new Session(path);
  return {
    async run({ query, format, database, settings, params }) {
      const session = new Session(first.path);
      try {
        await session.queryAsync(LONG_STATEMENTS);
        if (database !== undefined) await session.queryAsync(`USE ${quoted(database, '`')}`);
        for (const [name, value] of settings) await session.queryAsync(setting(name, value));
        for (const [name, value] of params) await session.queryAsync(setting(`param_${name}`, value));
        return (await session.queryAsync(query, { format })).bytes();
      } finally {
        session.close();
      }
    },
  };
}

function setting(name: string, value: string): string {
  return `SET ${quoted(name, '`')} = ${quoted(value, "'")}`;
}

function quoted(text: string, mark: string): string {
  return `${mark}${text.replaceAll(/[\\'`]/g, '\\$&')}${mark}`;
}
