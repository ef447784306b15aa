import { transformFile } from '@swc/core';
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './cli.js';

/** Where the sources are of what the services run. */
const SOURCES = ['apps/ingest/src', 'apps/scorer/src', 'libs', 'test/support'];

export interface CompiledServices {
  /** The directory, to be deleted. */
  readonly directory: string;
  /** Programs for node, as absolute paths. */
  readonly ingest: string;
  readonly scorer: string;
  readonly bridge: string;
}

/**
 * Compiles the services as their sources are now, into a temporary directory that looks like the package: what `dist`
 * holds may be older than what is to be tested.
 */
export async function compileServices(): Promise<CompiledServices> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-services-'));
  const compiled = join(directory, 'dist');
  const folders = await Promise.all(
    SOURCES.map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true });
      return names.filter(isProgram).map((name) => join(folder, name));
    }),
  );
  await Promise.all(folders.flat().map((file) => compile(file, compiled)));
  const { type, imports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    type: string;
    imports: object;
  };
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type, imports }));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  await mkdir(join(directory, 'libs', 'warehouse'), { recursive: true });
  await symlink(
    join(root, 'libs', 'warehouse', 'migrations'),
    join(directory, 'libs', 'warehouse', 'migrations'),
  );
  return {
    directory,
    ingest: join(compiled, 'apps/ingest/src/main.js'),
    scorer: join(compiled, 'apps/scorer/src/main.js'),
    bridge: join(compiled, 'test/support/clickhouse-bridge-process.js'),
  };
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
