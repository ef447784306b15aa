import { describe, expect, it } from '@jest/globals';
import { utf8Chunks } from './decode.js';

async function decoded(bytes: Buffer, encoding = 'utf-8', chunkLength = 1): Promise<string> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkLength) chunks.push(bytes.subarray(at, at + chunkLength));
  const out: Buffer[] = [];
  for await (const chunk of utf8Chunks(chunks, encoding)) out.push(chunk);
  return Buffer.concat(out).toString();
}

const TEXT = 'Zoë,€ 😀';
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('the bytes of a text file', () => {
  it('lose a byte order mark and are UTF-8 whatever it says', async () => {
    for (const length of [1, 2, 3, 1000]) {
      expect(await decoded(Buffer.from(TEXT), 'utf-8', length)).toBe(TEXT);
      expect(await decoded(Buffer.from(`\ufeff${TEXT}`), 'windows-1252', length)).toBe(TEXT);
      expect(await decoded(Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-8', length)).toBe(TEXT);
      expect(await decoded(utf16be(`\ufeff${TEXT}`), 'utf-8', length)).toBe(TEXT);
    }
  });

  it('are read in the encoding that is given', async () => {
    expect(await decoded(Buffer.from('Zo\xeb \x80', 'latin1'), 'windows-1252')).toBe('Zoë €');
    expect(await decoded(Buffer.from(TEXT, 'utf16le'), 'utf-16le')).toBe(TEXT);
  });

  it('may be few or none', async () => {
    expect(await decoded(Buffer.alloc(0))).toBe('');
    expect(await decoded(Buffer.from('a'))).toBe('a');
    expect(await decoded(Buffer.from('\ufeff'))).toBe('');
    expect(await decoded(Buffer.from('\xeb', 'latin1'), 'windows-1252')).toBe('ë');
  });

  it('come in chunks of bounded size, however large the ones that go in', async () => {
    for await (const chunk of utf8Chunks([Buffer.alloc(1_000_000, 'x')], 'utf-8')) {
      expect(chunk.length).toBeLessThanOrEqual(65_536);
    }
  });
});
