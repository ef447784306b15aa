import { eventCatalogue, type EventType } from '#domain/events/catalogue.js';
import { compileShape } from '#domain/events/compiled-shape.js';
import { nestedClassOf } from '#domain/events/constraints.js';
import { validateEvent } from '#domain/events/validate.js';

type DataClass = new () => object;

/** The fields of an object in event data, as the catalogue declares them. */
export interface Fields {
  readonly names: readonly string[];
  /** The fields of an object, or of each object of a list, under a name; undefined for a plain value. */
  nested(name: string): Fields | undefined;
}

function fieldsOfClass(shape: DataClass): Fields {
  return {
    names: compileShape(shape).properties,
    nested(name) {
      const inner = nestedClassOf(shape, name);
      return inner === undefined ? undefined : fieldsOfClass(inner);
    },
  };
}

/** The fields of an event type's data. */
export function fieldsOf(type: EventType): Fields {
  return fieldsOfClass(eventCatalogue[type].data);
}

/** The fields that the data of an event type can't do without. */
export function requiredFields(type: EventType): readonly string[] {
  const bare = {
    specversion: '1.0',
    id: 'x',
    source: 'x',
    type,
    subject: 'x',
    time: '2000-01-01T00:00:00Z',
    data: {},
  };
  const verdict = validateEvent(bare);
  const reasons = verdict.outcome === 'invalid' ? verdict.reasons : [];
  return fieldsOf(type).names.filter((name) => reasons.some((reason) => reason.startsWith(`data.${name}:`)));
}

/** Whether events of the type must name their deal. */
export function needsDeal(type: EventType): boolean {
  const { family } = eventCatalogue[type];
  return family !== 'meeting' && family !== 'contact';
}
