import { describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Score } from '#domain/score/score.js';
import { linesOf, type Run, run, start } from './support/cli.js';
import { event, ndjson, opened } from './support/events.js';
import { temporaryFolder } from './support/temporary.js';

// Each run starts a process, on machines that may be busy.
jest.setTimeout(60_000);

const folder = temporaryFolder();
const AS_OF = '2026-03-02T12:00:00Z';
const OPENED = '2026-02-20T09:00:00Z';

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function scoresOf({ stdout }: Run): Score[] {
  return linesOf(stdout).map((line) => JSON.parse(line) as Score);
}

function score(stdin: string, ...options: readonly string[]): Promise<Run> {
  return run(['score', '--as-of', AS_OF, ...options], { stdin });
}

describe('plumbline score', () => {
  it('prints nothing for empty input, and succeeds', async () => {
    expect(await score('')).toEqual({ stdout: '', stderr: '', code: 0, signal: null });
  });

  it('scores standard input and files alike, each deal once, in the order of code points', async () => {
    // U+FF5E is below U+1F600 by code point and above it by UTF-16 code unit.
    const ids = ['b', 'B', 'a', '\u{1F600}', '\u{FF5E}', 'deal 2', 'deal 10'];
    const events = ids.flatMap((id) => [
      opened(id, OPENED),
      event('deal.stage_changed', id, '2026-02-21T09:00:00Z', { to: 'solution' }),
    ]);
    const fromInput = await score(ndjson(events));
    expect(fromInput.stderr).toBe('');
    expect(fromInput.code).toBe(0);
    expect(scoresOf(fromInput).map(({ deal_id: id }) => id)).toEqual([
      'B',
      'a',
      'b',
      'deal 10',
      'deal 2',
      '\u{FF5E}',
      '\u{1F600}',
    ]);
    expect(scoresOf(fromInput).every(({ stage }) => stage === 'solution')).toBe(true);

    const first = file('first.ndjson', ndjson(events.slice(0, 5)));
    const second = file('second.ndjson', ndjson(events.slice(5)).trimEnd());
    expect(await score('', first, second)).toEqual(fromInput);
    expect(await score(ndjson(events.slice(5)), first, '-')).toEqual(fromInput);
  });

  it('prints the documented fields of each deal, with instants in UTC and milliseconds', async () => {
    const [line] = scoresOf(await score(ndjson([opened('d1', '2026-02-20T10:00:00+01:00')])));
    expect(Object.keys(line ?? {}).sort()).toEqual([
      'amount',
      'as_of',
      'currency',
      'deal_id',
      'families',
      'findings',
      'health',
      'name',
      'next_change_at',
      'not_judged',
      'owner',
      'paused',
      'paused_until',
      'pipeline',
      'position',
      'stage',
      'status',
      'terms',
    ]);
    expect(line).toMatchObject({ deal_id: 'd1', as_of: '2026-03-02T12:00:00.000Z', pipeline: 'default' });
    const since = line?.findings.map((finding) => finding.since) ?? [];
    expect(since.length).toBeGreaterThan(0);
    expect(since.filter((at) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at))).toEqual([]);
  });

  it('reports each line that it can not read with its number and every reason, and scores the rest', async () => {
    const lines = [
      JSON.stringify(opened('good', OPENED)),
      '{"specversion": "1.0", ',
      '',
      '[1, 2]',
      '"text"',
      JSON.stringify({ hello: 'world' }),
      JSON.stringify(
        event('next_step.agreed', 'good', AS_OF, { next_step_id: 's1', due_at: 'soon', owner_side: 'us' }),
      ),
      JSON.stringify(event('deal.stage_changed', undefined, AS_OF, { to: 'proposal' })),
      JSON.stringify(opened('good too', OPENED)),
    ];
    const { stdout, stderr, code } = await score(`${lines.join('\r\n')}\r\n`);
    expect(linesOf(stdout).map((line) => (JSON.parse(line) as Score).deal_id)).toEqual(['good', 'good too']);
    expect(code).toBe(1);
    const reports = linesOf(stderr);
    expect(reports.map((line) => line.replace(/:.*/, ''))).toEqual([
      'line 2',
      'line 4',
      'line 5',
      'line 6',
      'line 7',
      'line 8',
    ]);
    expect(reports[0]).toBe('line 2: not JSON');
    expect(reports[1]).toContain('expected a CloudEvent');
    for (const attribute of ['specversion', 'id', 'source', 'type', 'time']) {
      expect(reports[3]).toContain(`${attribute}: `);
    }
    expect(reports[4]).toContain('data.due_at: ');
    expect(reports[4]).toContain('got "soon"');
    expect(reports[4]).toContain('data.owner_side: ');
    expect(reports[4]).toContain('data.mutual: ');
    expect(reports[4]).toContain('data.description: ');
    expect(reports[5]).toContain('subject: ');
  });

  it('names the file of a bad line where there are several', async () => {
    const good = file('good.ndjson', ndjson([opened('d1', OPENED)]));
    const bad = file('bad.ndjson', '\nnonsense\n');
    const { stderr, code } = await score('', good, bad);
    expect(stderr).toBe(`${bad}:2: not JSON\n`);
    expect(code).toBe(1);
  });

  it('reads a byte order mark, a last line without an end, and text that is no UTF-8', async () => {
    const broken = Buffer.concat([
      Buffer.from(`\u{FEFF}${JSON.stringify(opened('d1', OPENED))}\n`),
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.from(JSON.stringify(opened('d2', OPENED))),
    ]);
    const result = await run(['score', '--as-of', AS_OF], { stdin: broken });
    expect(scoresOf(result).map(({ deal_id: id }) => id)).toEqual(['d1', 'd2']);
    expect(result.stderr).toBe('line 2: not JSON\n');
    expect(result.code).toBe(1);
  });

  it('survives poison: deep nesting, lone surrogates, __proto__, megabytes', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const envelope = JSON.stringify(opened('d1', OPENED, {}, { id: 'deep' }));
    const result = await score(
      [
        deep,
        `${envelope.slice(0, -1)},"x":${deep}}`,
        JSON.stringify(opened('\uD800', OPENED)),
        '{"__proto__": {"specversion": "1.0"}, "constructor": null}',
        JSON.stringify(opened('d3', OPENED, { name: 'x'.repeat(5_000_000) })),
        JSON.stringify(opened('d2', OPENED)),
        '',
      ].join('\n'),
    );
    expect(scoresOf(result).map(({ deal_id: id }) => id)).toEqual(['d2']);
    expect(linesOf(result.stderr).map((line) => line.replace(/:.*/, ''))).toEqual([
      'line 1',
      'line 2',
      'line 3',
      'line 4',
      'line 5',
    ]);
    expect(result.stderr.length).toBeLessThan(5_000);
    expect(result.code).toBe(1);
  });

  it('ignores events of types that it does not know', async () => {
    const result = await score(ndjson([event('invoice.paid', 'd1', OPENED, {}), opened('d1', OPENED)]));
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(scoresOf(result)).toHaveLength(1);
  });

  it('counts events that name no deal yet, in one line', async () => {
    const meeting = (id: string): unknown =>
      event('meeting.cancelled', undefined, OPENED, { meeting_id: id }, { id });
    const two = await score(ndjson([meeting('m1'), opened('d1', OPENED), meeting('m2')]));
    expect(two.stderr).toBe('2 events name no deal yet and are not scored\n');
    expect(two.code).toBe(0);
    expect(scoresOf(two)).toHaveLength(1);
    const one = await score(ndjson([meeting('m1')]));
    expect(one.stderr).toBe('1 event names no deal yet and is not scored\n');
    expect(one.stdout).toBe('');
  });

  it('has no line for a deal that is not opened by then', async () => {
    const result = await score(
      ndjson([
        opened('later', '2026-03-02T12:00:00.001Z'),
        opened('now', AS_OF),
        event('deal.won', 'never', OPENED, {}),
      ]),
    );
    expect(scoresOf(result).map(({ deal_id: id }) => id)).toEqual(['now']);
    expect(result.code).toBe(0);
  });

  it('keeps control characters in a name from the terminal', async () => {
    const result = await score(
      ndjson([opened('d1', OPENED, { name: 'a\u001b[31m\n"b"' })]),
      '--format',
      'table',
    );
    expect(result.stdout).not.toContain('\u001b');
    expect(linesOf(result.stdout)).toHaveLength(2);
  });
});

describe('Two different events of one identity in plumbline score', () => {
  const early = opened('first', '2026-02-20T09:00:00Z', {}, { id: 'same' });
  const late = opened('second', '2026-02-20T09:00:00.001Z', {}, { id: 'same' });

  it.each([
    ['the earlier first', [early, late], 'line 2'],
    ['the later first', [late, early], 'line 1'],
  ])('count by the earlier of the two, %s', async (_title, events, reported) => {
    const result = await score(ndjson(events));
    expect(scoresOf(result).map(({ deal_id: id }) => id)).toEqual(['first']);
    expect(linesOf(result.stderr)).toEqual([
      expect.stringMatching(new RegExp(`^${reported}: another event`)),
    ]);
    expect(result.stderr).toContain('"same"');
    expect(result.code).toBe(1);
  });

  const small = event('deal.amount_changed', 'd1', OPENED, { amount: 1, currency: 'EUR' }, { id: 'amount' });
  const large = { ...small, data: { currency: 'EUR', amount: 2 } };

  it.each([
    ['the smaller first', [small, large], 'line 3'],
    ['the larger first', [large, small], 'line 2'],
  ])('count at equal times by the JSON text that sorts first, %s', async (_title, events, reported) => {
    const result = await score(ndjson([opened('d1', '2026-02-19T09:00:00Z'), ...events]));
    expect(scoresOf(result).map(({ amount }) => amount)).toEqual([1]);
    expect(linesOf(result.stderr)).toEqual([expect.stringMatching(new RegExp(`^${reported}: `))]);
    expect(result.code).toBe(1);
  });

  it('are one event where they say the same, in whatever order of keys and however often', async () => {
    const reordered = Object.fromEntries(Object.entries(small).reverse());
    const result = await score(ndjson([opened('d1', '2026-02-19T09:00:00Z'), small, reordered, small]));
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(scoresOf(result).map(({ amount }) => amount)).toEqual([1]);
  });

  it('are one event where only the time of recording differs, or how the same time is written', async () => {
    const result = await score(
      ndjson([
        opened('d1', '2026-02-19T09:00:00Z'),
        small,
        { ...small, recordedtime: AS_OF },
        { ...small, time: '2026-02-20T10:00:00.000+01:00' },
      ]),
    );
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
  });

  it('are two events where sources differ', async () => {
    const result = await score(ndjson([early, { ...late, source: 'another' }]));
    expect(scoresOf(result)).toHaveLength(2);
    expect(result.code).toBe(0);
  });
});

describe('The options of plumbline score', () => {
  const history = [
    opened('d1', '2026-02-02T09:00:00Z'),
    event('deal.stage_changed', 'd1', '2026-02-10T23:30:00Z', { to: 'solution' }),
    event(
      'deal.stage_changed',
      'd1',
      '2026-02-20T09:00:00Z',
      { to: 'proposal' },
      { recordedtime: '2026-02-25T09:00:00Z' },
    ),
  ];
  const stageOf = async (...options: readonly string[]): Promise<unknown> =>
    scoresOf(await run(['score', ...options], { stdin: ndjson(history) })).map(({ stage }) => stage);

  it('--as-of asks about an instant, or about the end of a day in the zone of the policy', async () => {
    expect(await stageOf('--as-of', '2026-02-10T23:29:59.999Z')).toEqual(['discovery']);
    expect(await stageOf('--as-of', '2026-02-10T23:30:00Z')).toEqual(['solution']);
    expect(await stageOf('--as-of', '2026-02-10')).toEqual(['solution']);
    const berlin = file('berlin.yaml', 'calendar: { timezone: Europe/Berlin }\n');
    expect(await stageOf('--as-of', '2026-02-10', '--policy', berlin)).toEqual(['discovery']);
    expect(await stageOf('--as-of', '2026-02-11', '--policy', berlin)).toEqual(['solution']);
  });

  it('--as-of is now where it is left out', async () => {
    const [line] = scoresOf(await run(['score'], { stdin: ndjson(history) }));
    expect(Math.abs(Date.now() - Date.parse(line?.as_of ?? ''))).toBeLessThan(60_000);
  });

  it('--known-at leaves out what was recorded later', async () => {
    expect(await stageOf('--as-of', AS_OF, '--known-at', '2026-02-25T09:00:00Z')).toEqual(['proposal']);
    expect(await stageOf('--as-of', AS_OF, '--known-at', '2026-02-25T08:59:59.999Z')).toEqual(['solution']);
    expect(await stageOf('--as-of', AS_OF, '--known-at', '2026-02-10T23:29:59Z')).toEqual(['discovery']);
    expect(await stageOf('--as-of', AS_OF, '--known-at', '2026-02-01')).toEqual([]);
  });

  it('--format table prints a line a deal for people', async () => {
    const { stdout, code } = await score(ndjson(history), '--format', 'table');
    const [head = '', row = ''] = linesOf(stdout);
    expect(head).toMatch(/^DEAL +NAME +STAGE +POSITION +STATUS +HEALTH /);
    expect(row).toMatch(/^d1 +Deal d1 +proposal +0 /);
    expect(code).toBe(0);
    expect((await score('', '--format', 'table')).stdout).toBe('no deals\n');
  });

  it('with wrong values are wrong usage, said in one line', async () => {
    const wrong = [
      ['--format', 'xml'],
      ['--as-of', 'yesterday'],
      ['--as-of', '2026-02-30'],
      ['--known-at', '2026-13-01T00:00:00Z'],
      ['--nonsense'],
      ['--as-of'],
    ];
    const runs = await Promise.all(wrong.map((options) => run(['score', ...options])));
    for (const [index, { stdout, stderr, code }] of runs.entries()) {
      expect(stdout).toBe('');
      expect(linesOf(stderr)[0]).toContain(wrong[index]?.[0]);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(2);
    }
  });

  it('a file that is missing, or a folder, is said in one line', async () => {
    const missing = join(folder, 'missing.ndjson');
    const { stdout, stderr, code } = await score('', missing);
    expect([stdout, stderr]).toEqual(['', `plumbline: can't read ${missing}: there is no such file\n`]);
    expect(code).toBe(1);
    const aFolder = await score('', folder);
    expect([aFolder.stderr, aFolder.code]).toEqual([`plumbline: can't read ${folder}: it is a folder\n`, 1]);
    const policy = await score('', '--policy', missing);
    expect([policy.stderr, policy.code]).toEqual([
      `plumbline: can't read ${missing}: there is no such file\n`,
      1,
    ]);
  });

  it('--debug shows the stack of an error', async () => {
    const { stderr, code } = await run(['--debug', 'score', join(folder, 'missing.ndjson')]);
    expect(linesOf(stderr)[0]).toContain('there is no such file');
    expect(stderr).toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it('a reader that has seen enough ends it without a word', async () => {
    const events = Array.from({ length: 3_000 }, (_, i) => opened(`d${i}`, OPENED));
    const running = start(['score', '--as-of', AS_OF]);
    running.stdin.end(ndjson(events));
    await once(running.stdout, 'data');
    running.stdout.destroy();
    const { stderr, signal, code } = await running.ended;
    expect({ stderr, signal, code }).toEqual({ stderr: '', signal: null, code: 0 });
  });

  it('reads its input as it comes, and not all of it first', async () => {
    const running = start(['score', '--as-of', AS_OF]);
    running.stdin.write('nonsense\n');
    const [said] = (await once(running.stderr, 'data')) as [string];
    expect(said).toBe('line 1: not JSON\n');
    running.stdin.end();
    expect((await running.ended).code).toBe(1);
  });
});

describe('The commands of plumbline', () => {
  it('help when asked to, and succeed', async () => {
    const commands = [
      [],
      ['up'],
      ['score'],
      ['deals'],
      ['translate'],
      ['import'],
      ['rebuild'],
      ['policy'],
      ['policy', 'check'],
      ['dead-letters'],
      ['dead-letters', 'list'],
      ['migrate'],
    ];
    const runs = await Promise.all(commands.map((command) => run([...command, '--help'])));
    for (const [index, { stdout, stderr, code }] of runs.entries()) {
      expect(stdout).toMatch(new RegExp(`^${['Usage: plumbline', ...(commands[index] ?? [])].join(' ')} `));
      expect(stderr).toBe('');
      expect(code).toBe(0);
    }
  });

  it('say their version', async () => {
    const { stdout, code } = await run(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });

  it('are wrong usage where they are unknown or lack what they need', async () => {
    const wrong = [['frobnicate'], ['policy', 'frobnicate'], ['score', '--frobnicate'], ['policy', 'check']];
    const runs = await Promise.all(wrong.map((args) => run(args)));
    for (const { stdout, stderr, code } of runs) {
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: /);
      expect(stderr).toContain('--help');
      expect(code).toBe(2);
    }
    const none = await run([]);
    expect(none.stderr).toContain('Usage: plumbline');
    expect(none.code).toBe(2);
  });
});

describe('plumbline policy check', () => {
  it('says what a valid policy holds', async () => {
    const valid = file(
      'valid.yaml',
      'seller_domains: [us.example]\ncalendar: { timezone: Europe/Berlin, holidays: [2026-01-01] }\nfindings: { idle_meeting: { enabled: false } }\n',
    );
    const { stdout, stderr, code } = await run(['policy', 'check', valid]);
    expect(stdout).toContain('is valid: 1 pipeline(s), time zone Europe/Berlin, 1 holiday(s)');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('warns where nobody would be on the side of the seller', async () => {
    const { stderr, code } = await run(['policy', 'check', file('empty.yaml', '')]);
    expect(stderr).toMatch(/warning: .*seller_domains/);
    expect(code).toBe(0);
  });

  it('tells every fault of a policy with its path', async () => {
    const faulty = file(
      'faulty.yaml',
      [
        'calendar: { timezone: Europe/Nowhere, workdays: [mon, tuesday] }',
        'findings: { stalled: { critical_factor: "two" }, no_such_kind: {} }',
        'points: { critical: many }',
        'tracks: [deal, gossip]',
        'nonsense: 1',
        '',
      ].join('\n'),
    );
    const { stdout, stderr, code } = await run(['policy', 'check', faulty]);
    const faults = linesOf(stderr);
    for (const path of [
      'calendar.timezone',
      'calendar.workdays[1]',
      'findings.stalled.critical_factor',
      'findings.no_such_kind',
      'points.critical',
      'tracks[1]',
      'nonsense',
    ]) {
      expect(faults.filter((line) => line.startsWith(`${faulty}: ${path}: `))).toHaveLength(1);
    }
    expect(faults).toHaveLength(7);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    const scored = await score('', '--policy', faulty);
    expect(scored.code).toBe(1);
    expect(scored.stdout).toBe('');
    for (const fault of faults) expect(scored.stderr).toContain(fault);
  });

  it('tells what is no YAML, and a file that is missing', async () => {
    const broken = await run(['policy', 'check', file('broken.yaml', 'points: {critical: [\n')]);
    expect(broken.stderr).toContain('broken.yaml: ');
    expect(broken.code).toBe(1);
    const missing = await run(['policy', 'check', join(folder, 'missing.yaml')]);
    expect(linesOf(missing.stderr)).toHaveLength(1);
    expect(missing.code).toBe(1);
  });
});
