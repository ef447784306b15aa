import { existsSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { type Serving, ask, openServing } from './serving.js';

/** Stands in a file that no answer may show. */
const SECRET = 'the-secret-of-the-file';
const folder = temporaryFolder();
const file = join(folder, 'secret.csv');
const written = join(folder, 'written.csv');
writeFileSync(file, `${SECRET}\n`);

let serving: Serving;
let url: string;
beforeAll(async () => {
  serving = await openServing();
  ({ url } = await serving.serve());
});
afterAll(() => serving.close());

const READONLY = '164';
const DENIED = '497';

describe('what is refused', () => {
  it.each([
    ['an INSERT', `INSERT INTO default.event_store (id) VALUES ('x')`, READONLY],
    ['an INSERT of a SELECT', `INSERT INTO plumbline.events SELECT * FROM plumbline.events`, READONLY],
    [
      'a write into a file',
      `INSERT INTO FUNCTION file('${written}', 'CSV', 'a String') SELECT 'x'`,
      READONLY,
    ],
    ['DROP', 'DROP TABLE plumbline.events', READONLY],
    ['DROP behind comments', '/* SELECT 1 */ -- SELECT 2\nDROP /* FROM */ TABLE plumbline.events', READONLY],
    ['CREATE', 'CREATE TABLE x (a UInt8) ENGINE = Memory', READONLY],
    ['CREATE TABLE of a SELECT', 'CREATE TABLE x ENGINE = Memory AS SELECT 1', READONLY],
    ['CREATE FUNCTION', 'CREATE FUNCTION f AS (x) -> x', READONLY],
    ['ALTER', 'ALTER TABLE default.event_store DELETE WHERE 1', READONLY],
    ['TRUNCATE', 'TRUNCATE TABLE default.event_store', READONLY],
    ['OPTIMIZE', 'OPTIMIZE TABLE default.event_store FINAL', READONLY],
    ['SYSTEM', 'SYSTEM STOP MERGES', READONLY],
    ['KILL', 'KILL QUERY WHERE 1', READONLY],
    ['SET', 'SET max_memory_usage = 0', READONLY],
    ['USE', 'USE default', READONLY],
    ['GRANT', 'GRANT ALL ON *.* TO viewer', READONLY],
    ['ATTACH', 'ATTACH TABLE x', READONLY],
    ['BACKUP', `BACKUP TABLE plumbline.events TO File('${written}')`, READONLY],
    ['EXPLAIN of a DROP', 'EXPLAIN AST DROP TABLE plumbline.events', READONLY],
    ['several statements', 'SELECT 1; DROP TABLE plumbline.events', '62'],
    ['several statements, a comment between', 'SELECT 1; -- x\nSELECT 2', '62'],
    ['parallel statements', 'SELECT 1 PARALLEL WITH DROP TABLE plumbline.events', READONLY],
    ['INTO OUTFILE', `SELECT 1 INTO OUTFILE '${written}'`, READONLY],
    ['INTO OUTFILE behind a comment', `SELECT 1 INTO/**/OUTFILE '${written}' FORMAT CSV`, READONLY],
    ['INTO OUTFILE of EXPLAIN', `EXPLAIN SELECT 1 INTO OUTFILE '${written}'`, READONLY],
    ['INTO OUTFILE of EXPLAIN AST', `EXPLAIN AST SELECT 1 INTO OUTFILE '${written}'`, READONLY],
    ['INTO OUTFILE of SHOW', `SHOW TABLES INTO OUTFILE '${written}'`, READONLY],
    ['INTO OUTFILE of DESCRIBE', `DESCRIBE plumbline.events INTO OUTFILE '${written}'`, READONLY],
    ['settings that lift limits', 'SELECT 1 SETTINGS max_memory_usage = 0', READONLY],
    ['settings in a subquery', 'SELECT * FROM (SELECT 1 SETTINGS max_execution_time = 0)', READONLY],
    ['settings before FORMAT', 'SELECT 1 SETTINGS max_result_rows = 0 FORMAT CSV', READONLY],
    ['settings after FORMAT', 'SELECT 1 FORMAT CSV SETTINGS max_result_rows = 0', READONLY],
    ['a private table', 'SELECT * FROM default.event_store', DENIED],
    ['a private table without its database', 'SELECT * FROM event_store', '60'],
    ['a private table in quotes', 'SELECT * FROM `default`."event_store"', DENIED],
    ['a private table in IN', 'SELECT 1 IN default.event_store', DENIED],
    ['a private table in a view', 'SELECT * FROM view(SELECT * FROM default.event_store)', DENIED],
    ['a private table to describe', 'DESCRIBE TABLE default.event_store', DENIED],
    ['a private table to explain', 'EXPLAIN SELECT * FROM default.event_store', DENIED],
    ['a private table by a parameter', 'SELECT * FROM {t:Identifier}', DENIED],
    ['merge()', "SELECT * FROM merge('default', '.*')", DENIED],
    ['merge() without a database', "SELECT * FROM merge('.*')", DENIED],
    ['loop()', 'SELECT * FROM loop(default.event_store)', DENIED],
    ['a file as a table', `SELECT * FROM \`${file}\``, DENIED],
    ['a file as a table of the default database', `SELECT * FROM default.\`${file}\``, DENIED],
    ['system.query_log', 'SELECT * FROM system.query_log', DENIED],
    ['system.processes', 'SELECT query FROM system.processes', DENIED],
    ['system.named_collections', 'SELECT * FROM system.named_collections', DENIED],
    ['system.server_settings', 'SELECT * FROM system.server_settings', DENIED],
    ['system.users in upper case', 'SELECT * FROM SYSTEM.USERS', DENIED],
    ['url()', "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')", DENIED],
    ['remote()', "SELECT * FROM remote('127.0.0.1', 'default', 'event_store')", DENIED],
    ['s3()', "SELECT * FROM s3('https://x.example/y.csv')", DENIED],
    ['mysql()', "SELECT * FROM mysql('h:1', 'd', 't', 'u', 'p')", DENIED],
    ['postgresql()', "SELECT * FROM postgresql('h:1', 'd', 't', 'u', 'p')", DENIED],
    ['sqlite()', "SELECT * FROM sqlite('x.db', 't')", DENIED],
    ['executable()', "SELECT * FROM executable('x.sh', 'TSV', 'a String')", DENIED],
    ['input()', "SELECT * FROM input('a String')", DENIED],
    ['cluster()', "SELECT * FROM cluster('default', system.one)", DENIED],
    ['dictionary()', "SELECT * FROM dictionary('d')", DENIED],
    ['dictGet()', "SELECT dictGet('d', 'a', 1)", DENIED],
    ['joinGet()', "SELECT joinGet('default.t', 'a', 1)", DENIED],
    ['hasColumnInTable() of another server', "SELECT hasColumnInTable('h', 'd', 't', 'c')", DENIED],
    ['a function that calls a service', "SELECT aiGenerate('x')", DENIED],
    ['a function that reads the process', 'SELECT addressToLine(1)', DENIED],
    ['sleep()', 'SELECT sleep(3)', DENIED],
    ['APPLY, which hides a function', `SELECT * APPLY (x -> file(x)) FROM (SELECT '${file}')`, READONLY],
    ['APPLY of a name', `SELECT * APPLY file FROM (SELECT '${file}')`, READONLY],
    ['a condition of SHOW', `SHOW TABLES WHERE name = file('${file}')`, READONLY],
    ['a condition of SHOW COLUMNS', `SHOW COLUMNS FROM events WHERE field = file('${file}')`, READONLY],
    ['a condition of SHOW, told as a LIKE', `SHOW TABLES LIKE 'x' WHERE file('${file}') = ''`, '62'],
    ['SHOW PROCESSLIST', 'SHOW PROCESSLIST', READONLY],
    ['a NUL', 'SELECT 1 \0 ; DROP TABLE plumbline.events', '62'],
  ])('%s', async (_, statement, code) => {
    const answer = await ask(url, statement, { search: '?param_t=default.event_store' });
    expect(answer).toMatchObject({ code });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).toMatch(
      new RegExp(`^Code: ${code}\\. DB::Exception: .* \\([A-Z_]+\\) \\(version `, 's'),
    );
    expect(answer.text).not.toContain(SECRET);
    expect(existsSync(written)).toBe(false);
    expect((await serving.warehouse.read.counts()).events).toBe(2);
  });

  const read = `file('${file}')`;
  it('the engine itself would read the file', async () => {
    expect(
      await serving.warehouse.read.select(`SELECT ${read} AS a, arrayMap(file, ['${file}']) AS b`),
    ).toEqual([{ a: `${SECRET}\n`, b: [`${SECRET}\n`] }]);
  });

  it.each([
    `SELECT ${read}`,
    `SELECT * FROM ${read}`,
    `SELECT 1 AS \`x\n Literal 'y'\`, ${read}`,
    `SELECT 1 AS \`x (children 2)\`, ${read}`,
    `SELECT \`a\n  Identifier b\` FROM (SELECT ${read})`,
    `WITH x AS (SELECT ${read}) SELECT * FROM x`,
    `WITH RECURSIVE x AS (SELECT ${read} UNION ALL SELECT * FROM x) SELECT * FROM x`,
    `WITH ${read} AS a SELECT a`,
    `WITH x -> file(x) AS f SELECT f('${file}')`,
    `SELECT arrayMap(file, ['${file}'])`,
    `SELECT arrayMap(x -> file(x), ['${file}'])`,
    `SELECT arrayMap(f, ['${file}']) FROM (SELECT file AS f)`,
    `SELECT arrayMap(\`file\`, ['${file}'])`,
    `SELECT arrayFold((a, x) -> file(x), ['${file}'], '')`,
    `SELECT (SELECT (SELECT * FROM ${read}))`,
    `SELECT 1 WHERE 'x' IN (SELECT ${read})`,
    `SELECT 1 WHERE EXISTS (SELECT * FROM ${read})`,
    `SELECT 1 PREWHERE ${read} = ''`,
    `SELECT number FROM numbers(2) ORDER BY ${read}`,
    `SELECT number FROM numbers(2) ORDER BY number WITH FILL FROM length(${read})`,
    `SELECT number AS n, 1 AS a FROM numbers(2) ORDER BY n WITH FILL TO 9 INTERPOLATE (a AS length(${read}))`,
    `SELECT number FROM numbers(2) LIMIT length(${read})`,
    `SELECT number FROM numbers(2) LIMIT 1 BY ${read}`,
    `SELECT DISTINCT ON (${read}) number FROM numbers(2)`,
    `SELECT count() FROM numbers(2) GROUP BY ${read}`,
    `SELECT count() FROM numbers(2) GROUP BY GROUPING SETS ((${read}), (number))`,
    `SELECT count() FROM numbers(2) HAVING ${read} = ''`,
    `SELECT number FROM numbers(2) QUALIFY ${read} = ''`,
    `SELECT sum(number) OVER (PARTITION BY ${read}) FROM numbers(2)`,
    `SELECT sum(number) OVER w FROM numbers(2) WINDOW w AS (ORDER BY ${read})`,
    `SELECT sumIf(1, ${read} = '')`,
    `SELECT quantile(length(${read}))(number) FROM numbers(2)`,
    `SELECT * FROM numbers(2) AS a JOIN numbers(2) AS b ON ${read} = ''`,
    `SELECT * FROM numbers(2) ARRAY JOIN [${read}] AS a`,
    `SELECT * REPLACE (${read} AS number) FROM numbers(2)`,
    `SELECT CASE WHEN ${read} = '' THEN 1 END`,
    `SELECT 1 UNION ALL SELECT length(${read})`,
    `SELECT 1 EXCEPT SELECT length(${read})`,
    `SELECT * FROM view(SELECT ${read})`,
    `SELECT * FROM values('a String', ${read})`,
    `SELECT * FROM viewIfPermitted(SELECT 1 ELSE ${read})`,
    `DESCRIBE TABLE ${read}`,
    `DESCRIBE (SELECT ${read})`,
    `EXPLAIN SELECT ${read}`,
    `EXPLAIN QUERY TREE SELECT (SELECT ${read})`,
    `SELECT * FROM (EXPLAIN SELECT ${read})`,
    `SELECT {f:Identifier}('${file}')`,
    `SELECT arrayMap({f:Identifier}, ['${file}'])`,
    `SELECT * FROM \`${file}\``,
    `SELECT * FROM '${file}'`,
    `WITH \`${file}\` AS (SELECT 1) SELECT * FROM (SELECT 2), \`${file}\``,
    `SELECT 'x' IN \`${file}\``,
  ])('no file is read by %s', async (statement) => {
    const answer = await ask(url, statement, { search: '?param_f=file' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain(SECRET);
  });

  it.each([
    ['max_memory_usage=0', '452'],
    ['max_result_rows=0', '452'],
    ['max_result_bytes=99999999999', '452'],
    ['max_memory_usage=-1', '471'],
    ['max_execution_time=1e9', '471'],
    ['readonly_=0', READONLY],
    ['allow_ddl=1', READONLY],
    ['log_comment=x', READONLY],
    ['result_overflow_mode=break', READONLY],
    ['max_query_size=1', READONLY],
    ['format_schema=/etc/passwd', READONLY],
    ['output_format_schema=/tmp/x', READONLY],
    ['format_avro_schema_registry_url=http://127.0.0.1/', READONLY],
    ['output_format_x%60%20%3D%201,%20max_memory_usage=1', READONLY],
    ['database=system', '81'],
    ['default_format=CSV;', '73'],
    ['compress=1', '48'],
    ['decompress=1', '48'],
  ])('%s in the URL', async (search, code) => {
    expect(await ask(url, 'SELECT 1', { search: `?${search}` })).toMatchObject({ code });
  });

  it('a limit asked for with readonly stays one', async () => {
    const search = '?readonly=0&max_execution_time=0&max_threads=100';
    const settings = "'readonly', 'max_execution_time', 'max_threads', 'max_memory_usage'";
    const asked = await ask(
      url,
      `SELECT name, value FROM system.settings WHERE name IN (${settings}) ORDER BY name`,
      { search },
    );
    expect(asked.text).toBe(
      'max_execution_time\t30\nmax_memory_usage\t1073741824\nmax_threads\t2\nreadonly\t1\n',
    );
  });

  it('parameters bring no SQL with them', async () => {
    const search = `?param_x=${encodeURIComponent("'; DROP TABLE x; --")}&param_y%60=1`;
    expect((await ask(url, 'SELECT {x:String}', { search })).text).toBe("\\'; DROP TABLE x; --\n");
  });
});

describe('what a query may use', () => {
  it.each([
    ['rows', 'SELECT number FROM numbers(1001000)', '396'],
    ['bytes', 'SELECT repeat(toString(number), 40) FROM numbers(900000)', '396'],
    ['memory', 'SELECT length(groupArray(number)) FROM numbers(1000000000)', '241'],
    [
      'memory of the written result',
      `SELECT 1 AS ${'x'.repeat(9000)} FROM numbers(900000) FORMAT JSONEachRow`,
      '241',
    ],
    ['nesting', `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`, '306'],
  ])('is bounded in %s', async (_, statement, code) => {
    expect(await ask(url, statement)).toMatchObject({ code });
  });

  it('is bounded in time', async () => {
    const search = '?max_execution_time=0.2';
    expect(await ask(url, 'SELECT count() FROM numbers(1000000000000)', { search })).toMatchObject({
      code: '159',
    });
  });

  it('those that find no place are told so, and what waits gets its turn', async () => {
    const { warehouse } = serving;
    const narrow = await serving.serve({ engine: { running: 1, waiting: 1 } });
    const [slow, ...others] = [
      ask(narrow.url, 'SELECT count() FROM numbers(1000000000000)', { search: '?max_execution_time=3' }),
      ask(narrow.url, 'SELECT 1'),
      ask(narrow.url, 'SELECT 1'),
      ask(narrow.url, 'SELECT 1'),
    ];
    expect((await Promise.all(others)).map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200, 503, 503,
    ]);
    expect((await slow).code).toBe('159');
    expect(await warehouse.read.select('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });
});

describe('requests that are none', () => {
  it.each([
    ['a body that is too long', 'x'.repeat(3 * 1024 ** 2), {}, 413],
    ['a body that grows too long', gzipSync('x'.repeat(9 * 1024 ** 2)), { 'content-encoding': 'gzip' }, 413],
    ['a body that is not compressed as it says', 'SELECT 1', { 'content-encoding': 'gzip' }, 400],
    ['half a compressed body', gzipSync('SELECT 1').subarray(0, 14), { 'content-encoding': 'gzip' }, 400],
    ['an unknown compression', 'SELECT 1', { 'content-encoding': 'zstd' }, 415],
    ['two compressions', 'SELECT 1', { 'content-encoding': 'gzip, gzip' }, 415],
    ['bytes that are no text', new Uint8Array([0x53, 0xff, 0xfe]), {}, 400],
    ['a form without a boundary', 'SELECT 1', { 'content-type': 'multipart/form-data' }, 400],
    ['a form that does not end', '--x\r\n', { 'content-type': 'multipart/form-data; boundary=x' }, 400],
    [
      'a form with a table',
      '--x\r\ncontent-disposition: form-data; name="t"\r\n\r\n1\r\n--x--\r\n',
      { 'content-type': 'multipart/form-data; boundary=x' },
      501,
    ],
    ['a page of another site', 'SELECT 1', { origin: 'https://evil.example' }, 403],
    ['a browser at another site', 'SELECT 1', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('%s', async (_, body, headers, status) => {
    const answer = await ask(url, body, { headers: headers });
    expect(answer.status).toBe(status);
    expect((await ask(url, 'SELECT 1')).text).toBe('1\n');
  });

  it('whatever else a type says, the body is the statement', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'application/json; charset=x', 'a/b', '']) {
      expect((await ask(url, 'SELECT 1', { headers: { 'content-type': type } })).text).toBe('1\n');
    }
  });

  it('a name that was made to resolve to this machine is not answered', async () => {
    const { port } = new URL(url);
    for (const [host, status] of [
      ['evil.example', 403],
      [`evil.example:${port}`, 403],
      ['127.0.0.1.evil.example', 403],
      [`localhost:${port}`, 200],
      ['host.docker.internal:8123', 200],
    ] as const) {
      const said = await raw(
        port,
        `GET /?query=SELECT+1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  it('other methods and other paths are not answered', async () => {
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${url}/play`)).status).toBe(404);
    const { port } = new URL(url);
    expect(await raw(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(port, 'GET //[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 404 /,
    );
  });

  it('a body that does not arrive is given up', async () => {
    const { url: impatient } = await serving.serve({ arrivalMs: 200 });
    const { port } = new URL(impatient);
    const said = await raw(port, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nSELECT');
    expect(said).toMatch(/^HTTP\/1.1 408 /);
  });

  async function raw(port: string, text: string): Promise<string> {
    const socket = connect(Number(port), '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8').on('data', (part: string) => (said += part));
    socket.write(text);
    await once(socket, 'close');
    return said;
  }
});
