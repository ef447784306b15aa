import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { sampleEvent } from '#warehouse/testing/samples.js';
import { until } from '../support/until.js';
import { type Serving, ask, openServing } from './serving.js';

const run = promisify(execFile);

let serving: Serving;
let url: string;
beforeAll(async () => {
  serving = await openServing();
  ({ url } = await serving.serve());
});
afterAll(() => serving.close());

async function curl(...args: string[]): Promise<string> {
  return (await run('curl', ['--silent', '--show-error', '--max-time', '60', ...args])).stdout;
}

describe('curl', () => {
  it('pings', async () => {
    expect(await curl(`${url}/ping`)).toBe('Ok.\n');
    expect(await curl(url)).toBe('Ok.\n');
  });

  it('asks in the URL, in the body, and in both', async () => {
    expect(await curl(`${url}/?query=SELECT%201`)).toBe('1\n');
    expect(await curl(url, '--data-binary', 'SELECT 1;')).toBe('1\n');
    expect(await curl(`${url}/?query=SELECT`, '--data-binary', '1, 2')).toBe('1\t2\n');
    expect(await curl(url, '--form', 'query=SELECT {x:UInt8} + 1', '--form', 'param_x=1')).toBe('2\n');
  });

  it('is given the format that the statement, else a header, else the URL names', async () => {
    const format = ['--header', 'X-ClickHouse-Format: JSONCompactEachRow'];
    expect(await curl(`${url}/?default_format=CSV`, ...format, '-d', "SELECT 'a' FORMAT TSV")).toBe('a\n');
    expect(await curl(`${url}/?default_format=CSV`, ...format, '-d', "SELECT 'a'")).toBe('["a"]\n');
    expect(await curl(`${url}/?default_format=CSV`, '-d', "SELECT 'a'")).toBe('"a"\n');
  });

  it.each(['gzip', 'br', 'deflate'])('is given %s where it asks for it', async (encoding) => {
    const asking = [`${url}/?enable_http_compression=1`, '-H', `Accept-Encoding: ${encoding}`, '-d'];
    const statement = 'SELECT number FROM numbers(1000) FORMAT CSV';
    expect(await curl('--compressed', '--include', ...asking, statement)).toMatch(
      new RegExp(`content-encoding: ${encoding}[^]*\\n998\\n999\\n$`, 'i'),
    );
  });

  it('is told errors as ClickHouse tells them', async () => {
    const answer = await curl('--include', url, '-d', 'SELECT * FROM nothing');
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).toMatch(/^x-clickhouse-exception-code: 60\r$/im);
    expect(answer).toMatch(/\nCode: 60\. DB::Exception: .* \(UNKNOWN_TABLE\) \(version [\d.]+\)\n$/);
  });
});

describe('@clickhouse/client', () => {
  const clients: ClickHouseClient[] = [];
  afterAll(async () => {
    for (const client of clients) await client.close();
  });
  const connect = (compress: boolean): ClickHouseClient => {
    const client = createClient({
      url,
      database: 'plumbline',
      username: 'viewer',
      compression: { request: compress, response: compress },
      use_multipart_params_auto: true,
    });
    clients.push(client);
    return client;
  };

  it.each([false, true])('reads the views (compressed: %s)', async (compressed) => {
    const client = connect(compressed);
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
    const result = await client.query({
      query: 'SELECT deal_id, health, finding_kinds FROM deal_health_now',
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([
      { deal_id: 'd1', health: 58.75, finding_kinds: ['no_economic_buyer', 'seller_ahead'] },
    ]);
    expect(result.response_headers['x-clickhouse-format']).toBe('JSONEachRow');
  });

  it('hands over parameters of all kinds, and settings', async () => {
    const query_params = { text: `O'Hara \\ \n\t€ {x}`, list: ['a', `'"`], at: new Date(0), none: null };
    const result = await connect(false).query({
      query:
        "SELECT {text:String} AS text, {list:Array(String)} AS list, {at:DateTime64(3, 'UTC')} AS at, {none:Nullable(UInt8)} AS none, 1::UInt64 AS n",
      query_params,
      format: 'JSONEachRow',
      clickhouse_settings: { max_execution_time: 5, output_format_json_quote_64bit_integers: 1 },
    });
    expect(await result.json()).toEqual([
      { text: query_params.text, list: query_params.list, at: '1970-01-01 00:00:00.000', none: null, n: '1' },
    ]);
  });

  it('hands over parameters that are too long for a URL', async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `identity-${index}`);
    const result = await connect(false).query({
      query: 'SELECT length({ids:Array(String)}) AS length',
      query_params: { ids },
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([{ length: ids.length }]);
  });

  it('reads long results as a stream', async () => {
    const query = 'SELECT number FROM numbers(300000)';
    const result = await connect(true).query({ query, format: 'JSONCompactEachRow' });
    let rows = 0;
    for await (const chunk of result.stream()) rows += chunk.length;
    expect(rows).toBe(300_000);
  });

  it('is refused what writes, by code and name', async () => {
    const client = connect(false);
    const refused = { code: '164', type: 'READONLY' };
    await expect(client.command({ query: 'DROP TABLE events' })).rejects.toMatchObject(refused);
    const insert = client.insert({ table: 'events', values: [{ a: 1 }], format: 'JSONEachRow' });
    await expect(insert).rejects.toMatchObject(refused);
  });
});

describe('what there is to read', () => {
  it('the views are all there is, as a deployed server grants them', async () => {
    const views = await serving.warehouse.read.select(
      "SELECT name FROM system.tables WHERE database = 'default' AND engine = 'View' ORDER BY name",
    );
    const names = views.map(({ name }) => String(name));
    expect(names).toContain('deal_health_now');
    expect((await ask(url, 'SHOW TABLES')).text).toBe(`${names.join('\n')}\n`);
    for (const name of names) {
      const columns = await serving.warehouse.read.select(
        "SELECT name FROM system.columns WHERE database = 'default' AND table = {name:String}",
        { name },
      );
      const list = columns.map((column) => String(column['name'])).join(', ');
      const { status } = await ask(url, `SELECT ${list} FROM plumbline.${name} LIMIT 1 FORMAT JSON`);
      expect([name, status]).toEqual([name, 200]);
    }
  });

  it('columns say what they mean', async () => {
    const columns = (database: string): string =>
      `SELECT table, name, type, comment FROM system.columns WHERE database = '${database}'
       AND table IN (SELECT name FROM system.tables WHERE database = 'plumbline') ORDER BY table, position FORMAT CSV`;
    const { text } = await ask(url, columns('plumbline'));
    expect(text).toBe((await ask(url, columns('default'))).text);
    expect(text).toContain('"deal_health_now","health"');
  });

  it.each([
    'SHOW DATABASES',
    "SHOW TABLES FROM plumbline LIKE 'deal%' LIMIT 1 FORMAT JSON",
    'SHOW FULL COLUMNS FROM events FROM plumbline',
    'SHOW CREATE VIEW plumbline.events',
    "SHOW SETTINGS ILIKE 'max%'",
    'SHOW FUNCTIONS',
    'EXISTS VIEW plumbline.events',
    'DESCRIBE TABLE plumbline.events FORMAT JSONEachRow',
    'DESC (SELECT 1 AS a)',
    'EXPLAIN indexes = 1 SELECT * FROM events',
    'EXPLAIN PIPELINE SELECT count() FROM events',
    'EXPLAIN SYNTAX SELECT 1',
    'SELECT name, value, changed, readonly FROM system.settings',
    'SELECT version(), timezone(), currentDatabase(), currentUser(), hostName()',
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'plumbline'",
    'SELECT count() FROM system.functions',
  ])('clients find their way with %s', async (statement) => {
    expect((await ask(url, statement)).status).toBe(200);
  });

  it.each([
    `WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5), 2 AS two,
      doubled AS (SELECT n * two AS m FROM t) SELECT sum(m), m IN doubled FROM doubled GROUP BY 2`,
    `SELECT toStartOfInterval(time, INTERVAL 1 DAY) AS day, countIf(shared), uniqExactIf(id, 1), sum(DISTINCT 1),
      quantiles(0.5, 0.9)(schemaversion), argMax(id, (time, id)) FROM events GROUP BY day WITH TOTALS
      HAVING count() > 0 ORDER BY day WITH FILL STEP INTERVAL 1 DAY LIMIT 1 BY day LIMIT 5 OFFSET 0`,
    `SELECT id, row_number() OVER w, lagInFrame(id, 1) OVER w, sum(1) OVER (ORDER BY time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
      FROM events WINDOW w AS (PARTITION BY deal_id ORDER BY time)`,
    `SELECT e.deal_id, h.health, JSONExtractString(e.data, 'name') FROM plumbline.events AS e
      ASOF LEFT JOIN deal_health_history AS h ON e.deal_id = h.deal_id AND e.time >= h.valid_from
      WHERE e.deal_id IN (SELECT deal_id FROM deal_health_now) AND e.id NOT IN ('x', 'y') AND e.time BETWEEN 0 AND now()`,
    `SELECT kind, sev FROM deal_health_now ARRAY JOIN finding_kinds AS kind, finding_severities AS sev ORDER BY ALL`,
    `SELECT * EXCEPT (data), COLUMNS('id$'), events.*, CAST(shared AS UInt8), id::String, [1, 2][1], (1, 'a').2, map('a', 1)['a'],
      CASE shared WHEN 1 THEN 'a' ELSE 'b' END, CASE WHEN shared THEN 1 END, arrayMap(x -> x + 1, [1]), arrayMap(upper, ['a']),
      if(shared, 1, 2), shared ? 1 : 2, NOT shared, -1, id LIKE '%x', extract(YEAR FROM time), date '2026-01-01', trim(id) FROM events`,
    `SELECT 1 AS url, 2 AS cluster, [1] AS input, has(input, url) FROM events AS merge ORDER BY cluster, merge.id`,
    `SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3 INTERSECT SELECT 3 EXCEPT SELECT 4`,
    `SELECT g.generate_series, v.a FROM generateSeries(1, 3) AS g CROSS JOIN values('a UInt8', 1, 2) AS v,
      view(SELECT 1) AS w, (VALUES (1, 2)) AS x, numbers(2) AS n`,
    `SELECT deal_id, grouping(deal_id) FROM events GROUP BY GROUPING SETS ((deal_id), ()) QUALIFY 1`,
    `SELECT sumMap(map('a', 1)), groupArray(2)(id), groupUniqArrayArray([id]), anyLast(id) FILTER (WHERE shared), uniqMerge(u)
      FROM (SELECT *, (SELECT uniqState(1)) AS u FROM events)`,
  ])('analysts write %s', async (statement) => {
    expect(await ask(url, statement)).toMatchObject({ code: null, status: 200 });
  });

  it('a statement is run as the engine wrote it out, with its texts as they were', async () => {
    const text = `-- 'quoted' /* */ \\ \u0001 €\n\t; DROP`;
    const literal = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    const { text: answer } = await ask(url, `SELECT ${literal} AS \`a b\` /* ; */ FORMAT JSONEachRow -- end`);
    expect(JSON.parse(answer)).toEqual({ 'a b': text });
  });
});

describe('what runs beside it', () => {
  it('settings and parameters of a query stay with it', async () => {
    const { read, write } = serving.warehouse;
    const changed = 'SELECT name, value FROM system.settings WHERE changed ORDER BY name';
    const before = await read.select(changed);
    await ask(url, 'SELECT {x:String}', { search: '?param_x=1&join_use_nulls=1&max_threads=1&final=1' });
    const leaking = ask(url, 'SELECT count() FROM numbers(300000000)', {
      search: '?max_threads=1&session_timezone=Asia/Tokyo',
    });
    expect(await read.select(changed)).toEqual(before);
    await write.events({ append: [sampleEvent({ deal_id: 'beside', id: 'b1' })] });
    expect(await read.select(changed)).toEqual(before);
    expect((await leaking).status).toBe(200);
    expect(await read.select(changed)).toEqual(before);
    expect((await ask(url, 'SELECT {x:String}')).code).toBe('456');
    expect((await ask(url, "SELECT value FROM system.settings WHERE name = 'final'")).text).toBe('0\n');
    // It is no reader of its own time: what was written meanwhile is seen.
    expect((await ask(url, "SELECT count() FROM events WHERE deal_id = 'beside'")).text).toBe('1\n');
  });

  it('writes go on while queries run', async () => {
    const { read, write } = serving.warehouse;
    const queries = Array.from({ length: 6 }, () =>
      ask(url, 'SELECT sum(sipHash64(number)) FROM numbers(50000000)'),
    );
    for (let batch = 0; batch < 10; batch += 1) {
      await write.events({ append: [sampleEvent({ deal_id: 'going-on', id: `g${batch}` })] });
    }
    for (const { status } of await Promise.all(queries)) expect(status).toBe(200);
    expect(await read.select("SELECT count() AS n FROM events WHERE deal_id = 'going-on'")).toEqual([
      { n: 10 },
    ]);
  });

  const running = async (marker: string): Promise<number> => {
    const rows = await serving.warehouse.read.select(
      'SELECT query FROM system.processes WHERE query LIKE {marker:String} AND query NOT LIKE {own:String}',
      { marker: `%${marker}%`, own: '%system.processes%' },
    );
    return rows.length;
  };

  it('a query ends with the connection that asked for it', async () => {
    const gone = new AbortController();
    const asking = fetch(url, {
      method: 'POST',
      body: "SELECT count(), 'forsaken' FROM numbers(1000000000000)",
      signal: gone.signal,
    }).catch((error: unknown) => error);
    await until('the query runs', async () => (await running('forsaken')) === 1);
    gone.abort();
    await asking;
    // Its own limit of time would end it after thirty seconds.
    await until('the query has ended', async () => (await running('forsaken')) === 0, 15_000);
  });

  it('closing ends what runs, and lets the connections go', async () => {
    const other = await serving.serve();
    const asking = ask(other.url, "SELECT count(), 'cut off' FROM numbers(1000000000000)").catch(
      (error: unknown) => error,
    );
    await until('the query runs', async () => (await running('cut off')) === 1);
    await other.close();
    expect(await running('cut off')).toBe(0);
    await asking;
    await expect(fetch(other.url)).rejects.toThrow('fetch failed');
    expect((await ask(url, 'SELECT 1')).text).toBe('1\n');
  });
});

describe('where it answers', () => {
  it('takes another port where one is in use, and says so', async () => {
    const { port } = new URL(url);
    const other = await serving.serve({ port: Number(port) });
    expect(new URL(other.url).port).not.toBe(port);
    expect(serving.said).toEqual([`Port ${port} is in use: the ClickHouse interface takes another.`]);
    expect((await ask(other.url, 'SELECT 1')).text).toBe('1\n');
  });

  it('asks for the password of the reader', async () => {
    const access = { loopback: false, password: 'geheim "€"' };
    const { url: guarded } = await serving.serve({ access });
    const encoded = encodeURIComponent(access.password);
    const basic = (user: string, password: string): string =>
      `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    for (const [search, headers, status] of [
      ['', {}, 401],
      [`?user=viewer&password=${encoded}`, {}, 200],
      [`?password=${encoded}`, {}, 200],
      [`?user=default&password=${encoded}`, {}, 403],
      ['?user=viewer&password=geheim', {}, 403],
      ['', { authorization: basic('viewer', access.password) }, 200],
      ['', { authorization: basic('viewer', '') }, 403],
      [`?user=viewer&password=${encoded}`, { authorization: basic('viewer', 'other') }, 403],
      ['', { 'x-clickhouse-user': 'viewer', 'x-clickhouse-key': 'other' }, 403],
    ] as const) {
      expect([search, headers, (await ask(guarded, 'SELECT 1', { search, headers })).status]).toEqual([
        search,
        headers,
        status,
      ]);
    }
    expect(await (await fetch(`${guarded}/ping`)).text()).toBe('Ok.\n');
  });

  it('answers the first question of clickhouse-go at the revision at which it reads the answer', async () => {
    const statement = 'SELECT displayName(), version(), revision(), timezone()';
    const response = await fetch(`${url}/?default_format=Native`, { method: 'POST', body: statement });
    const block = Buffer.from(await response.arrayBuffer());
    expect(block.subarray(0, 10)).toEqual(Buffer.from([1, 0, 2, 255, 255, 255, 255, 0, 4, 1]));
    expect(block.toString('latin1')).toContain('\x0arevision()\x06UInt32\x00\x00\x00\x00\x00');
    // In all other formats it is a question like any other.
    expect((await ask(url, statement)).text).toMatch(/^\S+\t[\d.]+\t\d+\t\S+\n$/);
  });
});
