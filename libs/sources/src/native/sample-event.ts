import { type EventType } from '#domain/events/catalogue.js';
import { validateEvent } from '#domain/events/validate.js';
import type { Json } from '../translation.js';

/** What is wrong with a field of an event's data. */
export interface DataFault {
  /** Of the field, without `data.`: `person.email`. */
  readonly path: string;
  readonly message: string;
}

/**
 * What the domain would say of data that is only known in part.
 * @param isKnown whether the field at a path is one that is known; of the others nothing is told
 */
export function faultsOfData(
  type: EventType,
  data: Readonly<Record<string, Json>>,
  isKnown: (path: string) => boolean,
): readonly DataFault[] {
  const verdict = validateEvent({
    specversion: '1.0',
    id: 'x',
    source: 'x',
    type,
    subject: 'x',
    time: '2000-01-01T00:00:00Z',
    data,
  });
  if (verdict.outcome !== 'invalid') return [];
  return verdict.reasons.flatMap((reason) => {
    const [, path = '', message = ''] = /^data\.([^:]*): (.*)$/s.exec(reason) ?? [];
    return path !== '' && isKnown(path) ? [{ path, message }] : [];
  });
}
