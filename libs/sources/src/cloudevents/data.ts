import { isUtf8 } from 'node:buffer';
import { fieldOf, type JsonObject, type Reasons } from '../native/values.js';

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** The data of `data_base64`; undefined, with a reason, where it holds no JSON. */
export function decodedData(event: JsonObject, encoded: unknown, reasons: Reasons): unknown {
  const data = fieldOf(event, 'data');
  if (data !== undefined && data !== null) {
    reasons.add('data_base64', 'either data or data_base64', encoded);
    return data;
  }
  if (typeof encoded !== 'string' || !BASE64.test(encoded)) {
    reasons.add('data_base64', 'base64', encoded);
    return undefined;
  }
  const bytes = Buffer.from(encoded, 'base64');
  if (isUtf8(bytes)) return parsedData(bytes.toString('utf8'), 'data_base64', reasons);
  reasons.add('data_base64', 'JSON in UTF-8', encoded);
  return undefined;
}

/** Data that came as text; no text is no data. */
export function parsedData(text: string, path: string, reasons: Reasons): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    reasons.add(path, 'JSON', text);
    return undefined;
  }
}
