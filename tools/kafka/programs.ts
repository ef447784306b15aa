import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const LAST_OUTPUT_CHARACTERS = 2_000;

/** Whether a program of that name can be run. */
export function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Runs a program to its end.
 * @returns its exit code (null where a signal ended it) and the end of what it wrote
 */
export function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (text: string): void => {
      output = (output + text).slice(-LAST_OUTPUT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** The Java to run a broker with: that of JAVA_HOME, else the one on the PATH, else null. */
export function javaProgram(): string | null {
  const home = process.env['JAVA_HOME'];
  if (home !== undefined && home !== '') return join(home, 'bin', 'java');
  return onPath('java') ? 'java' : null;
}
