import { transformFile } from '@swc/core';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './cli.js';

/**
 * Compiles folders of the project as their sources are now, into a directory that looks like the package: what `dist`
 * holds may be older than what is to be tested.
 * @param directory an empty one
 * @returns where the compiled files are, under the same paths as their sources
 */
export async function compilePackage(directory: string, folders: readonly string[]): Promise<string> {
  const compiled = join(directory, 'dist');
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true });
      return names.filter(isProgram).map((name) => join(folder, name));
    }),
  );
  await Promise.all(files.flat().map((file) => compile(file, compiled)));
  const { type, imports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    type: string;
    imports: object;
  };
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type, imports }));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  return compiled;
}

function isProgram(name: string): boolean {
  return name.endsWith('.ts') && !name.endsWith('.spec.ts');
}

async function compile(file: string, target: string): Promise<void> {
  const { code } = await transformFile(join(root, file), {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type: 'es6' },
  });
  const output = join(target, file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, code);
}
