import { clickHouseError } from './clickhouse-error.js';

const NAME = /\bname="([^"\r\n]*)"/i;
const BOUNDARY = /\bboundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i;

/**
 * The fields of a multipart form, as clients write them that have long parameters.
 * @throws ClickHouseError where it is none, or brings a table of its own
 */
export function formFields(contentType: string, body: string): readonly (readonly [string, string])[] {
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw malformed();
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`);
  const end = parts.pop();
  if (parts.length === 0 || !end?.startsWith('--')) throw malformed();
  return parts.slice(1).map(field);
}

function field(part: string): readonly [string, string] {
  const end = part.indexOf('\r\n\r\n');
  const name = NAME.exec(part.slice(0, Math.max(0, end)))?.[1];
  if (name === undefined) throw malformed();
  if (name !== 'query' && !name.startsWith('param_')) {
    throw clickHouseError('NOT_IMPLEMENTED', 'Of a form, only query and param_… are taken; no tables');
  }
  return [name, part.slice(end + 4)];
}

function malformed(): Error {
  return clickHouseError('BAD_ARGUMENTS', 'The body is no multipart form');
}
