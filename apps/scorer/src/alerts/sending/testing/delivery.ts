import { messageId } from '#domain/alerts/ids.js';
import type { Delivery, DigestItem } from '#domain/alerts/types.js';
import { untried } from '#domain/alerts/untried.js';
import { sha256 } from '../../sha256.js';

/** A message that is due at 0 and was never tried. */
export function aDelivery(fields: Partial<Delivery> & { readonly webhook_id: string }): Delivery {
  return {
    endpoint: 'sales',
    alert_id: `al_${fields.webhook_id}`,
    deal_id: `deal_${fields.webhook_id}`,
    type: 'deal.stalled',
    state: 'pending',
    digest_id: null,
    body: JSON.stringify({ message: fields.webhook_id }),
    ...untried,
    created_at: 0,
    next_attempt_at: 0,
    ...fields,
  };
}

/**
 * An item that waits for a digest, with the id that the planner gives it.
 * @param before how many messages of the alert the endpoint was told before
 */
export function aGathered(
  item: Partial<DigestItem> & { readonly alert_id: string },
  before: number,
  fields: Partial<Delivery> = {},
): Delivery {
  const whole: DigestItem = {
    status: 'firing',
    deal_id: `deal_${item.alert_id}`,
    deal_name: 'Acme',
    owner: null,
    amount: null,
    currency: null,
    amount_reporting: null,
    kind: 'stalled',
    severity: 'warning',
    since: '2026-03-01T00:00:00.000Z',
    advice: 'Ask for a meeting.',
    ...item,
  };
  const type = whole.status === 'firing' ? `deal.${whole.kind}` : `deal.${whole.kind}.resolved`;
  const endpoint = fields.endpoint ?? 'sales';
  return aDelivery({
    webhook_id: messageId(sha256, {
      alertId: whole.alert_id,
      endpoint,
      type,
      severity: whole.severity,
      before,
    }),
    alert_id: whole.alert_id,
    deal_id: whole.deal_id,
    type,
    state: 'gathered',
    body: JSON.stringify(whole),
    ...fields,
  });
}
