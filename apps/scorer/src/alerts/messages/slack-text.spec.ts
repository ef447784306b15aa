import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slackText } from './slack-text.js';

describe('a text in Slack', () => {
  it.each([
    ['Acme & Sons', 'Acme &amp; Sons'],
    ['a < b > c', 'a &lt; b &gt; c'],
    ['&lt;', '&amp;lt;'],
    ['<@U123> <#C1> <!here>', '&lt;@U123&gt; &lt;#C1&gt; &lt;!here&gt;'],
    ['*b* _i_ ~s~ `c` ```d```', '∗b∗ ˍiˍ ∼s∼ ˋcˋ ˋˋˋdˋˋˋ'],
    ['> quoted\n• listed', '&gt; quoted • listed'],
    ['  tabs\tand\u0000nothing\u2028else  ', 'tabs and nothing else'],
    ['turned\u202eround', 'turned round'],
    ['half \ud83d of one', 'half \ufffd of one'],
    ['😀', '😀'],
  ])('of %j is %j', (text, expected) => {
    expect(slackText(text, 100)).toBe(expected);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['a&&', 6, 'a…'],
    ['a&', 6, 'a&amp;'],
    ['abc😀😀', 6, 'abc😀…'],
    ['abcd😀😀', 6, 'abcd…'],
  ])('of %j cut to %d is %j', (text, most, expected) => {
    expect(slackText(text, most)).toBe(expected);
  });

  it('holds no mark, no half of an entity or of a pair, and is never too long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(0xffff)),
        fc.string({ unit: 'grapheme' }),
        fc.nat(40),
        (units, more, most) => {
          const text = slackText(`${String.fromCharCode(...units)}<&>*_~\`${more}`, most + 1);
          expect(text.length).toBeLessThanOrEqual(most + 1);
          expect(text).not.toMatch(/[<>*_~`\n]|&(?!(amp|lt|gt);)/);
          expect(text.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
