import { describe, expect, it } from '@jest/globals';
import { askCoordinator } from './coordinator.js';

const moving = (type: string): Error => Object.assign(new Error(type), { type });

/** Throws these one after another, and then answers. */
function asking(errors: readonly Error[]) {
  let asked = 0;
  const waits: number[] = [];
  return {
    waits,
    ask: () => {
      const error = errors[asked++];
      return error === undefined ? Promise.resolve('an answer') : Promise.reject(error);
    },
    pause: (ms: number) => Promise.resolve(waits.push(ms)),
  };
}

describe('asking the coordinator of a group', () => {
  it('asks again while the coordinator is moving', async () => {
    const { ask, pause, waits } = asking([
      moving('GROUP_LOAD_IN_PROGRESS'),
      moving('GROUP_COORDINATOR_NOT_AVAILABLE'),
      moving('NOT_COORDINATOR_FOR_GROUP'),
    ]);
    expect(await askCoordinator(ask, pause)).toBe('an answer');
    expect(waits).toEqual([250, 250, 250]);
  });

  it('gives up after 10 s with what was said last', async () => {
    const { ask, pause, waits } = asking(Array.from({ length: 100 }, () => moving('GROUP_LOAD_IN_PROGRESS')));
    await expect(askCoordinator(ask, pause)).rejects.toThrow('GROUP_LOAD_IN_PROGRESS');
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(10_000);
  });

  it('does not ask again where it is refused, nor what the client has tried again already', async () => {
    const refused = moving('GROUP_AUTHORIZATION_FAILED');
    const tried = new Error('retries exceeded', { cause: moving('GROUP_COORDINATOR_NOT_AVAILABLE') });
    for (const error of [refused, tried]) {
      const { ask, pause, waits } = asking([error]);
      await expect(askCoordinator(ask, pause)).rejects.toBe(error);
      expect(waits).toEqual([]);
    }
  });
});
