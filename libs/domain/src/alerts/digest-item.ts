import { formatInstant } from '../time/instant.js';
import type { AlertMessage, DigestItem } from './types.js';

export function digestItem({ alert_id: alertId, status, deal, finding }: AlertMessage): DigestItem {
  return {
    alert_id: alertId,
    status,
    deal_id: deal.id,
    deal_name: deal.name,
    owner: deal.owner.name ?? deal.owner.id,
    amount: deal.amount,
    currency: deal.currency,
    amount_reporting: deal.amount_reporting,
    kind: finding.kind,
    severity: finding.severity,
    since: formatInstant(finding.since),
    advice: finding.advice,
  };
}
