import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveOwnership, lifeOf, takeOwnership, writeAsOwner } from './ownership.js';
import { openStore, type Store } from './store.js';

describe('The ownership of a directory', () => {
  let path: string;
  let store: Store;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'log-owner-'));
    store = openStore(path);
  });

  afterEach(async () => {
    await store.root.close();
    await rm(path, { recursive: true });
  });

  /** As if the owner had been a process that ended, or one that can't be seen from here. */
  function loseOwner(fence: number): void {
    store.owner.putSync('owner', { pid: process.pid, life: 'another' }, fence);
  }

  it('is refused while its process lives, and given again after it was left', () => {
    const fence = takeOwnership(store);
    expect(() => takeOwnership(store)).toThrow(/already open in this process/);
    leaveOwnership(store, fence);
    expect(takeOwnership(store)).toBeGreaterThan(fence);
  });

  it('is given where the id of the owner belongs to a later process', () => {
    const fence = takeOwnership(store);
    loseOwner(fence);
    expect(takeOwnership(store)).toBeGreaterThan(fence);
  });

  it('keeps the writes of a replaced owner from the store, and all of them', async () => {
    const replaced = takeOwnership(store);
    loseOwner(replaced);
    const fence = takeOwnership(store);
    const write = (value: number) => (): void => {
      void store.ends.put([0, 0], value);
      void store.positions.put(['scorer', 0, 0], value);
    };
    expect(await writeAsOwner(store, fence, write(1))).toBe(true);
    expect(await writeAsOwner(store, replaced, write(2))).toBe(false);
    expect(store.ends.get([0, 0])).toBe(1);
    expect(store.positions.get(['scorer', 0, 0])).toBe(1);
  });

  it('is not left by an owner that was replaced', () => {
    const replaced = takeOwnership(store);
    loseOwner(replaced);
    takeOwnership(store);
    leaveOwnership(store, replaced);
    expect(() => takeOwnership(store)).toThrow(/already open/);
  });
});

describe('The life of a process', () => {
  it('is the same as long as it runs, and none once it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    const ended = new Promise((resolve) => child.once('close', resolve));
    const pid = child.pid ?? 0;
    const life = lifeOf(pid);
    expect(life).not.toBeNull();
    expect(lifeOf(pid)).toBe(life);
    child.kill('SIGKILL');
    await ended;
    expect(lifeOf(pid)).toBeNull();
  });

  it('is that of this process for its own id', () => {
    expect(lifeOf(process.pid)).not.toBeNull();
  });
});
