import { readList, readObject } from '../calendar/fields.js';
import { type Attendee, type Listed, peopleOf, type Response } from '../calendar/people.js';
import { fieldOf, isObject, type JsonObject, type Reasons } from '../native/values.js';

const ANSWERS: ReadonlyMap<string | undefined, Response> = new Map([
  ['accepted', 'accepted'],
  ['tentative', 'tentative'],
  ['declined', 'declined'],
]);

/** Rooms, calendars of groups, and what stands for an organizer whom nobody knows. */
const NOBODY = /@(?:resource|group)\.calendar\.google\.com$|^unknownorganizer@calendar\.google\.com$/;

/** The people of an event. */
export function readPeople(event: JsonObject, reasons: Reasons): readonly Attendee[] {
  const listed = readList('attendees', fieldOf(event, 'attendees'), reasons).flatMap((entry, index) =>
    readAttendee(`attendees[${index}]`, entry, reasons),
  );
  const organizer = readObject('organizer', fieldOf(event, 'organizer'), reasons);
  return peopleOf(listed, readPerson('organizer', organizer, reasons), (email) => NOBODY.test(email));
}

function readAttendee(path: string, entry: unknown, reasons: Reasons): readonly Listed[] {
  if (!isObject(entry)) {
    reasons.add(path, 'an object', entry);
    return [];
  }
  const person = readPerson(path, entry, reasons);
  if (person === undefined) return [];
  const answer = reasons.text(`${path}.responseStatus`, fieldOf(entry, 'responseStatus'));
  const isResource = reasons.boolean(`${path}.resource`, fieldOf(entry, 'resource')) === true;
  return [{ ...person, response: ANSWERS.get(answer) ?? 'needs_action', isResource }];
}

function readPerson(
  path: string,
  entry: JsonObject,
  reasons: Reasons,
): { readonly address: string; readonly name: string | undefined } | undefined {
  const address = reasons.text(`${path}.email`, fieldOf(entry, 'email'));
  if (address === undefined) return undefined;
  return { address, name: reasons.text(`${path}.displayName`, fieldOf(entry, 'displayName')) };
}
