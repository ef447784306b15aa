import { transformFile } from '@swc/core';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/**
 * Compiles this library, as it is in the sources now, for a process of its own to run.
 * @param target an empty directory
 * @returns the path of the compiled testing/log-process.ts
 */
export async function compileLogProcess(target: string): Promise<string> {
  const files = await readdir(SOURCES, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
    const { code } = await transformFile(join(SOURCES, file), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    const compiled = join(target, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(compiled), { recursive: true });
    await writeFile(compiled, code);
  }
  await writeFile(join(target, 'package.json'), '{"type":"module"}');
  await symlink(PACKAGES, join(target, 'node_modules'));
  return join(target, 'testing', 'log-process.js');
}
