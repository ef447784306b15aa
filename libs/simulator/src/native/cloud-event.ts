import { calendarEventId, opportunityId, salesforceId } from './ids.js';
import type { Said, Told } from './sent.js';

/** Fields of any event's data that hold the id of a thing which another system knows by an id of its own. */
const idsElsewhere: Readonly<Record<string, (id: string) => string>> = {
  into: opportunityId,
  deal_id: opportunityId,
  meeting_id: calendarEventId,
  next_step_id: (id) => salesforceId('Task', id),
};

/** What neither CRM nor calendar knows, as whoever knows it tells it: of the deal by the CRM's id. */
export function cloudEventRecord(event: Told): Said {
  const subject = opportunityId(event.subject);
  const data = Object.fromEntries(
    Object.entries(event.data as Readonly<Record<string, unknown>>).map(([field, value]) => {
      const idOf = Object.hasOwn(idsElsewhere, field) ? idsElsewhere[field] : undefined;
      return [field, idOf !== undefined && typeof value === 'string' ? idOf(value) : value];
    }),
  );
  return { topic: 'cloudevents', key: subject, value: JSON.stringify({ ...event, subject, data }) };
}
