import type { Command } from 'commander';
import { openSystem } from '../system/open-system.js';
import { DATA_HELP, placeOf } from '../system/place.js';
import { createProgress, formatCount } from '../terminal/progress.js';
import { expectNone } from './no-such-deals.js';

export function rebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .description('all scores and episodes again from the stored events')
    .option('--deal <id...>', 'only these deals')
    .option('--policy <file>', 'policy (YAML) to be in force from now on')
    .option('--data <dir>', DATA_HELP)
    .action(async (options: { deal?: string[]; policy?: string; data?: string }) => {
      const system = await openSystem(placeOf(options.data), { policyFile: options.policy });
      const progress = createProgress(process.stderr, Date.now);
      try {
        const {
          deals,
          changed,
          unknown = [],
        } = await system.rebuild(options.deal ?? [], (done) => {
          progress.update(`${formatCount(done.deals)} deals rebuilt`);
        });
        progress.done();
        process.stdout.write(
          `${formatCount(deals)} deals rebuilt, ${formatCount(changed)} of them changed\n`,
        );
        expectNone(unknown);
      } finally {
        progress.done();
        await system.close();
      }
    });
}
