import { describe, expect, it } from '@jest/globals';
import { createVersions } from './versions.js';

describe('what is remembered of stored messages', () => {
  it('tells an earlier version from what is stored, and from what has come since', () => {
    const versions = createVersions();
    versions.remember('msg_1', 2);
    expect(versions.isOld('msg_1', 1)).toBe(true);
    expect(versions.isOld('msg_1', 2)).toBe(false);
    expect(versions.isOld('msg_1', 3)).toBe(false);
    expect(versions.isOld('msg_2', 1)).toBe(false);
  });

  it('is bounded: the one remembered longest ago is forgotten first', () => {
    const versions = createVersions(2);
    versions.remember('msg_1', 2);
    versions.remember('msg_2', 2);
    versions.remember('msg_1', 3);
    versions.remember('msg_3', 2);
    expect(['msg_1', 'msg_2', 'msg_3'].map((id) => versions.isOld(id, 1))).toEqual([true, false, true]);
  });
});
