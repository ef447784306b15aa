import { createHash } from 'node:crypto';

/** SHA-256 of a text in UTF-8, in lower-case hexadecimal digits: what ids of alerts and messages are made of. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
