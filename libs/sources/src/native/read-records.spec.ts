import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonText } from './json-text.js';
import { readNativeRecords, recordsOfMessage } from './read-records.js';

const MEBIBYTE = 1024 * 1024;

/** What a stream holds: values of its records, and reasons where there are none. */
async function read(...chunks: readonly (string | Uint8Array)[]): Promise<unknown[]> {
  const found: unknown[] = [];
  let count = 0;
  for await (const item of readNativeRecords(streamOf(chunks))) {
    expect(item.index).toBe(count);
    count += 1;
    found.push('reasons' in item ? item.reasons[0] : item.record.value);
  }
  return found;
}

async function rawsIn(...chunks: readonly string[]): Promise<string[]> {
  const raws: string[] = [];
  for await (const item of readNativeRecords(streamOf(chunks))) raws.push(item.raw);
  return raws;
}

function streamOf(chunks: readonly (string | Uint8Array)[]): Readable {
  return Readable.from(chunks, { objectMode: true });
}

describe('a stream of records', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['a document', '{"a":1}', [{ a: 1 }]],
    ['a document over several lines', '\n{\n  "a": [\n    1\n  ]\n}\n', [{ a: [1] }]],
    ['an array', '[{"a":1},{"b":2}]', [{ a: 1 }, { b: 2 }]],
    ['an array over several lines', '[\n  {"a":1},\n  {"b":2}\n]\n', [{ a: 1 }, { b: 2 }]],
    ['an array of one', '[\n{"a":1}\n]', [{ a: 1 }]],
    ['an empty array', '[]', []],
    ['NDJSON', '{"a":1}\n{"b":2}\n', [{ a: 1 }, { b: 2 }]],
    ['NDJSON without a last newline', '{"a":1}\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    [
      'NDJSON with blank lines and carriage returns',
      '\r\n{"a":1}\r\n\r\n  \n{"b":2}\r\n',
      [{ a: 1 }, { b: 2 }],
    ],
    ['NDJSON of arrays', '[{"a":1},{"b":2}]\n[{"c":3}]\n[]\n', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['values that are no objects', '7\nnull\n"x"\n', [7, null, 'x']],
    ['nothing', '', []],
    ['blanks', ' \n\n', []],
    ['what is no JSON', 'nope', ['not JSON']],
    ['a broken line', '{"a":1}\n{"b":\n{"c":3}\n', [{ a: 1 }, 'not JSON', { c: 3 }]],
    ['a broken first line', 'nope\n{"b":2}\n', ['not JSON', { b: 2 }]],
    ['a first line cut off', '{"a":\n{"b":2}\n{"c":3}\n', ['not JSON', { b: 2 }, { c: 3 }]],
    ['a broken last line', '{"a":1}\n{"b"', [{ a: 1 }, 'not JSON']],
    ['a broken document', '{\n  "a": 1,\n  "b": [\n', ['not JSON']],
    ['a broken array', '[{"a":1},{"b":2}', ['not JSON']],
    ['a broken array over several lines', '[\n  {"a":1},\n  {"b"\n', ['not JSON']],
    [
      'a page of Google Calendar',
      '{"kind":"calendar#events","items":[{"id":1},{"id":2}]}',
      [{ id: 1 }, { id: 2 }],
    ],
    ['a page of Microsoft Graph', '{"@odata.context":"c","value":[{"id":1}]}', [{ id: 1 }]],
    ['a page of HubSpot', '{"results":[{"id":1}],"paging":{}}', [{ id: 1 }]],
    ['pages in an array', '[{"@odata.nextLink":"n","value":[1]},{"value":[2]}]', [1, 2]],
    ['a value that is no page', '{"results":[1],"id":"x"}', [{ results: [1], id: 'x' }]],
    ['a message', '{"value":{"a":1},"headers":{},"timestamp":1}', [{ a: 1 }]],
    [
      'a message with all that Kafka knows of it',
      '{"topic":"t","partition":0,"offset":7,"key":null,"value":{"a":1}}',
      [{ a: 1 }],
    ],
    ['a message of JSON text', '{"value":"{\\"a\\":1}"}', [{ a: 1 }]],
    ['a message of an array', '[{"value":[{"a":1},{"b":2}]},{"value":"[3]"}]', [{ a: 1 }, { b: 2 }, 3]],
    ['a message of a page', '{"value":{"@odata.context":"c","value":[1,2]}}', [1, 2]],
    ['a message of broken text', '[{"value":"{no"},{"value":"{}"}]', ['value: not JSON', {}]],
    ['a message of nothing', '{"value":null}', [null]],
    ['a record with a value', '{"id":1,"value":2}', [{ id: 1, value: 2 }]],
    ['data in binary mode', '{"headers":{"ce_id":"1"},"value":[1,2]}', [[1, 2]]],
  ])('holds the records of %s', async (_, text, records) => {
    expect(await read(text)).toEqual(records);
  });

  it('is read the same however it is cut into chunks', async () => {
    const text = '{"a":"é€𝒳\\"\\\\"}\n\n[{"b":[1,{"c":"]}"}]}]\nnope\n{"d":4}';
    const whole = await read(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(Buffer.byteLength(text)), { maxLength: 6 }), async (cuts) => {
        const bytes = Buffer.from(text);
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const chunks = ends.map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end));
        expect(await read(...chunks)).toEqual(whole);
      }),
    );
  });

  it('passes on what came with the records of a page or message', async () => {
    const page = { kind: 'calendar#events', updated: 'u', timeZone: 'z', items: [{ id: 1 }] };
    const message = { value: page, headers: { a: 'b', n: 7, o: {} }, timestamp: 1_772_442_000_137 };
    for await (const item of readNativeRecords(streamOf([JSON.stringify(message)]))) {
      expect('record' in item && item.record).toEqual({
        value: { id: 1 },
        page: { updated: 'u', timeZone: 'z' },
        headers: { a: 'b', n: '7' },
        timestamp: 1_772_442_000_137,
      });
    }
  });

  it.each([1, 'soon', {}, null, -1, 1e300])('drops a timestamp that is none: %j', async (timestamp) => {
    for await (const item of readNativeRecords(streamOf([JSON.stringify({ value: {}, timestamp })]))) {
      expect('record' in item && item.record).toStrictEqual({ value: {} });
    }
  });

  it('shows the text of each record for its dead letter', async () => {
    expect(await rawsIn('{ "a": 1 }\nnope\n[{"b" : 2}]\n')).toEqual(['{ "a": 1 }', 'nope', '{"b":2}']);
  });

  it('may begin with a byte order mark', async () => {
    expect(await read('\ufeff{"a":1}\n{"b":2}')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('costs one dead letter for a line that is not UTF-8', async () => {
    const broken = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d, 0x0a]);
    expect(await read('{"a":1}\n', broken, '{"b":2}')).toEqual([{ a: 1 }, 'not UTF-8', { b: 2 }]);
  });

  it('bears nesting of any depth', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const object = `${'{"value":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    expect(await rawsIn(`${deep}\n{"a":1}\n`)).toHaveLength(2);
    expect(await rawsIn(`${object}\n{"a":1}\n`)).toHaveLength(2);
  });

  it('costs one dead letter for a line of more than 16 MiB, and the rest goes on', async () => {
    const long = `{"a":"${'x'.repeat(17 * MEBIBYTE)}"}`;
    const tooLong = 'expected a line of at most 16 MiB, got more';
    expect(await read(`${long}\n{"b":2}\n`)).toEqual([tooLong, { b: 2 }]);
    expect(await read(`{"b":2}\n${long}`)).toEqual([{ b: 2 }, tooLong]);
    const [raw = ''] = await rawsIn(`${long}\n`);
    expect(raw.length).toBe(64 * 1024);
  });

  it('costs one dead letter for a document of more than 16 MiB that is no array', async () => {
    expect(await read(`{\n"a":"${'x'.repeat(17 * MEBIBYTE)}"\n}`)).toEqual([
      'expected a document of at most 16 MiB, an array of records, or one record a line',
    ]);
  });

  describe('that is an array of more than 16 MiB', () => {
    const filler = `{"p":"${'\\",]}'.repeat(MEBIBYTE)}"}`;
    const many = `[${filler},\n{"a":1} , ${filler},${filler},${filler},`;
    const first = ['filler', { a: 1 }, 'filler', 'filler', 'filler'];

    /** As `read` does, with a word for each of the fillers. */
    const readShort = async (text: string): Promise<unknown[]> =>
      (await read(text)).map((value) => (jsonText(value) === filler ? 'filler' : value));

    it('is taken apart item by item', async () => {
      expect(await readShort(`${many}[[2],{}]]`)).toEqual([...first, 2, {}]);
    });

    it('costs one dead letter for each item that can not be read', async () => {
      const long = `{"u":"${'y'.repeat(17 * MEBIBYTE)}"}`;
      expect(await readShort(`${many}oops,${long},,{"b":2}]`)).toEqual([
        ...first,
        'not JSON',
        'expected a record of at most 16 MiB, got more',
        'not JSON',
        { b: 2 },
      ]);
    });

    it('costs one dead letter where it has no end', async () => {
      expect(await readShort(`${many}{"b":2}`)).toEqual([...first, 'the array has no end']);
    });

    it('may be followed by lines', async () => {
      expect(await readShort(`${many}{"b":2}]\n{"c":3}\n`)).toEqual([...first, { b: 2 }, { c: 3 }]);
    });
  });

  it('is closed when nobody reads on', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          await Promise.resolve();
          yield '{"a":1}\n';
        }
      } finally {
        isClosed = true;
      }
    }
    for await (const item of readNativeRecords(endless())) {
      expect(item.index).toBe(0);
      break;
    }
    expect(isClosed).toBe(true);
  });
});

describe('a message of a raw topic', () => {
  const found = (text: string | Uint8Array, headers: Record<string, string> = {}): unknown[] =>
    recordsOfMessage(Buffer.from(text), headers).map((item) =>
      'reasons' in item ? item.reasons[0] : [item.record.value, item.isWhole],
    );

  it.each<[string, string, readonly unknown[]]>([
    ['one record', '{"a":1}', [[{ a: 1 }, true]]],
    [
      'an array of records',
      '[{"a":1},{"b":2}]',
      [
        [{ a: 1 }, false],
        [{ b: 2 }, false],
      ],
    ],
    ['a page', '{"@odata.context":"c","value":[{"a":1}]}', [[{ a: 1 }, false]]],
    ['a wrapped record', '{"value":{"a":1}}', [[{ a: 1 }, false]]],
    ['no JSON', 'nope', ['not JSON']],
    ['nothing', '', ['not JSON']],
    ['several lines', '{"a":1}\n{"b":2}', ['not JSON']],
  ])('may be %s', (_, text, records) => {
    expect(found(text)).toEqual(records);
  });

  it('is refused where it is not UTF-8', () => {
    expect(found(Buffer.from([0x22, 0xff, 0x22]))).toEqual(['not UTF-8']);
  });

  it('is data alone where its headers are the attributes of an event', () => {
    const headers = { ce_id: '1', 'content-type': 'application/json' };
    expect(found('[1]', headers)).toEqual([[[1], false]]);
    expect(found('', headers)).toEqual([['', false]]);
    expect(recordsOfMessage(Buffer.from('{}'), headers, 7)).toMatchObject([
      { record: { headers, timestamp: 7, value: {} }, raw: '{}' },
    ]);
  });

  it('keeps its text for a dead letter', () => {
    expect(recordsOfMessage(Buffer.from('{ "a": 1 }'), {}).map(({ raw }) => raw)).toEqual(['{ "a": 1 }']);
    expect(recordsOfMessage(Buffer.from('[{ "a": 1 }]'), {}).map(({ raw }) => raw)).toEqual(['{"a":1}']);
  });
});

describe('the text of a value', () => {
  it('is that of JSON.stringify, also where it nests too deeply for it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        let nested: unknown = value;
        for (let level = 0; level < 8_000; level += 1)
          nested = level % 2 === 0 ? [1, nested] : { k: nested, l: null };
        const inner = jsonText(value);
        expect(inner).toBe(JSON.stringify(value));
        expect(jsonText(nested)).toBe(`${'{"k":[1,'.repeat(4_000)}${inner}${'],"l":null}'.repeat(4_000)}`);
      }),
      { numRuns: 20 },
    );
  });
});
