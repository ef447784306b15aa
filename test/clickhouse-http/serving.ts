import { join } from 'node:path';
import {
  type ClickHouseHttp,
  type ClickHouseHttpOptions,
  serveClickHouseHttp,
} from '../../apps/plumbline/src/clickhouse-http/server.js';
import { type Warehouse, openWarehouse } from '#warehouse/warehouse.js';
import { changesOf } from '#warehouse/record-changes.js';
import { sampleEvent, sampleRecords } from '#warehouse/testing/samples.js';
import { temporaryFolder } from '../support/temporary.js';

/** An engine with two events of a deal `d1` in it, and interfaces over it. */
export interface Serving {
  readonly warehouse: Warehouse;
  readonly said: readonly string[];
  /** Another interface over the same engine. */
  serve(options?: Partial<ClickHouseHttpOptions>): Promise<ClickHouseHttp>;
  close(): Promise<void>;
}

export async function openServing(): Promise<Serving> {
  const path = join(temporaryFolder(), 'clickhouse');
  const warehouse = await openWarehouse({ kind: 'embedded', path });
  await warehouse.migrate();
  await warehouse.write.events({ append: [sampleEvent(), sampleEvent({ id: 'e2' })] });
  const changes = changesOf('d1', [], sampleRecords('d1'));
  if (changes !== null) await warehouse.write.records([changes]);
  const open: ClickHouseHttp[] = [];
  const said: string[] = [];
  return {
    warehouse,
    said,
    async serve(options = {}) {
      const one = await serveClickHouseHttp({
        path,
        host: '127.0.0.1',
        port: 0,
        access: { loopback: true, password: undefined },
        say: (message) => said.push(message),
        ...options,
      });
      open.push(one);
      return one;
    },
    async close() {
      for (const one of open) await one.close();
      await warehouse.close();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly code: string | null;
  readonly text: string;
  readonly headers: Headers;
}

/** Sends a statement as the body of a POST. */
export async function ask(
  url: string,
  statement: string | Uint8Array<ArrayBuffer>,
  { search = '', headers = {} }: { search?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/${search}`, { method: 'POST', body: statement, headers });
  return {
    status: response.status,
    code: response.headers.get('x-clickhouse-exception-code'),
    text: await response.text(),
    headers: response.headers,
  };
}
