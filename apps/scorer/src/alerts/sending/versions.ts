import { createLatest } from '../latest.js';

/** Which version of a message was stored last, of the messages that were stored lately. */
export interface Versions {
  remember(webhookId: string, version: number): void;
  /** Whether a later version is known to be stored. */
  isOld(webhookId: string, version: number): boolean;
}

const REMEMBERED = 50_000;

/**
 * A query of the outbox that was under way while an outcome was stored gives the message as it was before, and it must
 * not be sent again.
 */
export function createVersions(most = REMEMBERED): Versions {
  const versions = createLatest<number>(most);
  return {
    remember(webhookId, version) {
      versions.set(webhookId, version);
    },
    isOld: (webhookId, version) => version < (versions.get(webhookId) ?? 0),
  };
}
