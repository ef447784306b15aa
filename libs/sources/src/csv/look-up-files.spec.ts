import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lookUpsIn } from './look-up-files.js';

describe('a look-up file', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'look-ups-'));
    await mkdir(join(folder, 'data'));
    await mkdir(join(folder, 'mapping'));
    await writeFile(join(folder, 'data', 'teams.csv'), 'of the data');
    await writeFile(join(folder, 'mapping', 'teams.csv'), 'of the mapping');
    await writeFile(join(folder, 'mapping', 'prices.csv'), 'prices');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is read from the first folder that has it', async () => {
    const read = lookUpsIn([join(folder, 'data'), join(folder, 'mapping')]);
    expect(Buffer.from(await read('teams.csv')).toString()).toBe('of the data');
    expect(Buffer.from(await read('prices.csv')).toString()).toBe('prices');
    expect(Buffer.from(await read('../mapping/teams.csv')).toString()).toBe('of the mapping');
  });

  it('that is nowhere, or can not be read, is an error that says so', async () => {
    const read = lookUpsIn([join(folder, 'data'), join(folder, 'data'), join(folder, 'mapping')]);
    const looked = `${join(folder, 'data')} or ${join(folder, 'mapping')}`;
    await expect(read('nowhere.csv')).rejects.toThrow(`no such file in ${looked}`);
    await expect(read('../data')).rejects.toThrow('EISDIR');
  });
});
