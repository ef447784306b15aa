import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ReadFile } from './load-look-ups.js';

/**
 * Reads look-up files from the first of the folders that has them: the one of the CSV file, then the one of the mapping.
 */
export function lookUpsIn(folders: readonly string[]): ReadFile {
  return async (file) => {
    for (const folder of folders) {
      try {
        return await readFile(resolve(folder, file));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
    throw new Error(`no such file in ${[...new Set(folders)].join(' or ')}`);
  };
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
