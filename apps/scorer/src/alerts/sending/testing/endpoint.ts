import type { Endpoint } from '#domain/alerts/types.js';
import { endpointOf } from '#domain/testing/alerts.js';

/** An endpoint that wants everything, one message at a time of each. */
export function anEndpoint(fields: Partial<Endpoint> = {}): Endpoint {
  return endpointOf({
    name: 'sales',
    url: 'https://hooks.example/sales',
    minimumSeverity: 'info',
    ...fields,
  });
}
