import type { Command } from 'commander';
import { parsePolicy, policyWarnings } from '#domain/policy/parse-policy.js';
import { DATA_HELP } from '../system/place.js';
import { faultLine, readTextFile } from '../policy-file.js';
import { policyDiff } from './policy-diff.js';

export function policyCommand(program: Command): void {
  const policy = program.command('policy').description('work with policy files');
  policy
    .command('check')
    .description('validate a policy file; every fault is told with its path')
    .argument('<file>', 'policy (YAML)')
    .action(async (file: string) => {
      const parsed = parsePolicy(await readTextFile(file));
      if (parsed.policy === undefined) {
        for (const fault of parsed.faults) process.stderr.write(`${faultLine(file, fault)}\n`);
        process.exitCode = 1;
        return;
      }
      for (const warning of policyWarnings(parsed.policy))
        process.stderr.write(`${file}: warning: ${warning}\n`);
      const { pipelines, findings, calendar } = parsed.policy;
      const off = Object.entries(findings).filter(([, numbers]) => !numbers.enabled);
      process.stdout.write(
        `${file} is valid: ${Object.keys(pipelines).length} pipeline(s), time zone ${calendar.timezone}, ` +
          `${calendar.holidays.length} holiday(s), ${Object.keys(findings).length - off.length} of ${Object.keys(findings).length} findings on\n`,
      );
    });
  policy
    .command('diff')
    .description('what another policy would say of the stored deals as of now; nothing is changed')
    .argument('<a>', 'policy (YAML), such as the one in force')
    .argument('<b>', 'policy (YAML) to be held against it')
    .option('--alerts <file>', 'the alerts file: which alerts would appear or go (default: PLUMBLINE_ALERTS)')
    .option('--limit <count>', 'how many deals the table shows, the largest first', '30')
    .option('--format <format>', 'table or ndjson (a line a deal that differs, then the summary)', 'table')
    .option('--data <dir>', DATA_HELP)
    .action(policyDiff);
}
