import { readFile } from 'node:fs/promises';
import type { NativeSource } from '#sources/sources.js';
import type { loadMappings } from './mappings.js';

/** The texts of mapping files, as `loadMappings` takes them. @throws Error where one can't be read */
export async function readMappingFiles(
  files: Readonly<Partial<Record<NativeSource, string>>>,
): Promise<Parameters<typeof loadMappings>[0]> {
  const read = Object.entries(files).map(
    async ([source, name]) => [source, { name, text: await readFile(name, 'utf8') }] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
