import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lifeOf } from '#log/embedded/ownership.js';
import type { Policy } from '#domain/policy/policy.js';
import { codeOf, describe } from '../lines.js';
import { policyOf, readTextFile } from '../policy-file.js';
import { UserError } from '../user-error.js';

/** What lies in the directory that the embedded mode keeps its data in. */
export interface DataDirectory {
  readonly path: string;
  readonly log: string;
  readonly clickhouse: string;
  /** The policy in force; the defaults where there is none. */
  readonly policy: string;
  /** The simulated organisation that is fed into it. */
  readonly demo: string;
  /** How to reach the process that has the directory open. */
  readonly running: string;
  /** A word by which Kafka knows it. */
  readonly name: string;
}

export function dataDirectory(folder: string): DataDirectory {
  const root = path.resolve(folder);
  return {
    path: root,
    log: path.join(root, 'log'),
    clickhouse: path.join(root, 'clickhouse'),
    policy: path.join(root, 'policy.yaml'),
    demo: path.join(root, 'demo.json'),
    running: path.join(root, 'running.json'),
    name: path.join(root, 'name'),
  };
}

/** @throws UserError where there is none, or nothing was ever kept in it */
export async function expectData(directory: DataDirectory): Promise<void> {
  try {
    await access(directory.log);
  } catch {
    throw new UserError(
      `there is no data in ${directory.path} yet: bring some in with plumbline up or plumbline import`,
    );
  }
}

/** @throws UserError where it can't be made */
export async function makeDataDirectory(directory: DataDirectory): Promise<void> {
  try {
    await mkdir(directory.path, { recursive: true });
  } catch (error) {
    throw new UserError(`can't use ${directory.path} for data: ${describe(error)}`);
  }
}

/** @throws UserError where there is such a file and it can't be read */
async function textOrNothing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UserError(`can't read ${file}: ${describe(error)}`);
  }
}

/** Replaces a file as a whole: a crash leaves the one before or the one after. */
async function replaceFile(file: string, text: string, mode = 0o644): Promise<void> {
  const beside = `${file}.new`;
  await writeFile(beside, text, { mode });
  await chmod(beside, mode);
  await rename(beside, file);
}

export interface PolicyInForce {
  readonly policy: Policy;
  /** As it was read. */
  readonly text: string;
}

/**
 * The policy in force: the given file, or the one kept in the directory, or the defaults.
 * @throws UserError that lists every fault of the file
 */
export async function policyInForce(
  directory: DataDirectory,
  file: string | undefined,
): Promise<PolicyInForce> {
  const text =
    file === undefined ? ((await textOrNothing(directory.policy)) ?? '') : await readTextFile(file);
  return { policy: policyOf(file ?? directory.policy, text), text };
}

export async function keepPolicy(directory: DataDirectory, text: string): Promise<void> {
  await makeDataDirectory(directory);
  await replaceFile(directory.policy, text);
}

export async function hasPolicy(directory: DataDirectory): Promise<boolean> {
  return (await textOrNothing(directory.policy)) !== undefined;
}

/** Where the running process answers, and the word that it asks for. */
export interface RunningProcess {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
}

/** Readable by the owner alone: the token lets in whoever has it. */
export async function noteRunning(directory: DataDirectory, running: RunningProcess): Promise<void> {
  const life = lifeOf(running.pid);
  await replaceFile(directory.running, JSON.stringify({ ...running, life }), 0o600);
}

export async function forgetRunning(directory: DataDirectory): Promise<void> {
  await rm(directory.running, { force: true });
}

/** The process that has the directory open; undefined where none is alive. */
export async function findRunning(directory: DataDirectory): Promise<RunningProcess | undefined> {
  const text = await textOrNothing(directory.running);
  if (text === undefined) return undefined;
  try {
    const { pid, url, token, life } = JSON.parse(text) as Partial<RunningProcess> & { life?: unknown };
    if (typeof pid !== 'number' || typeof url !== 'string' || typeof token !== 'string') return undefined;
    // Otherwise it was killed and could not clear up; its id may by now be that of another process, even of this one.
    return lifeOf(pid) === life ? { pid, url, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Up to when the simulated organisation was simulated, and whether all of it is in the log. */
export interface DemoState {
  readonly until: number;
  readonly fed: boolean;
}

/** Undefined where none was ever begun. */
export async function demoState(directory: DataDirectory): Promise<DemoState | undefined> {
  const text = await textOrNothing(directory.demo);
  if (text === undefined) return undefined;
  try {
    const { until, fed } = JSON.parse(text) as Partial<DemoState>;
    return typeof until === 'number' ? { until, fed: fed === true } : undefined;
  } catch {
    return undefined;
  }
}

export async function noteDemo(directory: DataDirectory, state: DemoState): Promise<void> {
  await replaceFile(directory.demo, JSON.stringify(state));
}

/** A word that no other directory has, the same for good. */
export async function nameOfDirectory(directory: DataDirectory): Promise<string> {
  const kept = (await textOrNothing(directory.name))?.trim();
  if (kept !== undefined && /^[0-9a-f]{12}$/.test(kept)) return kept;
  const name = randomBytes(6).toString('hex');
  await replaceFile(directory.name, `${name}\n`);
  return name;
}
