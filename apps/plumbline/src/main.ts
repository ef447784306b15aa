import { Command, CommanderError } from 'commander';
import { UserError } from './user-error.js';
import { VERSION } from './version.js';

type AddCommand = (program: Command) => void;

/** Each command's module by its name. Only what is asked for is loaded: scoring a file needs no engine, log or server. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  up: async () => (await import('./commands/up.js')).upCommand,
  score: async () => (await import('./commands/score.js')).scoreCommand,
  deals: async () => (await import('./commands/deals.js')).dealsCommand,
  translate: async () => (await import('./commands/translate.js')).translateCommand,
  import: async () => (await import('./commands/import.js')).importCommand,
  feed: async () => (await import('./commands/feed.js')).feedCommand,
  rebuild: async () => (await import('./commands/rebuild.js')).rebuildCommand,
  policy: async () => (await import('./commands/policy.js')).policyCommand,
  alerts: async () => (await import('./commands/alerts.js')).alertsCommand,
  'dead-letters': async () => (await import('./commands/dead-letters.js')).deadLettersCommand,
  migrate: async () => (await import('./commands/migrate.js')).migrateCommand,
};

const program = new Command('plumbline')
  .description(
    'Deal health from CRM and calendar events: what stalls, what is misaligned, what became of the order.',
  )
  .version(VERSION)
  .option('--debug', 'show stacks of errors')
  .showHelpAfterError('(plumbline --help shows how it is used)')
  .exitOverride();

// A reader that has seen enough (head, a closed pager) ends the program, without a word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`plumbline: can't write the output: ${error.message}\n`);
  process.exit(1);
});

try {
  const asked = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? '';
  const load = Object.hasOwn(commands, asked) ? commands[asked] : undefined;
  // Without a command that is known, help and errors speak of all of them.
  for (const add of load === undefined ? Object.values(commands) : [load]) (await add())(program);
  overrideExit(program.commands);
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Commands below a command would otherwise end the process by themselves. */
function overrideExit(below: readonly Command[]): void {
  for (const command of below) {
    command.exitOverride();
    overrideExit(command.commands);
  }
}

function exitCodeOf(error: unknown): number {
  // commander has told already what is wrong; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`plumbline: ${message}\n`);
  if (program.opts<{ debug?: boolean }>().debug === true && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return error instanceof UserError ? error.exitCode : 1;
}
