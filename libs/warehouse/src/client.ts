import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { WarehouseConfig } from './config.js';

/** A connection to ClickHouse, in this process or on a server. */
export interface Connection {
  readonly client: ClickHouseClient;
  /** Waits for the statements under way, then lets go. */
  close(): Promise<void>;
}

export const DEFAULT_DATABASE = 'plumbline';

/** The client's own log would print statements with the data in them. */
const log = { level: ClickHouseLogLevel.OFF };

/** chdb implements the same interface, taken from another package that declares it again. */
type ClientConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

async function openEmbedded(path: string): Promise<Connection> {
  // Loaded only here, so that a process with a server never maps half a gigabyte of engine.
  const { createChdbConnection } = await import('chdb/connection');
  const { drainPending } = await import('chdb');
  let connection;
  try {
    connection = createChdbConnection({ path });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot open the data directory ${path}. If another process has it open, stop that first. The engine said: ${reason}`,
      { cause: error },
    );
  }
  const client = createClient({ connection: connection as unknown as ClientConnection, log });
  return {
    client,
    // A connection closed under a running statement aborts the engine for the rest of the process, and close()
    // returns before the directory is free.
    close: async () => {
      await drainPending();
      await client.close();
      await drainPending();
    },
  };
}

type ServerConfig = Extract<WarehouseConfig, { kind: 'server' }>;

/**
 * @param database null: whatever the server gives the user, for use before the database exists
 */
export function openServer(config: ServerConfig, database: string | null): Connection {
  const { ca, cert, key } = config.tls ?? {};
  const ca_cert = ca === undefined ? undefined : Buffer.from(ca);
  const client = createClient({
    url: config.url,
    log,
    ...(config.user === undefined ? {} : { username: config.user }),
    ...(config.password === undefined ? {} : { password: config.password }),
    ...(database === null ? {} : { database }),
    ...(ca_cert === undefined
      ? {}
      : {
          tls:
            cert === undefined || key === undefined
              ? { ca_cert }
              : { ca_cert, cert: Buffer.from(cert), key: Buffer.from(key) },
        }),
    // A look-up of thousands of identities does not fit into a URL.
    use_multipart_params_auto: true,
    // Below the keep-alive of older servers (3 s), so that no request meets a socket just being closed.
    keep_alive: { enabled: true, idle_socket_ttl: 2500 },
    request_timeout: 120_000,
  });
  return { client, close: () => client.close() };
}

/**
 * Opens the engine that the configuration names. Nothing beyond this file knows which one it is.
 * @throws where the embedded engine's directory cannot be opened; a server is first spoken to by the first statement
 */
export async function openClient(config: WarehouseConfig): Promise<Connection> {
  return config.kind === 'embedded'
    ? openEmbedded(config.path)
    : openServer(config, config.database ?? DEFAULT_DATABASE);
}
