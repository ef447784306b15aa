import { describe, expect, it } from '@jest/globals';
import { defaultMapping } from './native/mapping.js';
import { nativeSources, translateRecord } from './sources.js';

describe.each(nativeSources)('records of %s', (source) => {
  it.each([7, null, 'x', [], {}, undefined])('are refused where they are %j', (value) => {
    expect(translateRecord(source, { value }, defaultMapping)).toEqual({
      reasons: expect.arrayContaining([expect.any(String)]),
    });
  });

  it('cost no more than themselves, whatever they do to their reader', () => {
    const hostile = new Proxy(
      {},
      { getOwnPropertyDescriptor: () => raise(), ownKeys: () => raise(), get: () => raise() },
    );
    expect(translateRecord(source, { value: hostile }, defaultMapping)).toEqual({
      reasons: ['the record could not be read: out of order'],
    });
  });
});

function raise(): never {
  throw new Error('out of order');
}
