import { readList, readObject } from '../calendar/fields.js';
import { type Attendee, emailOf, type Listed, peopleOf, type Response } from '../calendar/people.js';
import { fieldOf, isObject, type JsonObject, type Reasons } from '../native/values.js';

const ANSWERS: ReadonlyMap<string | undefined, Response> = new Map([
  ['organizer', 'accepted'],
  ['accepted', 'accepted'],
  ['tentativelyAccepted', 'tentative'],
  ['declined', 'declined'],
]);

interface Named {
  readonly address: string;
  readonly name: string | undefined;
}

/** The people of an event. */
export function readPeople(event: JsonObject, reasons: Reasons): readonly Attendee[] {
  const host = readObject('organizer', fieldOf(event, 'organizer'), reasons);
  const organizer = readPerson('organizer', host, reasons);
  const listed = readList('attendees', fieldOf(event, 'attendees'), reasons)
    .flatMap((entry, index) => readAttendee(`attendees[${index}]`, entry, reasons))
    .map((entry) => (isSame(entry, organizer) ? withOrganizersAnswer(entry) : entry));
  return peopleOf(listed, organizer, () => false);
}

/** Outlook asks an organizer for no answer, and shows none or `organizer` as his. */
function withOrganizersAnswer(entry: Listed): Listed {
  return entry.response === 'declined' ? entry : { ...entry, response: 'accepted' };
}

function isSame(entry: Named, organizer: Named | undefined): boolean {
  return organizer !== undefined && emailOf(entry.address) === emailOf(organizer.address);
}

function readAttendee(path: string, entry: unknown, reasons: Reasons): readonly Listed[] {
  if (!isObject(entry)) {
    reasons.add(path, 'an object', entry);
    return [];
  }
  const person = readPerson(path, entry, reasons);
  if (person === undefined) return [];
  const status = readObject(`${path}.status`, fieldOf(entry, 'status'), reasons);
  const answer = reasons.text(`${path}.status.response`, fieldOf(status, 'response'));
  const isResource = reasons.text(`${path}.type`, fieldOf(entry, 'type')) === 'resource';
  return [{ ...person, response: ANSWERS.get(answer) ?? 'needs_action', isResource }];
}

function readPerson(path: string, entry: JsonObject, reasons: Reasons): Named | undefined {
  const emailPath = `${path}.emailAddress`;
  const email = readObject(emailPath, fieldOf(entry, 'emailAddress'), reasons);
  const address = reasons.text(`${emailPath}.address`, fieldOf(email, 'address'));
  if (address === undefined) return undefined;
  return { address, name: reasons.text(`${emailPath}.name`, fieldOf(email, 'name')) };
}
