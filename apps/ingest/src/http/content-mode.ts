import type { IncomingMessage } from 'node:http';
import { isJson, onlyHeader, parseMediaType, requireUtf8 } from './headers.js';
import { Refusal } from './refusal.js';

/** How CloudEvents come: one as a JSON document, a list of such, or its attributes in headers and its data as body. */
export type ContentMode = 'structured' | 'batch' | 'binary';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/** @throws Refusal 415 for any other content than CloudEvents in JSON */
export function contentModeOf(request: IncomingMessage): ContentMode {
  const media = parseMediaType(onlyHeader(request, 'content-type'));
  requireUtf8(media);
  if (media.type === STRUCTURED) return 'structured';
  if (media.type === BATCH) return 'batch';
  const hasAttributes = Object.keys(request.headers).some((name) => name.startsWith('ce-'));
  // An event without data has no body, and nothing to say of its type.
  if (hasAttributes && (isJson(media.type) || media.type === '')) return 'binary';
  throw new Refusal(
    415,
    `expected Content-Type ${STRUCTURED} or ${BATCH}, or application/json with the attributes in ce- headers`,
  );
}
