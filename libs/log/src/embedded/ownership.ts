import { readFileSync } from 'node:fs';
import { LogInUseError } from '../log-in-use.js';
import { cannotOpen, type Store } from './store.js';

/** A process, told apart from a later one that was given the same id. */
export interface Owner {
  readonly pid: number;
  /** What {@link lifeOf} said of the process. */
  readonly life: string;
}

const OWNER = 'owner';

/**
 * Takes the directory for this process. Judged and written in one LMDB transaction, which excludes those of all
 * other processes, so that of two that start at once one is refused. An owner that was killed is replaced.
 * @returns the fence: each commit must find it unchanged
 * @throws LogInUseError naming the process that has the directory open
 */
export function takeOwnership(store: Store): number {
  const taken = takeOrFindOwner(store);
  if (typeof taken === 'number') return taken;
  const where = taken.pid === process.pid ? 'this process' : `process ${taken.pid}`;
  throw new LogInUseError(
    `The log at ${store.path} is already open in ${where}: one process at a time can have it, stop that one first.`,
  );
}

function takeOrFindOwner(store: Store): number | Owner {
  try {
    return store.owner.transactionSync(() => {
      const entry = store.owner.getEntry(OWNER);
      const owner = entry?.value ?? null;
      if (owner !== null && lifeOf(owner.pid) === owner.life) return owner;
      const fence = (entry?.version ?? 0) + 1;
      store.owner.putSync(OWNER, { pid: process.pid, life: lifeOf(process.pid) ?? '' }, fence);
      return fence;
    });
  } catch (cause) {
    throw cannotOpen(store.path, cause);
  }
}

/**
 * Leaves the directory to the next opening, in this process too. Does nothing where another process has taken it
 * already, or the disk can't be written: it can be taken once this process has ended.
 */
export function leaveOwnership(store: Store, fence: number): void {
  try {
    store.owner.transactionSync(() => {
      if (store.owner.getEntry(OWNER)?.version !== fence) return;
      // The version goes on rising: a fence that came again would let a replaced owner write once more.
      store.owner.putSync(OWNER, null, fence + 1);
    });
  } catch {
    // Said before, by the writes that failed: closing must close.
  }
}

/**
 * Makes the writes of `apply` in one transaction, if this process still owns the directory. Where liveness was
 * misjudged (a process in another container isn't seen) the fence has changed, and the new owner's records stay.
 * @returns false where another process owns it
 */
export function writeAsOwner(store: Store, fence: number, apply: () => void): Promise<boolean> {
  return store.owner.ifVersion(OWNER, fence, apply);
}

/**
 * When the process started, in a form to compare; null where it doesn't run. Where there is no /proc all lives look
 * the same, and the id alone must do.
 */
export function lifeOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  let stat: string;
  let boot: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
  // The command's name, in parentheses, may hold anything: what counts comes after the last one.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startedAt = fields[18];
  // A killed process that its parent has not waited for still has an id, but holds nothing.
  return state === 'Z' || state === 'X' ? null : `${boot}/${startedAt ?? ''}`;
}
