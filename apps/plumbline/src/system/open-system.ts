import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../user-error.js';
import { type DataDirectory, expectData, findRunning } from './data-directory.js';
import { openDeployedSystem } from './deployed-system.js';
import { drained } from './drained.js';
import { openEmbeddedSystem } from './embedded-system.js';
import { expectNoPolicy, type Place } from './place.js';
import { remoteSystem } from './remote-system.js';
import type { System } from './system.js';

interface OpenOptions {
  readonly policyFile?: string | undefined;
  /** Make the directory where there is none: for commands that bring something in. */
  readonly create?: boolean;
}

/**
 * The system that is found there.
 * @throws UserError where it can't be had, or has a policy of its own and is given another
 */
export async function openSystem(place: Place, options: OpenOptions): Promise<System> {
  if (place.kind === 'directory') return openDirectory(place.directory, options);
  expectNoPolicy(options.policyFile);
  return openDeployedSystem(place.config);
}

/**
 * The system of a data directory: the running one, or else in this process, where what an earlier process left behind
 * is taken in first, and scored by the policy in force.
 * @throws UserError where there is nothing to read, or a policy is given but another process already runs with its own
 */
async function openDirectory(directory: DataDirectory, options: OpenOptions): Promise<System> {
  const running = await findRunning(directory);
  if (running === undefined) {
    if (options.create !== true) await expectData(directory);
    const system = await openEmbeddedSystem(directory, options);
    try {
      await drained(system, { pause: (ms) => pause(ms) });
      await system.upToDate();
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
