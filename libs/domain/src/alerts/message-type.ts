import type { AlertMessage } from './types.js';

/** The type of a message, as headers, tables and bodies have it. */
export function messageType({ status, finding }: Pick<AlertMessage, 'status' | 'finding'>): string {
  return status === 'firing' ? `deal.${finding.kind}` : `deal.${finding.kind}.resolved`;
}
