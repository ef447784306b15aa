import type { Command } from 'commander';
import { DEFAULT_DATA, openSystem } from '../system/open-system.js';
import { formatCount } from '../terminal/progress.js';

export function rebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .description('all scores and episodes again from the stored events')
    .option('--deal <id...>', 'only these deals')
    .option('--policy <file>', 'policy (YAML) to be in force from now on')
    .option('--data <dir>', 'where the data is kept', DEFAULT_DATA)
    .action(async (options: { deal?: string[]; policy?: string; data: string }) => {
      const system = await openSystem(options.data, { policyFile: options.policy });
      try {
        const { deals, changed } = await system.rebuild(options.deal ?? []);
        process.stdout.write(
          `${formatCount(deals)} deals rebuilt, ${formatCount(changed)} of them changed\n`,
        );
      } finally {
        await system.close();
      }
    });
}
