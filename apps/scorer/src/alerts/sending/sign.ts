import { Webhook } from 'standardwebhooks';
import type { Instant } from '#domain/time/instant.js';

/**
 * Headers of Standard Webhooks.
 * @param secret `whsec_…`; null: the message isn't signed
 * @param at of this attempt: receivers refuse what is older than some minutes
 * @throws Error where the secret cannot be read; the message doesn't tell it
 */
export function webhookHeaders(
  secret: string | null,
  id: string,
  at: Instant,
  body: string,
): Record<string, string> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at / 1_000)) };
  if (secret === null) return headers;
  return { ...headers, 'webhook-signature': signatureOf(secret, id, at, body) };
}

function signatureOf(secret: string, id: string, at: Instant, body: string): string {
  let webhook: Webhook;
  try {
    webhook = new Webhook(secret);
  } catch {
    throw new Error('the secret of the endpoint is not whsec_ and base64: correct it in the alerts file');
  }
  return webhook.sign(id, new Date(at), body);
}
