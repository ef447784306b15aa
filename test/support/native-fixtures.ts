import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseInstant } from '#domain/time/instant.js';
import type { EventDraft } from '#sources/native/draft.js';
import { type NativeSource, nativeSources } from '#sources/sources.js';

/** What a source sends, and what is to become of it. */
export interface NativeFixture {
  readonly source: NativeSource;
  /** The folder's name. */
  readonly name: string;
  readonly recordFile: string;
  readonly record: string;
  readonly mappingFile: string | undefined;
  readonly expected: {
    readonly events: readonly Readonly<Record<string, unknown>>[];
    readonly refused: number;
    readonly ordered: boolean;
  };
}

/** The fixtures in a folder that has one for each source, each with folders of fixtures; none where there is none. */
export function nativeFixtures(folder: string): readonly NativeFixture[] {
  return nativeSources.flatMap((source) => {
    const ofSource = join(folder, source);
    const names = existsSync(ofSource) ? readdirSync(ofSource).sort() : [];
    return names.map((name): NativeFixture => {
      const document = join(ofSource, name, 'record.json');
      const recordFile = existsSync(document) ? document : join(ofSource, name, 'record.ndjson');
      const mappingFile = join(ofSource, name, 'mapping.yaml');
      return {
        source,
        name,
        recordFile,
        record: readFileSync(recordFile, 'utf8'),
        mappingFile: existsSync(mappingFile) ? mappingFile : undefined,
        expected: JSON.parse(
          readFileSync(join(ofSource, name, 'expect.json'), 'utf8'),
        ) as NativeFixture['expected'],
      };
    });
  });
}

/** Whether what came says all that was expected; what is not named is not compared. */
export function matches(expected: unknown, given: unknown): boolean {
  if (expected === null) return given === undefined || given === null;
  if (Array.isArray(expected)) return Array.isArray(given) && matchOneToOne(expected, given);
  if (typeof expected === 'object') {
    return (
      typeof given === 'object' &&
      given !== null &&
      Object.entries(expected).every(([name, value]) =>
        matches(value, (given as Readonly<Record<string, unknown>>)[name]),
      )
    );
  }
  if (typeof expected !== 'string' || typeof given !== 'string') return expected === given;
  const instants = [parseInstant(expected), parseInstant(given)];
  if (instants.every((at) => at !== undefined)) return instants[0] === instants[1];
  return expected.includes('@') ? expected.toLowerCase() === given.toLowerCase() : expected === given;
}

/** Whether each expected value has a match of its own, in any order, and none is left over. */
export function matchOneToOne(expected: readonly unknown[], given: readonly unknown[]): boolean {
  const [first, ...others] = expected;
  if (expected.length !== given.length) return false;
  if (expected.length === 0) return true;
  return given.some(
    (value, at) =>
      matches(first, value) && matchOneToOne(others, [...given.slice(0, at), ...given.slice(at + 1)]),
  );
}

/** Events as they count: repeated ones once, and descriptions only where one is expected. */
export function counted(
  events: readonly EventDraft[],
  expected: NativeFixture['expected'],
): readonly EventDraft[] {
  const once = [...new Map(events.map((event) => [JSON.stringify(event), event])).values()];
  const described = expected.events.some(({ type }) => type === 'deal.described');
  return described ? once : once.filter(({ type }) => type !== 'deal.described');
}

/** By time, source and id, as a deal's history is read. */
export function inOrder(events: readonly EventDraft[]): readonly EventDraft[] {
  const keyOf = ({ time, source, id }: EventDraft): readonly [number, string, string] => [
    parseInstant(time ?? '') ?? 0,
    source,
    id,
  ];
  return events.toSorted((a, b) => {
    const [timeA, sourceA, idA] = keyOf(a);
    const [timeB, sourceB, idB] = keyOf(b);
    return timeA - timeB || compare(sourceA, sourceB) || compare(idA, idB);
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
