import { formatInstant, type Instant } from '#domain/time/instant.js';
import type { Findings } from '../native/conclude.js';
import { personByRef } from '../native/mapping.js';
import { readMoment } from '../native/rule-values.js';
import { fieldOf } from '../native/values.js';
import type { Json } from '../translation.js';
import { readAssociated, tellsAssociations } from './associated.js';
import { type CrmObject, findActivity } from './crm-object.js';
import type { Reading, Told } from './reading.js';

/** Where no end is given. */
const USUAL_LENGTH = 3_600_000;

/** A meeting as it stands. */
export function readMeeting(crm: CrmObject, reading: Reading): Findings {
  const cancelled: Told = { type: 'meeting.cancelled', data: { meeting_id: crm.id } };
  return findActivity('meeting', crm, reading, () => tellMeeting(crm, cancelled, reading), cancelled);
}

function tellMeeting(crm: CrmObject, cancelled: Told, reading: Reading): readonly Told[] {
  const outcome = reading.reasons.text(
    'properties.hs_meeting_outcome',
    fieldOf(crm.properties, 'hs_meeting_outcome'),
  );
  switch (outcome?.trim().toUpperCase() ?? '') {
    case '':
    case 'SCHEDULED':
      return [{ type: 'meeting.scheduled', data: describe(crm, reading, 'scheduled') }];
    case 'RESCHEDULED':
      return [{ type: 'meeting.rescheduled', data: describe(crm, reading, 'rescheduled') }];
    case 'COMPLETED':
      return [{ type: 'meeting.held', data: describe(crm, reading, 'held') }];
    case 'NO_SHOW':
    case 'CANCELED':
    case 'CANCELLED':
      return [cancelled];
    default:
      // An outcome of the portal's own: what it means for the meeting only a rule can know.
      return [];
  }
}

function describe(
  crm: CrmObject,
  reading: Reading,
  as: 'scheduled' | 'rescheduled' | 'held',
): Readonly<Record<string, Json>> {
  const { mapping, reasons } = reading;
  const { id, properties, record } = crm;
  const read = (name: string): Instant | undefined =>
    readMoment(reasons, `properties.${name}`, fieldOf(properties, name), mapping.timezone);
  const title = reasons.text('properties.hs_meeting_title', fieldOf(properties, 'hs_meeting_title'));
  // A meeting without a start of its own stands where its timestamp puts it on the timeline.
  const startsAt = read('hs_meeting_start_time') ?? read('hs_timestamp');
  const end = read('hs_meeting_end_time');
  const usualEnd = startsAt === undefined || as !== 'scheduled' ? undefined : startsAt + USUAL_LENGTH;
  const endsAt = end ?? usualEnd;
  if (as === 'scheduled' && startsAt === undefined && reasons.list.length === 0) {
    reasons.add('properties.hs_meeting_start_time', 'an instant', undefined);
  }
  // Who comes is only known where associations were asked for; of one held or moved, the list so far stands.
  const known = as === 'scheduled' || tellsAssociations(record);
  return {
    meeting_id: id,
    ...(title === undefined ? {} : { title }),
    ...(startsAt === undefined ? {} : { starts_at: formatInstant(startsAt) }),
    ...(endsAt === undefined ? {} : { ends_at: formatInstant(endsAt) }),
    ...(known ? { attendees: attendees(crm, reading) } : {}),
  };
}

/** The owner, whose calendar it is, and the contacts, whose answers HubSpot doesn't know. */
function attendees({ record, properties }: CrmObject, { mapping, reasons }: Reading): readonly Json[] {
  const owner = reasons.id('properties.hubspot_owner_id', fieldOf(properties, 'hubspot_owner_id'));
  const contacts = readAssociated(record, 'contacts', reasons);
  const answer = mapping.assumeAccepted ? { response: 'accepted' } : {};
  return [
    ...(owner === undefined ? [] : [{ ...personByRef(`owner/${owner}`, mapping), response: 'accepted' }]),
    ...contacts.map((contact) => ({ ...personByRef(`contact/${contact}`, mapping), ...answer })),
  ];
}
