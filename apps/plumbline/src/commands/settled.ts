import { setTimeout as pause } from 'node:timers/promises';
import { drained } from '../system/drained.js';
import type { Place } from '../system/place.js';
import type { System } from '../system/system.js';
import type { Progress } from '../terminal/progress.js';

/**
 * Waits until what was appended is taken in and scored, and shows how far that is.
 * @param text of so many records that are left
 */
export async function settled(
  system: System,
  place: Place,
  progress: Progress,
  text: (left: number) => string,
): Promise<void> {
  const say = (message: string): void => {
    progress.done();
    process.stderr.write(`${message}\n`);
  };
  try {
    await drained(system, {
      pause: (ms) => pause(ms),
      waiting: (left) => {
        progress.update(text(left));
      },
      ...(place.kind === 'deployed' ? { standstill: { now: Date.now, say } } : {}),
    });
  } finally {
    progress.done();
  }
}
