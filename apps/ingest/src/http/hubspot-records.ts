import { MAX_NESTING, nestsDeeperThan } from '#domain/events/nesting.js';
import type { Instant } from '#domain/time/instant.js';
import type { NewRecord } from '#log/log.js';
import { parseJson } from './parse-json.js';
import { type Reason, Refusal } from './refusal.js';

const MAX_REASONS = 50;

/**
 * The notifications of a webhook call, one record each: those of one object stay in order.
 * @throws Refusal 400 where it is no JSON, or one of them no object: then none is taken
 */
export function hubspotRecords(
  body: Buffer,
  receivedAt: Instant,
  headers: Readonly<Record<string, string>>,
): NewRecord[] {
  const parsed = parseJson(body);
  if (parsed === undefined) throw new Refusal(400, 'the body is not JSON in UTF-8');
  const notifications: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  const reasons: Reason[] = [];
  const records: NewRecord[] = [];
  for (const [index, notification] of notifications.entries()) {
    const fault = faultOf(notification);
    if (fault !== undefined) reasons.push({ index, path: '', message: fault });
    else {
      records.push({
        key: keyOf(notification as Readonly<Record<string, unknown>>),
        value: Buffer.from(JSON.stringify(notification)),
        headers: { 'content-type': 'application/json', ...headers },
        timestamp: receivedAt,
      });
    }
    if (reasons.length >= MAX_REASONS) break;
  }
  if (reasons.length > 0) {
    throw new Refusal(400, 'not every notification is a JSON object: nothing was taken in', reasons);
  }
  return records;
}

function faultOf(notification: unknown): string | undefined {
  if (typeof notification !== 'object' || notification === null || Array.isArray(notification)) {
    return 'expected an object';
  }
  return nestsDeeperThan(MAX_NESTING, notification)
    ? `expected at most ${MAX_NESTING} levels of nesting, got more`
    : undefined;
}

/** The object that it is about; of an association, where it starts. */
function keyOf({
  objectId,
  fromObjectId,
  primaryObjectId,
}: Readonly<Record<string, unknown>>): string | null {
  const id = objectId ?? fromObjectId ?? primaryObjectId;
  if (typeof id === 'number') return String(id);
  return typeof id === 'string' && id !== '' && id.length <= 1_024 ? id.toWellFormed() : null;
}
