import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** How the receiver answers one request. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Takes the request and says nothing. */
  | 'hang'
  /** Resets the connection instead of answering. */
  | 'reset'
  /** Says 200 and half of a body, and then nothing more. */
  | 'stall'
  /** Says 200 and half of a body, and resets the connection. */
  | 'break off'
  /** Says 200 and a body without end, as fast as it is read. */
  | 'flood';

export interface Received {
  readonly path: string;
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Whether the signature is right, as the public package has it. */
  readonly isSigned: boolean;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** How many requests had come over the same connection before. */
  readonly earlierOnConnection: number;
}

export interface WebhookReceiver {
  /** Without a path. */
  readonly origin: string;
  /** All requests, in the order in which they came; also those that were not answered. */
  readonly received: readonly Received[];
  /** Answers the next requests so, in order; afterwards as before. */
  script(replies: readonly Reply[]): void;
  /** Settles once that many requests have come. */
  until(count: number): Promise<void>;
  /** Bytes of floods that were taken off its hands. */
  flooded(): number;
  close(): Promise<void>;
}

const FLOOD_CHUNK = Buffer.alloc(16_384, 'x');

/**
 * A receiver as customers write it, on 127.0.0.1: it checks signatures with the public package and keeps a ledger.
 * @param secret of the sender; null: nothing is signed
 * @param answer to what no script is for
 */
export async function startWebhookReceiver(
  secret: string | null,
  answer: (received: Received) => Reply = () => ({ status: 200, body: 'ok' }),
): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const scripted: Reply[] = [];
  const perConnection = new WeakMap<object, number>();
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let floodBytes = 0;

  const reply = (how: Reply, request: IncomingMessage, response: ServerResponse): void => {
    switch (how) {
      case 'hang':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'stall':
      case 'break off':
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half', () => {
          if (how === 'break off') request.socket.resetAndDestroy();
        });
        return;
      case 'flood': {
        response.writeHead(200);
        const pour = (): void => {
          while (!response.destroyed) {
            floodBytes += FLOOD_CHUNK.length;
            if (!response.write(FLOOD_CHUNK)) break;
          }
        };
        response.on('drain', pour);
        pour();
        return;
      }
      default:
        response.writeHead(how.status, how.headers);
        response.end(how.body ?? '');
    }
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const earlier = perConnection.get(request.socket) ?? 0;
      perConnection.set(request.socket, earlier + 1);
      const entry = ledgerEntry(request, Buffer.concat(chunks).toString(), secret, earlier);
      received.push(entry);
      reply(scripted.shift() ?? answer(entry), request, response);
      const isReached = waiting.filter(({ count }) => received.length >= count);
      waiting = waiting.filter(({ count }) => received.length < count);
      for (const { resolve } of isReached) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    script(replies) {
      scripted.push(...replies);
    },
    async until(count) {
      if (received.length >= count) return;
      await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    },
    flooded: () => floodBytes,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function ledgerEntry(
  { url, headers }: IncomingMessage,
  body: string,
  secret: string | null,
  earlierOnConnection: number,
): Received {
  const id = String(headers['webhook-id']);
  const timestamp = Number(headers['webhook-timestamp']);
  // Not `verify`: it holds the timestamp against the clock of the machine, and tests have a clock of their own.
  const expected =
    secret === null ? undefined : new Webhook(secret).sign(id, new Date(timestamp * 1_000), body);
  const isSigned = headers['webhook-signature'] === expected;
  return { path: url ?? '', id, timestamp, isSigned, headers, body, earlierOnConnection };
}
