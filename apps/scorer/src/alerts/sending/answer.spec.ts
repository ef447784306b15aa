import { describe, expect, it } from '@jest/globals';
import { answerText, secretsOf } from './answer.js';

const url = new URL(
  'https://user:passphrase@hooks.example/services/T0000000/B0000000/XyZ12345abcde?token=tk_abcdefgh',
);
const secrets = secretsOf(url, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');

describe('what is kept of an answer', () => {
  it('is its first 500 bytes, without a character cut in two', () => {
    expect(answerText(Buffer.from('a'.repeat(600)), [])).toBe('a'.repeat(500));
    expect(answerText(Buffer.from(`${'a'.repeat(499)}€`), [])).toBe('a'.repeat(499));
  });

  it('has no control characters, escape sequences or turned text in it', () => {
    expect(answerText(Buffer.from('one\r\n\ttwo \u{1b}[31mred \u{0} \u{202e}turned \u{2028}'), [])).toBe(
      'one two \u{FFFD}[31mred \u{FFFD} \u{FFFD}turned \u{FFFD}',
    );
  });

  it('does not repeat the path, the query or the secret of the endpoint', () => {
    const text = answerText(
      Buffer.from(
        'Cannot POST /services/T0000000/B0000000/XyZ12345abcde?token=tk_abcdefgh; no XyZ12345abcde, tk_abcdefgh, ' +
          'passphrase, MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw here',
      ),
      secrets,
    );
    expect(text).toBe('Cannot POST …; no …, …, …, … here');
  });

  it('does not repeat half a secret either that lies across the end', () => {
    expect(
      answerText(Buffer.from(`${'a'.repeat(495)}/services/T0000000/B0000000/XyZ12345abcde`), secrets),
    ).toBe(`${'a'.repeat(495)}…`);
  });

  it('is text where the answer is none', () => {
    expect(answerText(Buffer.from([0xff, 0xfe, 0x41]), [])).toBe('\u{FFFD}\u{FFFD}A');
  });
});
