import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../user-error.js';
import { dataDirectory, expectData, findRunning } from './data-directory.js';
import { openEmbeddedSystem } from './embedded-system.js';
import { remoteSystem } from './remote-system.js';
import type { System } from './system.js';

/** Where data is kept unless told otherwise. */
export const DEFAULT_DATA = '.plumbline/data';

/**
 * The system of a data directory: the running one, or else in this process, where what an earlier process left behind
 * is taken in first.
 * @throws UserError where there is nothing to read, or a policy is given but another process already runs with its own
 */
export async function openSystem(
  folder: string,
  options: {
    readonly policyFile?: string | undefined;
    /** Make the directory where there is none: for commands that bring something in. */
    readonly create?: boolean;
  },
): Promise<System> {
  const directory = dataDirectory(folder);
  const running = await findRunning(directory);
  if (running === undefined) {
    if (options.create !== true) await expectData(directory);
    const system = await openEmbeddedSystem(directory, options);
    try {
      await drained(system, { pause: (ms) => pause(ms) });
    } catch (error) {
      await system.close();
      throw error;
    }
    return system;
  }
  if (options.policyFile !== undefined) {
    throw new UserError(
      `plumbline runs on ${directory.path} (process ${running.pid}) with the policy it was started with: ` +
        'stop it first to change the policy, or leave out --policy',
    );
  }
  return remoteSystem(running);
}

/** Waits until everything that was appended is taken in and scored. */
export async function drained(
  system: System,
  options: {
    readonly pause: (ms: number) => Promise<void>;
    readonly waiting?: (records: number) => void;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  while (options.signal?.aborted !== true) {
    const { ingest, scorer } = await system.lag();
    options.waiting?.(ingest + scorer);
    if (ingest + scorer === 0) return;
    await options.pause(100);
  }
}
