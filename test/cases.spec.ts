import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook, type RuleBook } from '#domain/policy/rules.js';
import { scoreDeal } from '#domain/score/score.js';
import { collectDeals } from '#domain/testing/collect.js';
import { parseInstant } from '#domain/time/instant.js';

/** What a case says of a deal; a field that is not there is not part of the case. */
interface ExpectedDeal {
  readonly findings: Readonly<Record<string, { readonly severity: string; readonly since?: string }>>;
  readonly [field: string]: unknown;
}

interface Expectation {
  readonly as_of: string;
  readonly why: string;
  readonly deals: Readonly<Record<string, ExpectedDeal>>;
}

/** The project's own cases, and those laid beside the project for it to try. */
const ROOT = join(import.meta.dirname, '..');
const FOLDERS = [join('test', 'cases'), join('..', 'shared', 'cases')].filter((folder) =>
  existsSync(join(ROOT, folder)),
);

const cases = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, folder, entry.name, 'expect.json')))
    .map((entry) => join(folder, entry.name)),
);

function bookOf(folder: string): RuleBook {
  const file = join(ROOT, folder, 'policy.json');
  const parsed = parsePolicy(...(existsSync(file) ? [readFileSync(file, 'utf8')] : []));
  if (parsed.policy === undefined) throw new Error(`${file}: ${JSON.stringify(parsed.faults)}`);
  return createRuleBook(parsed.policy);
}

/** Lines that are no JSON, or no sound event, count for nothing. */
function read(folder: string): unknown[] {
  const lines = readFileSync(join(ROOT, folder, 'events.ndjson'), 'utf8').split('\n');
  return lines.map((line) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      return undefined;
    }
  });
}

function seconds(instant: unknown): number {
  return typeof instant === 'string' ? (parseInstant(instant) ?? Number.NaN) / 1000 : Number.NaN;
}

/** Instants agree within a second, numbers to the cent, anything else exactly. */
function agrees(field: string, actual: unknown, expected: unknown): void {
  if (typeof expected === 'string' && parseInstant(expected) !== undefined) {
    const apart = Math.abs(seconds(actual) - seconds(expected));
    expect([field, actual, apart <= 1 ? expected : actual]).toEqual([field, actual, expected]);
  } else if (typeof expected === 'number') {
    expect([field, Math.abs(Number(actual) - expected) <= 0.01 ? expected : actual]).toEqual([
      field,
      expected,
    ]);
  } else expect([field, actual]).toEqual([field, expected]);
}

describe('the golden cases', () => {
  it('are there', () => {
    expect(cases.length).toBeGreaterThanOrEqual(14);
  });

  it.each(cases)('%s is scored as it says', (folder) => {
    const expectation = JSON.parse(readFileSync(join(ROOT, folder, 'expect.json'), 'utf8')) as Expectation;
    const asOf = parseInstant(expectation.as_of) ?? Number.NaN;
    const book = bookOf(folder);
    const scores = new Map(
      [...collectDeals(read(folder))].map(([dealId, events]) => [
        dealId,
        scoreDeal(dealId, events, asOf, book),
      ]),
    );
    const scored = [...scores].filter(([, score]) => score !== undefined).map(([dealId]) => dealId);
    expect(new Set(scored)).toEqual(new Set(Object.keys(expectation.deals)));
    for (const [dealId, { findings, families, ...fields }] of Object.entries(expectation.deals)) {
      const score = scores.get(dealId);
      const told: Readonly<Record<string, unknown>> = { ...score };
      for (const [field, value] of Object.entries(fields)) agrees(`${dealId} ${field}`, told[field], value);
      for (const [family, points] of Object.entries((families ?? {}) as Record<string, number>))
        agrees(`${dealId} ${family}`, (told['families'] as Record<string, number>)[family], points);
      const found = new Map((score?.findings ?? []).map((finding) => [finding.kind as string, finding]));
      expect([dealId, [...found.keys()].sort()]).toEqual([dealId, Object.keys(findings).sort()]);
      for (const [kind, { severity, since }] of Object.entries(findings)) {
        agrees(`${dealId} ${kind}`, found.get(kind)?.severity, severity);
        if (since !== undefined) agrees(`${dealId} ${kind} since`, found.get(kind)?.since, since);
      }
    }
  });
});
