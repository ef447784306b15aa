import { Command, InvalidArgumentError } from 'commander';
import { startBroker } from './broker.js';
import { createTopics, DEFAULT_TOPICS } from './topics.js';

interface Arguments {
  readonly port: number;
  readonly data?: string;
  readonly partitions: number;
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1 || number > most) {
      throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
    }
    return number;
  };
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function serve({ port, data, partitions }: Arguments): Promise<void> {
  // Listened for from the start: a Ctrl-C while it starts must end it, too.
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
  say('Starting Apache Kafka…');
  const broker = await Promise.race([
    startBroker({ port, say, ...(data === undefined ? {} : { dataDir: data }) }),
    asked.then(() => null),
  ]);
  if (broker === null) return;
  await createTopics(broker.bootstrap, DEFAULT_TOPICS, partitions);
  process.stdout.write(
    [
      `Apache Kafka runs on ${broker.bootstrap}${data === undefined ? ', its data in a temporary directory' : `, its data in ${data}`}.`,
      `Topics, new ones with ${partitions} partitions: ${DEFAULT_TOPICS.join(', ')}`,
      '',
      'Point the services to it:',
      `  PLUMBLINE_KAFKA_BROKERS=${broker.bootstrap} node dist/apps/ingest/src/main.js`,
      `  PLUMBLINE_KAFKA_BROKERS=${broker.bootstrap} node dist/apps/scorer/src/main.js`,
      'and the tests:',
      `  PLUMBLINE_TEST_KAFKA=${broker.bootstrap} npm test`,
      '',
      'Ctrl-C stops it.',
      '',
    ].join('\n'),
  );
  const isAsked = await Promise.race([asked.then(() => true), broker.ended.then(() => false)]);
  await broker.stop();
  if (!isAsked) throw new Error('The broker ended by itself.');
}

try {
  const command = new Command('npm run kafka --')
    .description(
      'Runs one Apache Kafka broker on this machine for development, with the topics of a default configuration.',
    )
    .option('--port <number>', 'the port it listens on', wholeNumber(65_535), 9092)
    .option('--data <directory>', 'where its data are kept (default: a temporary directory)')
    .option('--partitions <number>', 'of topics that are new', wholeNumber(1_000), 6)
    .action((options: Arguments) => serve(options));
  await command.parseAsync();
  // What still starts after a Ctrl-C ends with this process.
  process.exit(0);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
