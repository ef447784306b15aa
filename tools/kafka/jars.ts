import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath, run } from './programs.js';

const POM = join('tools', 'kafka', 'pom.xml');

/** The root of the project: where the sources are, whether this runs from them or compiled. */
function projectRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, POM))) return folder;
    if (dirname(folder) === folder) throw new Error(`${POM} is missing: run this inside the project.`);
  }
}

/** The directory with the broker's jars, and whether they are there already. */
async function jarsFolder(): Promise<{ readonly folder: string; readonly version: string }> {
  const root = projectRoot();
  const pom = await readFile(join(root, POM), 'utf8');
  const version = /<kafka\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
  // Another list of jars is another directory: those of before would stay on the class path.
  const digest = createHash('sha256').update(pom).digest('hex').slice(0, 8);
  return { folder: join(root, 'node_modules', '.cache', 'plumbline-kafka', `${version}-${digest}`), version };
}

/** Whether the jars can be had: they are there, or Maven is. */
export async function canHaveJars(): Promise<boolean> {
  return existsSync((await jarsFolder()).folder) || onPath('mvn');
}

/**
 * The directory with the jars of Apache Kafka, downloaded with Maven at the first call.
 * @param say told of the download
 * @throws Error where Maven is missing or can't reach its repository (the message says what to do)
 */
export async function kafkaJars(say: (line: string) => void): Promise<string> {
  const { folder, version } = await jarsFolder();
  if (existsSync(folder)) return folder;
  if (!onPath('mvn')) {
    throw new Error(
      'The jars of Apache Kafka are downloaded with Maven, and there is no mvn on the PATH: install Maven (Debian: apt-get install maven), or give the address of a broker that runs.',
    );
  }
  say(`Downloading Apache Kafka ${version} (about 46 MB, once)…`);
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}-`);
  try {
    const pom = join(projectRoot(), POM);
    const { code, output } = await run('mvn', [
      ...['--batch-mode', '--quiet', '--file', pom, 'dependency:copy-dependencies'],
      ...[`-DoutputDirectory=${partial}`, '-DincludeScope=runtime'],
    ]);
    if (code !== 0) {
      throw new Error(
        `Maven could not download Apache Kafka: check the network and Maven's settings.\n${output}`,
      );
    }
    // Whole or not at all; two processes that download at once both succeed.
    await rename(partial, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
