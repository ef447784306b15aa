import { Command, CommanderError } from 'commander';
import { policyCommand } from './commands/policy.js';
import { scoreCommand } from './commands/score.js';
import { UserError } from './user-error.js';

const program = new Command('plumbline')
  .description(
    'Deal health from CRM and calendar events: what stalls, what is misaligned, what became of the order.',
  )
  .version('0.1.0')
  .option('--debug', 'show stacks of errors')
  .showHelpAfterError('(plumbline --help shows how it is used)')
  .exitOverride();

scoreCommand(program);
policyCommand(program);
for (const command of program.commands) command.exitOverride();

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

function exitCodeOf(error: unknown): number {
  // commander has told already what is wrong; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`plumbline: ${message}\n`);
  if (program.opts<{ debug?: boolean }>().debug === true && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return error instanceof UserError ? error.exitCode : 1;
}
