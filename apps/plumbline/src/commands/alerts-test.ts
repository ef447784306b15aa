import type { AlertMessage, AlertSettings, Endpoint } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import type { Outcome, Send } from '#scorer/alerts/sending/send.js';
import { printable } from '../terminal/table.js';
import { UserError } from '../user-error.js';

/** A message that is plainly no news: of a deal that says that it is a sample. */
export function sampleMessage(now: Instant): AlertMessage {
  return {
    alert_id: 'al_sample',
    status: 'firing',
    at: now,
    deal: {
      id: 'sample',
      name: 'Sample deal (a test of this endpoint)',
      owner: { id: 'sample-owner', name: 'Sample Owner' },
      ...{ team: null, segment: null, pipeline: 'default', stage: 'proposal' },
      ...{ amount: 1000, currency: 'EUR', amount_reporting: 1000, health: 41.5, paused: false },
    },
    finding: {
      kind: 'stalled',
      family: 'stall',
      severity: 'critical',
      since: now,
      closed_at: null,
      advice: 'Nothing is to be done: this is a test message.',
      numbers: {},
      evidence: [],
    },
  };
}

/** @throws UserError that lists the endpoints there are */
export function endpointNamed(settings: AlertSettings, name: string): Endpoint {
  const endpoint = settings.endpoints.find((one) => one.name === name);
  if (endpoint !== undefined) return endpoint;
  const names = settings.endpoints.map((one) => one.name).join(', ');
  throw new UserError(
    names === ''
      ? `no endpoint ${JSON.stringify(name)}: the alerts file has none that is enabled`
      : `no endpoint ${JSON.stringify(name)}: there are ${names}`,
  );
}

/** Sends a sample to an endpoint once, signed as messages are. */
export function sendSample(
  endpoint: Endpoint,
  parts: {
    readonly send: Send;
    readonly render: (message: AlertMessage) => string;
    readonly now: Instant;
    /** Tells this sample from others, so that a receiver that leaves out repetitions takes it. */
    readonly id: string;
    readonly signal: AbortSignal;
  },
): Promise<Outcome> {
  const { send, render, now, id, signal } = parts;
  return send({ endpoint, id, body: render(sampleMessage(now)), at: now }, { signal });
}

/** What came back, for people. */
export function outcomeText(endpoint: Endpoint, outcome: Outcome): string {
  const { result, httpStatus, latencyMs, error, response } = outcome;
  const lines = [
    `${endpoint.name}: ${result === 'delivered' ? 'delivered' : 'not delivered'}${error === null ? '' : ` (${error})`}`,
    `status   ${httpStatus ?? 'none'}`,
    `latency  ${Math.round(latencyMs)} ms`,
    `answer   ${response === null || response === '' ? 'empty' : printable(response)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
