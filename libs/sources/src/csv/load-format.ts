import type { YamlMap } from '../yaml-file.js';
import { isEncoding } from './decode.js';

/** Reads `delimiter`: one ASCII character, a comma where it isn't given. */
export function loadDelimiter(map: YamlMap): string {
  const delimiter = map.text('delimiter', 'expected one character such as ";"') ?? ',';
  if (/^[\t\x20-\x7e]$/.test(delimiter) && !/["A-Za-z0-9]/.test(delimiter)) return delimiter;
  map.fault('delimiter', `expected one character such as ";" or "\\t", got ${JSON.stringify(delimiter)}`);
  return ',';
}

/** Reads `encoding`: UTF-8 where it isn't given. */
export function loadEncoding(map: YamlMap): string {
  const encoding = map.text('encoding', 'expected an encoding such as windows-1252') ?? 'utf-8';
  if (isEncoding(encoding)) return encoding;
  map.fault('encoding', `expected an encoding such as windows-1252, got ${JSON.stringify(encoding)}`);
  return 'utf-8';
}
