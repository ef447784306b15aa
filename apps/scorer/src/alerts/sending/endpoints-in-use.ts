import type { AlertSettings, Delivery, EndpointState } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import type { Outbox } from './outbox.js';
import { type End, endWaiting, GONE, NOT_IN_FILE } from './unwanted.js';

export interface EndpointsInUseParts {
  readonly store: Pick<Outbox, 'endpointStates' | 'writeEndpointStates' | 'outbox' | 'writeDeliveries'>;
  readonly settings: AlertSettings;
  readonly owns: (endpoint: string) => boolean;
  readonly now: () => Instant;
  /** Messages that are being sent this moment, or whose outcome isn't stored yet. */
  readonly isBusy: (delivery: Delivery) => boolean;
  /** Told what was ended and is stored. */
  readonly written: (deliveries: readonly Delivery[]) => void;
}

/** Which endpoints this replica sends to. */
export interface EndpointsInUse {
  isOurs(endpoint: string): boolean;
  /** It answered that it wants no more. Nothing is sent to it from here on; `tend` makes that last. */
  gone(endpoint: string): void;
  /**
   * Disables those that are gone, learns from time to time which others were disabled or put in use again, and ends
   * what waits for endpoints that get nothing any more.
   */
  tend(): Promise<void>;
}

const LOOK_EVERY_MS = 10_000;

export function createEndpointsInUse(parts: EndpointsInUseParts): EndpointsInUse {
  const { store, settings, owns, now } = parts;
  const inFile = new Set(settings.endpoints.map(({ name }) => name));
  const goneUnwritten = new Set<string>();
  let states: ReadonlyMap<string, EndpointState> = new Map();
  let lookedAt = Number.NEGATIVE_INFINITY;

  const endUnwanted = (): Promise<void> => {
    const ends = new Map<string, End>();
    for (const { endpoint, disabled_at: disabledAt } of states.values()) {
      if (!owns(endpoint)) continue;
      if (!inFile.has(endpoint)) ends.set(endpoint, NOT_IN_FILE);
      else if (disabledAt !== null) ends.set(endpoint, GONE);
    }
    return endWaiting(store, ends, parts.isBusy, parts.written);
  };

  return {
    isOurs: (endpoint) =>
      owns(endpoint) && !goneUnwritten.has(endpoint) && (states.get(endpoint)?.disabled_at ?? null) === null,
    gone(endpoint) {
      goneUnwritten.add(endpoint);
    },
    async tend() {
      const at = now();
      if (goneUnwritten.size === 0 && at - lookedAt < LOOK_EVERY_MS) return;
      const read = new Map((await store.endpointStates()).map((state) => [state.endpoint, state]));
      const disabled = [...goneUnwritten].map((endpoint): EndpointState => {
        const state = read.get(endpoint) ?? { endpoint, enabled_at: at, baseline_at: at, version: 0 };
        return { ...state, disabled_at: at, version: state.version + 1 };
      });
      if (disabled.length > 0) await store.writeEndpointStates(disabled);
      for (const state of disabled) read.set(state.endpoint, state);
      states = read;
      for (const { endpoint } of disabled) goneUnwritten.delete(endpoint);
      await endUnwanted();
      lookedAt = at;
    },
  };
}
