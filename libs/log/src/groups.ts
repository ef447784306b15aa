/** The groups that read as one: each replica of a service has a share. */
export const groups = { ingest: 'plumbline-ingest', scorer: 'plumbline-scorer' } as const;
