import { unwrapped } from '../native/rule-values.js';
import type { RuleSubject } from '../native/rules.js';
import { fieldAt, isEmpty, isObject } from '../native/values.js';
import type { Notice } from './notice.js';

/** Whether two values of a field differ: an id as text and as number, and null and "", are the same. */
export function differ(before: unknown, now: unknown): boolean {
  if (isEmpty(before) || isEmpty(now)) return isEmpty(before) !== isEmpty(now);
  if (Array.isArray(before) && Array.isArray(now)) {
    return before.length !== now.length || before.some((item, index) => differFlatly(item, now[index]));
  }
  return differFlatly(before, now);
}

/** What holds other values is not looked into: Pipedrive names a field because it changed. */
function differFlatly(before: unknown, now: unknown): boolean {
  return !isScalar(before) || !isScalar(now) || String(before) !== String(now);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether a change tells that a field has another value than before. */
export function hasChanged({ data, previous }: Notice, path: string): boolean {
  return (
    isThere(previous, path) && differ(unwrapped(fieldAt(previous, path)), unwrapped(fieldAt(data, path)))
  );
}

function isThere(value: unknown, path: string): boolean {
  let within = value;
  for (const name of path.split('.')) {
    if (!isObject(within) || !Object.hasOwn(within, name)) return false;
    within = within[name];
  }
  return true;
}

/** The object as the mapping's rules see it: of a new one, every field that has a value is set. */
export function ruleSubject(object: 'deal' | 'activity', notice: Notice): RuleSubject {
  const value = (path: string): unknown => fieldAt(notice.data, path);
  const isNew = notice.action === 'create';
  return {
    object,
    value,
    isChanged: (path) => (isNew ? !isEmpty(unwrapped(value(path))) : hasChanged(notice, path)),
  };
}
