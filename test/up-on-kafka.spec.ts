import { expect, it } from '@jest/globals';
import { linesOf, run } from './support/cli.js';
import { useKafka } from './support/kafka.js';
import { temporaryFolder } from './support/temporary.js';

const kafka = await useKafka();

kafka.describe('plumbline up on Kafka', () => {
  it('reads native records from their topics into the engine of its directory, each once', async () => {
    const names = [
      'SALESFORCE',
      'HUBSPOT',
      'PIPEDRIVE',
      'GOOGLE',
      'MICROSOFT',
      'EVENTS',
      'DEAL_EVENTS',
      'DEAD_LETTERS',
    ];
    const topics = await kafka.freshTopics(names.length, 3);
    const env = {
      PLUMBLINE_KAFKA_BROKERS: kafka.bootstrap,
      ...Object.fromEntries(names.map((name, index) => [`PLUMBLINE_TOPIC_${name}`, topics[index] ?? ''])),
    };
    const folder = temporaryFolder();
    const feed = ['feed', '--deals', '15', '--until', '2026-03-02', '--seed', '3'];
    const up = ['up', '--once', '--port', '0', '--data', folder];
    const deals = ['deals', '--data', folder, '--all', '--as-of', '2026-03-02', '--format', 'ndjson'];

    expect(await run(feed, { env })).toMatchObject({ code: 0 });
    const first = await run(up, { env });
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^\d+ deals from [\d,]+ events, as of/);
    expect(first.stdout).not.toContain('refused');
    const before = (await run(deals)).stdout;
    expect(linesOf(before).length).toBeGreaterThanOrEqual(15);

    // All of it once more.
    expect(await run(feed, { env })).toMatchObject({ code: 0 });
    const second = await run(up, { env });
    expect(second.stdout.split(', as of', 1)).toEqual(first.stdout.split(', as of', 1));
    expect((await run(deals)).stdout).toBe(before);
  });
});
