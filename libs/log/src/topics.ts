/** Names of the topics; configuration may give others. */
export interface Topics {
  /** CloudEvents from anyone. */
  readonly raw: readonly string[];
  /** Canonical events, keyed by deal id. */
  readonly dealEvents: string;
  readonly deadLetters: string;
}

export const defaultTopics: Topics = {
  raw: ['deals.events'],
  dealEvents: 'plumbline.deal-events',
  deadLetters: 'plumbline.dead-letters',
};
