import { Command, CommanderError } from 'commander';
import { deadLettersCommand } from './commands/dead-letters.js';
import { dealsCommand } from './commands/deals.js';
import { importCommand, translateCommand } from './commands/import.js';
import { migrateCommand } from './commands/migrate.js';
import { policyCommand } from './commands/policy.js';
import { rebuildCommand } from './commands/rebuild.js';
import { scoreCommand } from './commands/score.js';
import { upCommand } from './commands/up.js';
import { UserError } from './user-error.js';

const program = new Command('plumbline')
  .description(
    'Deal health from CRM and calendar events: what stalls, what is misaligned, what became of the order.',
  )
  .version('0.1.0')
  .option('--debug', 'show stacks of errors')
  .showHelpAfterError('(plumbline --help shows how it is used)')
  .exitOverride();

for (const add of [
  upCommand,
  scoreCommand,
  dealsCommand,
  translateCommand,
  importCommand,
  rebuildCommand,
  policyCommand,
  deadLettersCommand,
  migrateCommand,
]) {
  add(program);
}
overrideExit(program.commands);

// A reader that has seen enough (head, a closed pager) ends the program, without a word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Commands below a command would otherwise end the process by themselves. */
function overrideExit(commands: readonly Command[]): void {
  for (const command of commands) {
    command.exitOverride();
    overrideExit(command.commands);
  }
}

function exitCodeOf(error: unknown): number {
  // commander has told already what is wrong; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`plumbline: ${message}\n`);
  if (program.opts<{ debug?: boolean }>().debug === true && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return error instanceof UserError ? error.exitCode : 1;
}
