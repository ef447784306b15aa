import type { Migration } from './migrations.js';

/** A migration as the database remembers it. */
export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * What is still to be applied, in order.
 * @throws where the database is newer than the code, or was changed by other statements than the code's
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]));
  for (const { number, name, checksum } of applied) {
    const migration = byNumber.get(number);
    if (migration === undefined) {
      throw new Error(
        `The database has migration ${name}, which this version does not know: run the newer version that applied it`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new Error(
        `Migration ${migration.name} was altered after it had been applied: restore its file, and put the change into a new migration`,
      );
    }
  }
  const present = new Set(applied.map(({ number }) => number));
  const pending = known.filter(({ number }) => !present.has(number));
  const latest = Math.max(0, ...present);
  const missed = pending.find(({ number }) => number < latest);
  if (missed !== undefined) {
    throw new Error(
      `Migration ${missed.name} was never applied, but later ones were: restore the database from a backup`,
    );
  }
  return pending;
}
