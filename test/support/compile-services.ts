import { mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './cli.js';
import { compilePackage } from './compile-package.js';

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

/** Compiles the services as their sources are now, into a temporary directory. */
export async function compileServices(): Promise<CompiledServices> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-services-'));
  const compiled = await compilePackage(directory, SOURCES);
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
