import { formatInstant, type Instant } from '../time/instant.js';
import type { FindingKind, Severity } from '../findings/kinds.js';

/** SHA-256 of a text in UTF-8, in lower-case hexadecimal digits. */
export type Sha256 = (text: string) => string;

const DIGITS = 24;

/**
 * @param since the start of the alert's first episode as then known
 * @param previous id of the deal's last alert of the kind: a late event can give a later alert the start of an
 * earlier one, whose row it must not take
 */
export function alertId(
  sha256: Sha256,
  dealId: string,
  kind: FindingKind,
  since: Instant,
  previous: string | null,
): string {
  const start = [dealId, kind, formatInstant(since)];
  return `al_${digest(sha256, previous === null ? start : [...start, previous])}`;
}

/**
 * The same for the same telling, so that one that is planned again after a crash isn't another message.
 * @param before how many messages of the alert the endpoint was told before
 */
export function messageId(
  sha256: Sha256,
  message: {
    readonly alertId: string;
    readonly endpoint: string;
    readonly type: string;
    readonly severity: Severity;
    readonly before: number;
  },
): string {
  const { alertId: alert, endpoint, type, severity, before } = message;
  return `msg_${digest(sha256, [alert, endpoint, type, severity, before])}`;
}

/** @param part 0, or which of several where one can't hold all that is due at that instant */
export function digestWebhookId(sha256: Sha256, endpoint: string, due: Instant, part: number): string {
  return `msg_${digest(sha256, ['digest', endpoint, formatInstant(due), part])}`;
}

function digest(sha256: Sha256, parts: readonly (string | number)[]): string {
  return sha256(JSON.stringify(parts)).slice(0, DIGITS);
}
