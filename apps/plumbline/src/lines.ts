import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { UserError } from './user-error.js';

export interface Line {
  readonly text: string;
  /** `line 3`, or `events.ndjson:3` where there are several files. */
  readonly where: (number: number) => string;
  /** From 1. */
  readonly number: number;
}

/**
 * The lines of files, one after another; `-` or no file at all is standard input. Blank lines are left out, but
 * counted.
 * @throws UserError where a file can't be read
 */
export async function* readLines(files: readonly string[]): AsyncGenerator<Line> {
  const inputs = files.length === 0 ? ['-'] : files;
  for (const file of inputs) {
    const where = (number: number): string => (inputs.length > 1 ? `${file}:${number}` : `line ${number}`);
    const input = file === '-' ? process.stdin : createReadStream(file);
    let number = 0;
    try {
      for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        number += 1;
        const trimmed = number === 1 ? text.replace(/^\uFEFF/, '') : text;
        if (trimmed.trim() !== '') yield { text: trimmed, where, number };
      }
    } catch (error) {
      throw new UserError(`can't read ${file === '-' ? 'standard input' : file}: ${describe(error)}`);
    }
  }
}

/** The system's code of an error, such as ENOENT; '' where it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Why a file can't be read, in words. */
export function describe(error: unknown): string {
  const code = codeOf(error);
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
