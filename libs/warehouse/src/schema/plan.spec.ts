import { describe, expect, it } from '@jest/globals';
import { readMigrations } from './migrations.js';
import type { Migration } from './migrations.js';
import { pendingMigrations } from './plan.js';

function migration(number: number): Migration {
  return { number, name: `000${number}_step`, source: 'SELECT 1;', checksum: `sum-${number}` };
}

const known = [migration(1), migration(2), migration(3)];

describe('the migrations to apply', () => {
  it('are all of them on a new database, and none when all were applied', () => {
    expect(pendingMigrations(known, [])).toEqual(known);
    expect(pendingMigrations(known, known)).toEqual([]);
  });

  it('are those after the applied ones', () => {
    expect(pendingMigrations(known, [migration(1)])).toEqual([migration(2), migration(3)]);
  });

  it.each([
    ['a migration this version does not know', [...known, migration(4)], /0004_step.*newer version/],
    ['an altered migration', [{ ...migration(1), checksum: 'other' }], /0001_step was altered/],
    ['a gap', [migration(1), migration(3)], /0002_step was never applied/],
  ])('are refused where the database has %s', (_, applied, message) => {
    expect(() => pendingMigrations(known, applied)).toThrow(message);
  });
});

describe('the migrations of this code', () => {
  it('are numbered without a gap and have a checksum each', () => {
    const migrations = readMigrations();
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
    expect(migrations[0]).toMatchObject({
      name: '0001_events',
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
