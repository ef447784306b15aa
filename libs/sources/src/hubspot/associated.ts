import { fieldOf, isEmpty, isObject, type JsonObject, type Reasons } from '../native/values.js';

export type AssociatedKind = 'deals' | 'contacts' | 'companies';

/**
 * The ids of the associated objects of a kind, each once and in order: HubSpot lists an object once for each label of
 * its association, in no order, and copies of one version are to be one event.
 * @param type of the association; none: any
 */
export function readAssociated(
  record: JsonObject,
  kind: AssociatedKind,
  reasons: Reasons,
  type?: string,
): readonly string[] {
  const path = `associations.${kind}.results`;
  const associations = fieldOf(record, 'associations');
  if (isEmpty(associations)) return [];
  if (!isObject(associations)) return wrong('associations', 'an object', associations, reasons);
  const list = fieldOf(associations, kind);
  if (isEmpty(list)) return [];
  if (!isObject(list)) return wrong(`associations.${kind}`, 'an object', list, reasons);
  const results = fieldOf(list, 'results');
  if (isEmpty(results)) return [];
  if (!Array.isArray(results)) return wrong(path, 'a list', results, reasons);
  const ids = results.flatMap((result: unknown, index) => {
    if (type !== undefined && fieldOf(result, 'type') !== type) return [];
    return reasons.requiredId(`${path}[${index}].id`, fieldOf(result, 'id')) ?? [];
  });
  return [...new Set(ids)].sort();
}

/** Whether the record says at all what it is associated with: only asked for, HubSpot tells. */
export function tellsAssociations(record: JsonObject): boolean {
  return isObject(fieldOf(record, 'associations'));
}

function wrong(path: string, expected: string, got: unknown, reasons: Reasons): readonly string[] {
  reasons.add(path, expected, got);
  return [];
}
