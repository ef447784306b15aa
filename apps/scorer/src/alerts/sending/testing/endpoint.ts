import type { Endpoint } from '#domain/alerts/types.js';

/** An endpoint that wants everything, one message at a time of each. */
export function anEndpoint(fields: Partial<Endpoint> = {}): Endpoint {
  return {
    name: 'sales',
    url: 'https://hooks.example/sales',
    secret: null,
    format: 'standard',
    kinds: null,
    families: null,
    minimumSeverity: 'info',
    minimumAmount: null,
    owners: null,
    teams: null,
    segments: null,
    pipelines: null,
    digest: null,
    businessHours: null,
    repeatAfter: null,
    resolved: true,
    maxPerHour: 60,
    concurrency: 4,
    allowPrivate: false,
    allowHttp: false,
    ...fields,
  };
}
