import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { scoreDeal } from '#domain/score/score.js';
import { formatInstant, type Instant, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import { dataDirectory } from '../apps/plumbline/src/system/data-directory.js';
import { type EmbeddedSystem, openEmbeddedSystem } from '../apps/plumbline/src/system/embedded-system.js';
import { event, opened } from './support/events.js';
import { feed, foldable, recordsOf, ruleBook, settled } from './support/system.js';
import { temporaryFolder } from './support/temporary.js';
import { until } from './support/until.js';

// The engine is real, on machines that may be busy.
jest.setTimeout(240_000);

const NOW = Date.UTC(2026, 5, 30, 12);
const POLICY = stringify(simulatedPolicy);
const events = [...simulate({ seed: 5, deals: 40, until: NOW })];
const deals = foldable(events);

function policyFile(text: string): string {
  const path = join(temporaryFolder(), 'policy.yaml');
  writeFileSync(path, text);
  return path;
}

/** Open findings of all deals by the rules alone. */
function openFindings(at: Instant, policy: string): string[] {
  const book = ruleBook(policy);
  return [...deals]
    .flatMap(([id, own]) =>
      (scoreDeal(id, own, at, book)?.findings ?? []).map(({ kind, since }) => `${id} ${kind} ${since}`),
    )
    .sort();
}

async function storedFindings(system: EmbeddedSystem): Promise<string[]> {
  const rows = await system.warehouse.read.select(
    'SELECT deal_id, kind, toString(opened_at) AS since FROM findings WHERE closed_at IS NULL',
  );
  return rows
    .map(
      ({ deal_id: id, kind, since }) => `${String(id)} ${String(kind)} ${String(since).replace(' ', 'T')}Z`,
    )
    .sort();
}

/** Kinds of which a deal has two episodes open, or two that overlap. */
function doubled(system: EmbeddedSystem): Promise<readonly unknown[]> {
  return system.warehouse.read.select(
    `SELECT a.deal_id, a.kind, a.opened_at, b.opened_at
     FROM findings AS a INNER JOIN findings AS b ON a.deal_id = b.deal_id AND a.kind = b.kind
     WHERE a.opened_at < b.opened_at AND (a.closed_at IS NULL OR a.closed_at > b.opened_at)`,
  );
}

async function nothingDue(system: EmbeddedSystem, at: Instant): Promise<void> {
  await until(
    'nothing is due any more',
    async () => (await system.warehouse.read.dealsDue(at, { limit: 1 })).length === 0,
  );
}

describe('Time that passes', () => {
  const folder = temporaryFolder();
  let now = NOW;
  let system: EmbeddedSystem;
  const open = async (policy: string, said: string[] = []): Promise<void> => {
    system = await openEmbeddedSystem(dataDirectory(folder), {
      policyFile: policyFile(policy),
      now: () => now,
      say: (line) => said.push(line),
    });
  };

  beforeAll(async () => {
    await open(POLICY);
    await feed(system, events);
  });

  afterAll(() => system.close());

  it('while nothing ran is caught up with: findings have the start that they would have had', async () => {
    await system.close();
    now = NOW + 40 * MILLISECONDS_PER_DAY;
    await open(POLICY);
    await nothingDue(system, now);
    const expected = openFindings(now, POLICY);
    expect(await storedFindings(system)).toEqual(expected);
    const missed = expected.filter((line) => {
      const since = line.split(' ').at(-1) ?? '';
      return since > formatInstant(NOW) && since < formatInstant(now);
    });
    expect(missed.length).toBeGreaterThan(0);
    const caughtUp = await recordsOf(system.warehouse);
    expect(await system.rebuild([])).toEqual({ deals: deals.size, changed: 0 });
    expect(await recordsOf(system.warehouse)).toEqual(caughtUp);
    expect(await doubled(system)).toEqual([]);
  });

  it('is counted anew by another list of holidays, while events go on, and it is told how much that changed', async () => {
    await system.close();
    const said: string[] = [];
    const holidays = Array.from({ length: 10 }, (_, n) => `2026-07-${String(n + 13)}`);
    const calendar = { ...simulatedPolicy.calendar, holidays };
    const policy = stringify({ ...simulatedPolicy, calendar });
    await open(policy, said);
    const at = formatInstant(now - MILLISECONDS_PER_DAY);
    await feed(system, [opened('meanwhile', at)]);
    await system.upToDate();
    expect(said.join('\n')).toMatch(
      /scoring all of them again[^]*\b[1-9]\d* of \d+ deals have another verdict now/,
    );
    expect((await storedFindings(system)).filter((line) => !line.startsWith('meanwhile '))).toEqual(
      openFindings(now, policy),
    );
    expect(openFindings(now, policy)).not.toEqual(openFindings(now, POLICY));
    expect((await system.rebuild([])).changed).toBe(0);
    expect(await doubled(system)).toEqual([]);
  });

  it('does not score again what it has judged already by the policy in force', async () => {
    await system.close();
    const said: string[] = [];
    system = await openEmbeddedSystem(dataDirectory(folder), {
      now: () => now,
      say: (line) => said.push(line),
    });
    await system.upToDate();
    expect(said).toEqual([]);
  });
});

describe('An event that comes late and rewrites the past', () => {
  const folder = temporaryFolder();
  const START = Date.UTC(2026, 2, 2, 9);
  const at = (days: number): string => formatInstant(START + days * MILLISECONDS_PER_DAY);

  it('corrects the times of the episode instead of opening a second', async () => {
    const system = await openEmbeddedSystem(dataDirectory(folder), {
      now: () => START + 60 * MILLISECONDS_PER_DAY,
    });
    const episodes = (): Promise<readonly unknown[]> =>
      system.warehouse.read.select(
        `SELECT toString(opened_at) AS opened_at, toString(closed_at) AS closed_at FROM findings
         WHERE deal_id = 'd1' AND kind = 'stalled' ORDER BY opened_at`,
      );
    try {
      await feed(system, [opened('d1', at(0), { stage: 'discovery' })]);
      const [first, ...others] = (await episodes()) as { opened_at: string; closed_at: string | null }[];
      expect(first).toMatchObject({ closed_at: null });
      expect(others).toEqual([]);
      await feed(system, [event('deal.stage_changed', 'd1', at(4), { to: 'solution' })]);
      await settled(system);
      const [moved, ...second] = (await episodes()) as { opened_at: string; closed_at: string | null }[];
      expect(moved).toMatchObject({ closed_at: null });
      expect(second).toEqual([]);
      expect((moved?.opened_at ?? '') > (first?.opened_at ?? '')).toBe(true);
      // Then it is told that something happened in the middle of the episode: there were two, one after the other.
      await feed(system, [event('deal.stage_changed', 'd1', at(45), { to: 'proposal' })]);
      const two = (await episodes()) as { opened_at: string; closed_at: string | null }[];
      expect(two[0]).toEqual({
        opened_at: moved?.opened_at,
        closed_at: at(45).replace('T', ' ').slice(0, -1),
      });
      expect(two.filter(({ closed_at: closed }) => closed === null).length).toBeLessThanOrEqual(1);
      expect(await doubled(system)).toEqual([]);
      expect(await system.rebuild([])).toEqual({ deals: 1, changed: 0 });
    } finally {
      await system.close();
    }
  });
});
