import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Migration {
  readonly number: number;
  /** File name without its ending, as `0001_events`. */
  readonly name: string;
  /** SQL with the markers of template.ts. */
  readonly source: string;
  /** SHA-256 of the source, hexadecimal. */
  readonly checksum: string;
}

const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** The same files serve the sources and the compiled output, which lie at different depths under the package's root. */
function migrationsDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('Cannot find the package that the migrations belong to');
    directory = parent;
  }
  return join(directory, 'libs', 'warehouse', 'migrations');
}

/**
 * The migrations that this code knows, in order.
 * @throws where a file name is not NNNN_name.sql or the numbers are not 1, 2, 3, …
 */
export function readMigrations(directory = migrationsDirectory()): readonly Migration[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file, index) => {
      const number = Number(FILE_NAME.exec(file)?.[1]);
      if (number !== index + 1) {
        throw new Error(
          `${join(directory, file)}: expected the name ${String(index + 1).padStart(4, '0')}_….sql`,
        );
      }
      const source = readFileSync(join(directory, file), 'utf8');
      const checksum = createHash('sha256').update(source).digest('hex');
      return { number, name: file.slice(0, -'.sql'.length), source, checksum };
    });
}
