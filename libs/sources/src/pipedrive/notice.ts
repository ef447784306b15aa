import type { Instant } from '#domain/time/instant.js';
import type { SourceMapping } from '../native/mapping.js';
import { fieldOf, isEmpty, isObject, type JsonObject, Reasons } from '../native/values.js';

/** A webhook of version 2: what happened to which object. */
export interface Notice {
  /** `create`, `change`, `delete`; others may come later. */
  readonly action: string;
  /** `deal`, `activity`, `person` … */
  readonly entity: string;
  readonly id: string;
  /** Undefined where it can't be read. */
  readonly time: Instant | undefined;
  /** Of the deal that one was merged into. */
  readonly mergedTo: string | undefined;
  /** The object as it is now; undefined once it is deleted. */
  readonly data: JsonObject | undefined;
  /** Old values of what changed, of a deleted object all of them; undefined where Pipedrive tells none. */
  readonly previous: JsonObject | undefined;
}

/** What the reading of any part of a notice needs. */
export interface Reading {
  /** `source` of the events. */
  readonly source: string;
  readonly mapping: SourceMapping;
  readonly reasons: Reasons;
}

/** @returns undefined, with reasons, where it is no notice of version 2 */
export function readNotice(record: JsonObject, reasons: Reasons): Notice | undefined {
  const meta = fieldOf(record, 'meta');
  if (!isObject(meta)) {
    reasons.add('meta', 'an object', meta);
    return undefined;
  }
  const version = fieldOf(meta, 'version') ?? fieldOf(meta, 'v');
  if (Object.hasOwn(record, 'current') || !isReadVersion(version)) {
    reasons.add('meta.version', '"2.0" (webhooks of version 1 are not read)', version);
    return undefined;
  }
  const action = reasons.requiredId('meta.action', fieldOf(meta, 'action'));
  const entity = reasons.requiredId('meta.entity', fieldOf(meta, 'entity'));
  // Of other objects nothing is used for events, and a bad value in one of them refuses nothing.
  const counts = entity === 'deal' || entity === 'activity';
  const careful = counts ? reasons : new Reasons();
  const data = readObject('data', fieldOf(record, 'data'), action === 'delete' ? new Reasons() : careful);
  const previous = readObject(
    'previous',
    fieldOf(record, 'previous'),
    action === 'create' ? new Reasons() : careful,
  );
  const named = fieldOf(meta, 'entity_id') ?? fieldOf(data, 'id') ?? fieldOf(previous, 'id');
  const id = reasons.requiredId('meta.entity_id', named);
  const time = careful.requiredInstant('meta.timestamp', fieldOf(meta, 'timestamp'));
  const mergedTo =
    action === 'delete' ? careful.id('meta.merged_to_id', fieldOf(meta, 'merged_to_id')) : undefined;
  if (action === undefined || entity === undefined || id === undefined) return undefined;
  return { action, entity, id, time, mergedTo, data, previous };
}

function isReadVersion(version: unknown): boolean {
  if (isEmpty(version)) return true;
  return (typeof version === 'string' || typeof version === 'number') && /^2(\.\d+)?$/.test(String(version));
}

function readObject(path: string, value: unknown, reasons: Reasons): JsonObject | undefined {
  if (isEmpty(value)) return undefined;
  if (isObject(value)) return value;
  reasons.add(path, 'an object', value);
  return undefined;
}
