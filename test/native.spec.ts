import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type EventDraft, faultsOf } from '#sources/native/draft.js';
import { jsonText } from '#sources/native/json-text.js';
import { loadSourceMapping } from '#sources/native/load-mapping.js';
import { defaultMapping, type SourceMapping } from '#sources/native/mapping.js';
import { readNativeRecords } from '#sources/native/read-records.js';
import { type NativeSource, nativeSources, translateRecord } from '#sources/sources.js';
import { mutated } from '#sources/testing/mutations.js';
import { linesOf, root, run } from './support/cli.js';
import {
  counted,
  inOrder,
  matches,
  matchOneToOne,
  type NativeFixture,
  nativeFixtures,
} from './support/native-fixtures.js';
import { temporaryFolder } from './support/temporary.js';

const own = nativeFixtures(`${root}test/fixtures/native`);
// Those of the vendors' shapes lie beside the project, where they are at hand.
const fixtures = [...own, ...nativeFixtures(`${root}../shared/native`)];

interface Result {
  readonly events: readonly EventDraft[];
  readonly refused: readonly { readonly index: number; readonly reasons: readonly string[] }[];
}

function mappingOf({ source, mappingFile }: NativeFixture): SourceMapping {
  if (mappingFile === undefined) return defaultMapping;
  const loaded = loadSourceMapping(source, readFileSync(mappingFile, 'utf8'));
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return loaded.mapping;
}

async function translated(source: NativeSource, text: string, mapping: SourceMapping): Promise<Result> {
  const events: EventDraft[] = [];
  const refused: { index: number; reasons: readonly string[] }[] = [];
  for await (const item of readNativeRecords(Readable.from([Buffer.from(text)]))) {
    const result = 'reasons' in item ? item : translateRecord(source, item.record, mapping);
    if ('reasons' in result) refused.push({ index: item.index, reasons: result.reasons });
    else events.push(...result.events);
  }
  return { events, refused };
}

/** The same records the other way round, of an array or of lines; the same text where it is one document. */
function reversed(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  try {
    const whole = JSON.parse(text) as unknown;
    return Array.isArray(whole) ? JSON.stringify(whole.toReversed()) : text;
  } catch {
    return lines.toReversed().join('\n');
  }
}

function identities(events: readonly EventDraft[]): readonly string[] {
  return [...new Set(events.map(({ source, id }) => `${source}|${id}`))].sort();
}

it.each(nativeSources)('there is a fixture of %s', (source) => {
  expect(own.filter((fixture) => fixture.source === source)).not.toEqual([]);
});

describe.each(fixtures)('$source $name', (fixture) => {
  const { source, record, expected } = fixture;

  it('becomes the events expected of it, and nothing else', async () => {
    const { events, refused } = await translated(source, record, mappingOf(fixture));
    const given = counted(events, expected);
    if (!matchOneToOne(expected.events, given)) expect(given).toEqual(expected.events);
    expect(refused).toHaveLength(expected.refused);
    expect(refused.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
    if (!expected.ordered) return;
    const sorted = inOrder(given);
    const misplaced = expected.events.filter((event, at) => !matches(event, sorted[at]));
    expect(misplaced).toEqual([]);
  });

  it('becomes sound CloudEvents', async () => {
    const { events } = await translated(source, record, mappingOf(fixture));
    for (const event of events) {
      expect(faultsOf(event)).toEqual([]);
      expect(event).toMatchObject({ specversion: '1.0', schemaversion: 1 });
    }
  });

  it('has the same identities in any order of its records, and however often it is read', async () => {
    const mapping = mappingOf(fixture);
    const { events } = await translated(source, record, mapping);
    const again = await translated(source, record, mapping);
    const backwards = await translated(source, reversed(record), mapping);
    expect(JSON.stringify(again.events)).toBe(JSON.stringify(events));
    expect(identities(backwards.events)).toEqual(identities(events));
  });
});

describe.each(own)('plumbline translate --source $source', (fixture) => {
  const { source, recordFile, record, mappingFile, expected } = fixture;
  const args = [
    ...['translate', '--source', source],
    ...(mappingFile === undefined ? [] : ['--mapping', mappingFile]),
  ];

  it('prints the events, tells what is refused, and does the same again from standard input', async () => {
    const { events, refused } = await translated(source, record, mappingOf(fixture));
    const [first, again] = await Promise.all([
      run([...args, recordFile]),
      run([...args, '-'], { stdin: record }),
    ]);
    expect(first.stdout).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const letters = linesOf(first.stderr).map((line) => JSON.parse(line) as object);
    expect(letters).toEqual(refused.map((letter) => ({ source, ...letter, record: expect.any(String) })));
    expect(first.code).toBe(expected.refused > 0 ? 1 : 0);
    expect([again.stdout, again.stderr, again.code]).toEqual([first.stdout, first.stderr, first.code]);
  });
});

describe('plumbline translate', () => {
  it('says which sources there are', async () => {
    const { stderr, code } = await run(['translate', '--source', 'salesforc'], { stdin: '' });
    expect(stderr).toBe(
      'plumbline: --source: expected one of salesforce, hubspot, pipedrive, google-calendar, microsoft-graph, cloudevents, csv, got "salesforc"\n',
    );
    expect(code).toBe(2);
  });

  it('tells the faults of a mapping with their paths before it reads anything', async () => {
    const mapping = `${root}test/fixtures/broken-mapping.yaml`;
    const { stdout, stderr, code } = await run(['translate', '--source', 'hubspot', '--mapping', mapping], {
      stdin: '{}',
    });
    expect(linesOf(stderr)).toEqual([
      `plumbline: ${mapping}: timezone: expected an IANA time zone such as Europe/Berlin, got "Mars"`,
      `${mapping}: rules[0].emit: there is no event type "fit.asessed"`,
    ]);
    expect([stdout, code]).toEqual(['', 1]);
  });

  it('takes files one after another, and says of which each refused record is', async () => {
    const files = own.filter(({ source }) => source === 'salesforce').map(({ recordFile }) => recordFile);
    const [file = ''] = files;
    const { stdout, stderr } = await run(['translate', '--source', 'salesforce', file, file]);
    const lines = linesOf(stdout);
    expect(lines.slice(lines.length / 2)).toEqual(lines.slice(0, lines.length / 2));
    const letters = linesOf(stderr).map((line) => JSON.parse(line) as object);
    expect(letters).toMatchObject([
      { file, index: 2 },
      { file, index: 2 },
    ]);
  });

  it('tells of a file that is not there in one line', async () => {
    const { stderr, code } = await run(['translate', '--source', 'hubspot', 'nowhere.json']);
    expect([stderr, code]).toEqual(["plumbline: can't read nowhere.json: there is no such file\n", 1]);
  });
});

describe('plumbline import', () => {
  const data = temporaryFolder();
  const policy = `${temporaryFolder()}/policy.yaml`;
  const of = (source: NativeSource): readonly string[] =>
    own.filter((fixture) => fixture.source === source).map(({ recordFile }) => recordFile);

  beforeAll(() => {
    writeFileSync(policy, 'seller_domains: [seller.example]\n');
  });

  const imported = (source: NativeSource): ReturnType<typeof run> =>
    run(['import', '--source', source, '--policy', policy, '--data', data, ...of(source)]);

  it('brings records in, and keeps what is refused with where it came from', async () => {
    const first = await imported('salesforce');
    expect(first.stdout).toBe('3 records: 2 imported as 3 events, 1 refused\n');
    expect(linesOf(first.stderr).map((line) => JSON.parse(line) as object)).toMatchObject([
      { source: 'salesforce', index: 2, reasons: ['data.payload.Amount: expected a number, got "48k"'] },
    ]);
    expect(first.code).toBe(1);
    const { stdout } = await run(['dead-letters', 'list', '--data', data]);
    expect(stdout).toContain('import.salesforce/record.ndjson/0@2');
  });

  it('imports the same again without a second effect, and meetings beside it', async () => {
    await imported('salesforce');
    const calendar = await imported('google-calendar');
    expect([calendar.stderr, calendar.code]).toEqual(['', 0]);
    expect(calendar.stdout).toBe('3 records: 3 imported as 3 events, 0 refused\n');
    const deals = await run(['deals', '--data', data, '--format', 'ndjson', '--as-of', '2026-09-20']);
    expect(linesOf(deals.stdout).map((line) => JSON.parse(line) as object)).toMatchObject([
      { deal_id: '0068d00000Kw1AbAAJ', name: 'Thornbury – cold store', stage: 'Angebot', amount: 48_000.5 },
    ]);
    const letters = await run(['dead-letters', 'list', '--data', data]);
    expect(letters.stdout.match(/import\.salesforce/g)).toHaveLength(1);
  });
});

describe.each(nativeSources)('whatever %s sends', (source) => {
  const ofSource = fixtures.filter((fixture) => fixture.source === source);
  const records = ofSource.flatMap(({ record }) => valuesIn(record));
  const mappings = [defaultMapping, ...ofSource.filter((fixture) => fixture.mappingFile).map(mappingOf)];

  it('nothing throws, nothing faulty comes out, and the same comes out again', async () => {
    await fc.assert(
      fc.asyncProperty(mutated(records), async (value) => {
        for (const mapping of mappings) {
          const first = translateRecord(source, { value }, mapping);
          if ('reasons' in first) expect(first.reasons).not.toEqual([]);
          else expect(first.events.flatMap(faultsOf)).toEqual([]);
          expect(translateRecord(source, { value }, mapping)).toEqual(first);
          const reasons = 'reasons' in first ? first.reasons : [];
          expect(reasons.filter((reason) => reason.startsWith('the record could not be read'))).toEqual([]);
        }
        await takenApart(source, value);
      }),
      { numRuns: 300 },
    );
  });
});

/** The same value as it comes in by a file: what it holds may be pages and messages as well. */
async function takenApart(source: NativeSource, value: unknown): Promise<void> {
  const { events } = await translated(source, jsonText(value ?? null), defaultMapping);
  expect(events.flatMap(faultsOf)).toEqual([]);
}

function valuesIn(record: string): unknown[] {
  try {
    const whole = JSON.parse(record) as unknown;
    return Array.isArray(whole) ? whole : [whole];
  } catch {
    return record.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
  }
}
