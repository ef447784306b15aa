/** Names of the topics; configuration may give others. */
export interface Topics {
  /** Native records of each source; under `cloudevents` CloudEvents from anyone. */
  readonly bySource: {
    readonly salesforce: string;
    readonly hubspot: string;
    readonly pipedrive: string;
    readonly 'google-calendar': string;
    readonly 'microsoft-graph': string;
    readonly cloudevents: string;
  };
  /** Canonical events, keyed by deal id. */
  readonly dealEvents: string;
  readonly deadLetters: string;
  /** Alerts that begin, end or become graver, keyed by deal id. */
  readonly alerts: string;
}

export const defaultTopics: Topics = {
  bySource: {
    salesforce: 'crm.salesforce',
    hubspot: 'crm.hubspot',
    pipedrive: 'crm.pipedrive',
    'google-calendar': 'calendar.google',
    'microsoft-graph': 'calendar.microsoft',
    cloudevents: 'deals.events',
  },
  dealEvents: 'plumbline.deal-events',
  deadLetters: 'plumbline.dead-letters',
  alerts: 'plumbline.alerts',
};

/** The topics that ingest reads. */
export function rawTopics({ bySource }: Topics): readonly string[] {
  return Object.values(bySource);
}
