import type { Check } from './readiness.js';

/** What the checks of the warehouse ask it; `warehouse.read` is one. */
export interface AskedWarehouse {
  select(sql: string): Promise<unknown>;
  schemaVersion(): Promise<{ readonly applied: number; readonly known: number }>;
}

/** The warehouse answers a query. */
export function warehouseCheck(warehouse: AskedWarehouse): Check {
  return async () => {
    await warehouse.select('SELECT 1 AS one');
  };
}

/** The database's schema is the one that this code was written for. */
export function schemaCheck(warehouse: AskedWarehouse): Check {
  return async () => {
    const { applied, known } = await warehouse.schemaVersion();
    if (applied === known) return;
    throw new Error(
      applied < known
        ? `the schema is at version ${applied}, this program needs ${known}: let it migrate`
        : `the schema is at version ${applied}, this program knows ${known}: run the newer program`,
    );
  };
}

/**
 * The log answers.
 * @param lag of the service's reader; undefined before it has one
 */
export function logCheck(lag: () => Promise<number> | undefined): Check {
  return async () => {
    const asked = lag();
    if (asked === undefined) throw new Error('the log is not open yet');
    await asked;
  };
}
