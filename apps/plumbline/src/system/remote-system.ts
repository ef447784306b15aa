import type { Score } from '#domain/score/score.js';
import { formatInstant } from '#domain/time/instant.js';
import { draftsRecords } from '#ingest/drafts-record.js';
import type { RebuildResult } from '#scorer/rebuild.js';
import type { DealEvents } from '#warehouse/event-row.js';
import { UserError } from '../user-error.js';
import type { RunningProcess } from './data-directory.js';
import type { Lag, ReplayResult, System } from './system.js';

interface Call {
  readonly method?: 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The system in a running process, over its local API. */
export function remoteSystem(running: RunningProcess): System {
  const call = async (path: string, init: Call = {}): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(new URL(path, running.url), {
        ...init,
        headers: { authorization: `Bearer ${running.token}`, ...init.headers },
      });
    } catch (error) {
      throw new UserError(`plumbline runs as process ${running.pid} but does not answer: ${causeOf(error)}`);
    }
    if (response.ok) return response;
    throw new UserError(`the running plumbline refused: ${await reasonOf(response)}`);
  };
  const json = async <T>(path: string, init?: Call): Promise<T> =>
    (await (await call(path, init)).json()) as T;

  return {
    async append(events) {
      const body = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      await call('/api/events', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-ndjson' },
      });
    },
    async appendTranslated(records) {
      for (const value of draftsRecords(records)) {
        await call('/api/translated', {
          method: 'POST',
          body: value.toString('utf8'),
          headers: { 'content-type': 'application/json' },
        });
      }
    },
    lag: () => json<Lag>('/api/lag'),
    counts: () => json('/api/counts'),
    rebuild: (dealIds) => json<RebuildResult>(`/api/rebuild?${dealsQuery(dealIds)}`, { method: 'POST' }),
    async *scores(asOf, dealIds) {
      const response = await call(
        `/api/scores?as_of=${encodeURIComponent(formatInstant(asOf))}&${dealsQuery(dealIds)}`,
      );
      for await (const line of linesOf(response)) yield JSON.parse(line) as Score;
    },
    async *dealEvents() {
      for await (const line of linesOf(await call('/api/deal-events'))) yield JSON.parse(line) as DealEvents;
    },
    alerts: {
      list: (query) => json(`/api/alerts?${queryOf(query)}`),
      deliveries: (query) => json(`/api/alerts/deliveries?${queryOf(query)}`),
      control: (request) =>
        json('/api/alerts/control', {
          method: 'POST',
          body: JSON.stringify(request),
          headers: { 'content-type': 'application/json' },
        }),
      replay: ({ since, ...which }) =>
        json(
          `/api/alerts/replay?${queryOf({ ...which, since: since === undefined ? undefined : formatInstant(since) })}`,
          { method: 'POST' },
        ),
    },
    async refuse(letters) {
      const body = letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');
      await call('/api/dead-letters', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-ndjson' },
      });
    },
    replay: ({ topic, limit }) => {
      const named = topic === undefined ? '' : `&topic=${encodeURIComponent(topic)}`;
      return json<ReplayResult>(`/api/dead-letters/replay?limit=${limit}${named}`, { method: 'POST' });
    },
    deadLetters: (limit) => json(`/api/dead-letters?limit=${limit}`),
    close: () => Promise.resolve(),
  };
}

/** What is given, as a query. */
function queryOf(values: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

function dealsQuery(dealIds: readonly string[]): string {
  return dealIds.map((id) => `deal=${encodeURIComponent(id)}`).join('&');
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : text.slice(0, 200);
  } catch {
    return `${response.status} ${text.slice(0, 200)}`;
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
