import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';

describe('canonical JSON', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: { d: [3, { f: 1, e: 2 }], c: null } }, '{"a":{"c":null,"d":[3,{"e":2,"f":1}]},"b":1}'],
    [{ b: 1, 10: 2, 9: 3, '': 4 }, '{"":4,"10":2,"9":3,"b":1}'],
    [{ é: 1, z: 2, Z: 3 }, '{"Z":3,"z":2,"é":1}'],
    [{ '\u{1f600}': 1, '\uffff': 2 }, '{"\u{1f600}":1,"\uffff":2}'],
    [{ 'a"b': 'c\n' }, '{"a\\"b":"c\\n"}'],
    [{ gone: undefined, list: [undefined] }, '{"list":[null]}'],
    [[], '[]'],
    [{}, '{}'],
    [-0, '0'],
    [1e21, '1e+21'],
    [null, 'null'],
    [undefined, 'null'],
  ])('of %j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('keeps a key named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });
});
