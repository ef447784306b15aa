import type { CloudEvent } from '#domain/events/cloud-event.js';

/** A canonical event; what is not given is as an ordinary one has it. */
export function event(
  type: string,
  subject: string | undefined,
  time: string,
  data: object,
  more: Readonly<Record<string, unknown>> = {},
): CloudEvent {
  return {
    specversion: '1.0',
    id: `${subject ?? 'none'}/${type}/${time}`,
    source: 'crm/test',
    type,
    ...(subject === undefined ? {} : { subject }),
    time,
    data,
    ...more,
  };
}

/** A deal's opening. */
export function opened(
  subject: string,
  time: string,
  data: object = {},
  more: Readonly<Record<string, unknown>> = {},
): CloudEvent {
  return event(
    'deal.opened',
    subject,
    time,
    {
      name: `Deal ${subject}`,
      account: { id: 'a1', name: 'Acme' },
      owner: { id: 'o1', name: 'Olga' },
      stage: 'discovery',
      amount: 1000,
      currency: 'EUR',
      ...data,
    },
    more,
  );
}

export function ndjson(events: readonly unknown[]): string {
  return events.map((one) => `${JSON.stringify(one)}\n`).join('');
}
