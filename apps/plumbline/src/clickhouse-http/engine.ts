import { randomUUID } from 'node:crypto';
import type { Session } from 'chdb';
import { clickHouseError, fromEngine } from './clickhouse-error.js';
import { handshakeBlock, isHandshake } from './go-handshake.js';
import { judgeStatement } from './judge-statement.js';
import { offerViews } from './offer-views.js';
import { literal, name as quotedName } from './quoted.js';
import { type Limits, settingsOf } from './settings.js';
import { type Slots, createSlots } from './slots.js';
import { type EngineFunction, type Vocabulary, VIEWS_DATABASE, vocabularyOf } from './vocabulary.js';

/** One query, taken out of its request. */
export interface Query {
  readonly id: string;
  readonly text: string;
  /** Where the statement names none. */
  readonly format: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Values of `{name:Type}`, escaped as in a line of TabSeparated. */
  readonly params: ReadonlyMap<string, string>;
}

export interface Result {
  readonly bytes: Uint8Array;
  /** As the statement or the request named it. */
  readonly format: string;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedSeconds: number;
}

export interface About {
  readonly version: string;
  readonly timezone: string;
  readonly displayName: string;
}

/** The embedded engine as people and their tools may use it: read only, bounded, without a trace in what others do. */
export interface ReadingEngine {
  readonly about: About;
  /**
   * Runs one statement.
   * @param signal ends the query in the engine
   * @throws ClickHouseError where it is refused or fails
   */
  run(query: Query, signal: AbortSignal): Promise<Result>;
  /** Ends what is running, and lets go of the engine. */
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly limits: Limits;
  /** How many queries run at a time, and how many more may wait for their turn. */
  readonly running: number;
  readonly waiting: number;
}

/** How often a query that is being ended is told so, until it has ended: it may not have begun when it is told first. */
const KILL_EVERY_MS = 50;

type OpenSession = () => Session;

/**
 * Opens the engine of a directory that this process has open.
 * @throws where it can't be opened
 */
export async function openReadingEngine(path: string, options: EngineOptions): Promise<ReadingEngine> {
  const { Session: EngineSession } = await import('chdb');
  const open: OpenSession = () => new EngineSession(path);
  // The engine's own, as no request waits for it: it asks, and ends the queries of others.
  const own = open();
  try {
    await offerViews((sql) => rowsOf(own, sql));
    return reading(open, own, await readVocabulary(own), await readAbout(own), options);
  } catch (error) {
    own.close();
    throw error;
  }
}

async function rowsOf<T>(session: Session, sql: string): Promise<T[]> {
  const result = await session.queryAsync(sql, { format: 'JSONEachRow' });
  return result
    .text()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

async function readVocabulary(session: Session): Promise<Vocabulary> {
  const names = async (sql: string): Promise<string[]> =>
    (await rowsOf<{ name: string }>(session, sql)).map(({ name }) => name);
  return vocabularyOf(
    await rowsOf<EngineFunction>(
      session,
      'SELECT name, is_aggregate, alias_to, categories FROM system.functions',
    ),
    await names('SELECT name FROM system.table_functions'),
    await names('SELECT name FROM system.aggregate_function_combinators'),
    await names('SELECT name FROM system.databases'),
  );
}

async function readAbout(session: Session): Promise<About> {
  const [about] = await rowsOf<Omit<About, 'displayName'>>(
    session,
    'SELECT version() AS version, timezone() AS timezone',
  );
  if (about === undefined) throw new Error('The engine does not say what it is');
  return { ...about, displayName: 'plumbline' };
}

function reading(
  open: OpenSession,
  own: Session,
  vocabulary: Vocabulary,
  about: About,
  options: EngineOptions,
): ReadingEngine {
  const slots: Slots = createSlots(options.running, options.waiting);
  const closing = new AbortController();
  return {
    about,
    async run(query, signal) {
      const ending = AbortSignal.any([signal, closing.signal]);
      const leave = await slots.enter(ending);
      try {
        return await runAlone(open, own, query, ending, { vocabulary, about, limits: options.limits });
      } catch (error) {
        throw fromEngine(error);
      } finally {
        leave();
      }
    },
    async close() {
      closing.abort();
      await slots.empty();
      own.close();
    },
  };
}

interface Rules {
  readonly vocabulary: Vocabulary;
  readonly about: About;
  readonly limits: Limits;
}

/** Settings and parameters stay with a session: each query has one of its own, which ends with it. */
async function runAlone(
  open: OpenSession,
  own: Session,
  query: Query,
  signal: AbortSignal,
  { vocabulary, about, limits }: Rules,
): Promise<Result> {
  // The engine takes it for the end of the text.
  if (query.text.includes('\0')) throw clickHouseError('SYNTAX_ERROR', 'The statement has a NUL character');
  const tag = randomUUID();
  const session = open();
  try {
    await prepare(session, query, tag, limits);
    const statement = await rewritten(session, query.text);
    const tree = (await session.queryAsync(`EXPLAIN AST ${statement}`, { format: 'TSVRaw' })).text();
    const format = judgeStatement(statement, tree, vocabulary).format ?? query.format;
    if (format === 'Native' && isHandshake(statement)) return handshakeResult(about);
    throwIfAborted(signal);
    const stopKilling = killWhenAborted(own, tag, signal);
    try {
      // Not as a stream: that writes the beginning and the end of a format once a block, and begins by blocking the
      // event loop. The limits of result and memory hold for the formatted result as well.
      const result = await session.queryAsync(statement, { format });
      return {
        bytes: result.bytes(),
        format,
        rowsRead: result.rowsRead,
        bytesRead: result.bytesRead,
        elapsedSeconds: result.elapsed,
      };
    } finally {
      await stopKilling();
    }
  } finally {
    session.close();
  }
}

async function prepare(session: Session, query: Query, tag: string, limits: Limits): Promise<void> {
  await session.queryAsync(`USE ${quotedName(VIEWS_DATABASE)}`);
  const settings = [...settingsOf(query.settings, limits)].map(assignment);
  await session.queryAsync(`SET ${settings.join(', ')}`);
  // Parameters may be long, and how long a statement may be has just been set. A query that is to be ended is found by
  // the comment.
  const others = [...query.params].map(([name, value]) => assignment([`param_${name}`, value]));
  await session.queryAsync(`SET ${[...others, assignment(['log_comment', tag])].join(', ')}, readonly = 1`);
}

function assignment([name, value]: readonly [string, string]): string {
  return `${quotedName(name)} = ${literal(value)}`;
}

/**
 * The statement as the engine understands it: one, without comments, in the engine's own spelling. What is judged
 * and run is this, never the text that came.
 * @throws where there are several statements, or none
 */
async function rewritten(session: Session, text: string): Promise<string> {
  try {
    const result = await session.queryAsync(`SELECT formatQuery(${literal(text)})`, { format: 'TSVRaw' });
    return result.text().trim();
  } catch (error) {
    const failure = fromEngine(error);
    failure.message = failure.message.split(': In scope SELECT formatQuery(', 1)[0] ?? '';
    throw failure;
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw clickHouseError('QUERY_WAS_CANCELLED', 'Query was cancelled');
}

/** @returns ends the watch; resolves once no KILL of it is under way */
function killWhenAborted(own: Session, tag: string, signal: AbortSignal): () => Promise<void> {
  const sql = `KILL QUERY WHERE Settings['log_comment'] = ${literal(tag)} ASYNC`;
  let timer: NodeJS.Timeout | undefined;
  let killing: Promise<unknown> = Promise.resolve();
  let watching = true;
  const kill = (): void => {
    killing = own
      .queryAsync(sql)
      // What cannot be ended ends by its own limit of time.
      .catch(() => undefined)
      .finally(() => {
        if (watching) timer = setTimeout(kill, KILL_EVERY_MS);
      });
  };
  if (signal.aborted) kill();
  else signal.addEventListener('abort', kill, { once: true });
  return async () => {
    watching = false;
    signal.removeEventListener('abort', kill);
    clearTimeout(timer);
    await killing;
  };
}

function handshakeResult(about: About): Result {
  return { bytes: handshakeBlock(about), format: 'Native', rowsRead: 1, bytesRead: 1, elapsedSeconds: 0 };
}
