import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';

/** A listening HTTP server. */
export interface Serving {
  readonly host: string;
  readonly port: number;
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Answers what it has taken, and stops listening. */
  close(): Promise<void>;
}

/** @throws where the port can't be listened on, with the address in the message */
export async function listen(app: INestApplication, host: string, port: number): Promise<Serving> {
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`can't listen on ${host}:${port}: ${reason}`, { cause: error });
  }
  const server = app.getHttpServer() as Server;
  const bound = (server.address() as AddressInfo).port;
  const shown = host.includes(':') ? `[${host}]` : host;
  return { host, port: bound, url: `http://${shown}:${bound}`, close: () => app.close() };
}
