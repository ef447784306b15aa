import type { AlertStore } from '#warehouse/alerts/alert-store.js';

/** What sending needs of the store. */
export type Outbox = Pick<
  AlertStore,
  | 'outbox'
  | 'delivery'
  | 'countSent'
  | 'endpointStates'
  | 'episodesOf'
  | 'writeDeliveries'
  | 'writeEndpointStates'
>;
