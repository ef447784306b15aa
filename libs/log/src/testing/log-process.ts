import { writeSync } from 'node:fs';
import { openEmbeddedLog } from '../embedded-log.js';
import type { NewRecord } from '../log.js';

// A process that works on an embedded log until it is killed, and says what was acknowledged, a line each, as soon
// as it was. Arguments: what to do, the log's directory, and for `append` the number each key goes on from as JSON.

const [task, path = '', argument = '{}'] = process.argv.slice(2);

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const numbered = (key: string, number: number, bytes: number): NewRecord => ({
  key,
  value: Buffer.alloc(Math.max(bytes, 20), `${number} `),
  timestamp: number,
});

/** Batches of all sizes, for several keys at once; says `<key> <count acknowledged>`. */
async function appendUntilKilled(): Promise<void> {
  const log = await openEmbeddedLog({ path });
  const appenders = Object.entries(JSON.parse(argument) as Record<string, number>);
  await Promise.all(
    appenders.map(async ([key, start], i) => {
      for (let next = start; ;) {
        const size = 1 + ((next * 7 + i * 13) % 40);
        await log.append(
          'deals',
          Array.from({ length: size }, (_, j) => numbered(key, next + j, ((next + j) * 31) % 9_000)),
        );
        next += size;
        say(`${key} ${next}`);
      }
    }),
  );
}

/** Says `read <next number>` before each commit and `committed <next number>` after it. */
async function consumeUntilKilled(): Promise<void> {
  const log = await openEmbeddedLog({ path });
  const reader = await log.open({ topics: ['deals'], group: 'scorer' });
  for (;;) {
    const batch = await reader.read({ maxRecords: 7, waitMs: 60_000 });
    const last = batch?.records.at(-1);
    if (batch === null || last === undefined) continue;
    say(`read ${last.timestamp + 1}`);
    await reader.commit(batch);
    say(`committed ${last.timestamp + 1}`);
  }
}

/** Keeps the log open; says `open`. */
async function holdUntilKilled(): Promise<void> {
  const log = await openEmbeddedLog({ path });
  const reader = await log.open({ topics: ['deals'], group: 'scorer' });
  say('open');
  await reader.read({ maxRecords: 1, waitMs: 3_600_000 });
}

/** Appends until there is no more room, then once more; says `appended <count>`, then `failed <why>` twice. */
async function fillUntilRefused(): Promise<void> {
  const log = await openEmbeddedLog({ path });
  let appended = 0;
  for (let failures = 0; failures < 2;) {
    try {
      await log.append('deals', [numbered('a', appended, 50_000)]);
      appended += 1;
      say(`appended ${appended}`);
    } catch (error) {
      failures += 1;
      say(`failed ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await log.close();
}

const tasks: Record<string, () => Promise<void>> = {
  append: appendUntilKilled,
  consume: consumeUntilKilled,
  hold: holdUntilKilled,
  fill: fillUntilRefused,
};
await tasks[task ?? '']?.();
