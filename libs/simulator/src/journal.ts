import { eventCatalogue, type DataOf, type EventFamily, type EventType } from '#domain/events/catalogue.js';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { formatInstant, type Instant } from '#domain/time/instant.js';
import type { Random } from './random.js';

/** A canonical event as the simulator tells it: it names its deal, and its data is an object. */
export interface SimulatedEvent extends CloudEvent {
  readonly type: EventType;
  readonly subject: string;
  readonly schemaversion: 1;
  readonly data: object;
}

/** A declared shape as the plain object that is written: readonly, and no instance of any class. */
type Plain<T> = T extends readonly (infer U)[]
  ? readonly Plain<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Plain<T[K]> }
    : T;

/** The data of an event type as it is told. */
export type DataTold<T extends EventType> = Plain<DataOf<T>>;

/** An event, and when the feed brings it. */
export interface Delivery {
  readonly event: SimulatedEvent;
  readonly arrives: Instant;
}

/** Shares of events (0 to 1). */
export interface Disorder {
  /** Delivered twice. */
  readonly duplicates: number;
  /** Delivered hours or days after they happened. */
  readonly late: number;
}

/** What was told of one deal. */
export interface Journal {
  /**
   * Tells an event.
   * @param arrives when it became known, where that was not at once
   */
  tell<T extends EventType>(type: T, at: Instant, data: DataTold<T>, arrives?: Instant): void;
  /** All that arrives up to `until`, in the order of its arrival. */
  deliveries(until: Instant): Delivery[];
}

const HOUR = 3_600_000;

const CRM = 'crm/simulated';

/** The system that records a family of events; all others are in the CRM. */
const SOURCES: Readonly<Partial<Record<EventFamily, string>>> = {
  meeting: 'calendar/simulated',
  contact: 'mail/simulated',
  delivery: 'delivery/simulated',
  outcome: 'delivery/simulated',
  use: 'delivery/simulated',
  voice: 'delivery/simulated',
};

/**
 * @param chance draws that decide only about the delivery, so that order and repetition change no content
 */
export function createJournal(dealId: string, chance: Random, disorder: Disorder): Journal {
  const told: Delivery[] = [];
  let number = 0;
  return {
    tell: (type, at, data, arrives) => {
      number++;
      const source = SOURCES[eventCatalogue[type].family] ?? CRM;
      // A CRM knows at once what is done in it; the others are synchronised, at times late.
      const delayed = chance.chance(disorder.late) && source !== CRM;
      const known = arrives ?? (delayed ? at + Math.round(chance.between(2 * HOUR, 96 * HOUR)) : at);
      const event: SimulatedEvent = {
        specversion: '1.0',
        id: `${dealId}-${String(number).padStart(4, '0')}`,
        source,
        type,
        subject: dealId,
        time: formatInstant(at),
        schemaversion: 1,
        ...(known > at ? { recordedtime: formatInstant(known) } : {}),
        data,
      };
      told.push({ event, arrives: known });
      if (chance.chance(disorder.duplicates)) {
        told.push({ event, arrives: known + Math.round(chance.between(1000, 20 * HOUR)) });
      }
    },
    deliveries: (until) =>
      told.filter(({ arrives }) => arrives <= until).sort((a, b) => a.arrives - b.arrives),
  };
}
