import { formatInstant, type DayNumber, type Instant } from '#domain/time/instant.js';
import type { Contact } from './accounts.js';
import { askForNextStep } from './asking.js';
import { help, isSilent } from './customer.js';
import { agreeInternalStep, agreeReviewStep, agreeStep } from './next-steps.js';
import { SELLER_DOMAIN } from './policy.js';
import { heardOfCustomer, laterInPhase, newId, person, tell, type Sale } from './sale.js';
import { colleagues, internalTitles, meetingTitles, reviewTitles, rooms } from './words.js';
import { instantAt, workdaysAfter } from './working-time.js';

export type Response = 'accepted' | 'tentative' | 'declined' | 'needs_action';

export interface Attendee {
  readonly email?: string;
  readonly name: string;
  response: Response;
}

/** A meeting with the customer, as it stands in the calendar. */
export interface Meeting {
  readonly id: string;
  startsAt: Instant;
  endsAt: Instant;
  readonly attendees: Attendee[];
  readonly guests: readonly Contact[];
  cancelled: boolean;
  /** Goes up with every move, so that what was planned for an old time can tell that it is old. */
  version: number;
}

const MINUTE = 60_000;

function sellersSide(sale: Sale, customerSide: readonly Attendee[]): Attendee[] {
  const { rng, owner } = sale;
  const attendees: Attendee[] = [{ email: owner.email, name: owner.name, response: 'accepted' }];
  if (rng.chance(0.4)) {
    const { name, mailbox } = rng.pick(colleagues);
    attendees.push({
      email: `${mailbox}@${SELLER_DOMAIN}`,
      name,
      response: rng.chance(0.8) ? 'accepted' : 'needs_action',
    });
  }
  attendees.push(...customerSide);
  // A room is an attendee without an address: it is on nobody's side.
  if (rng.chance(0.12)) attendees.push({ name: rng.pick(rooms), response: 'accepted' });
  return attendees;
}

/** The champion, those that were not met yet, and others known, as many as this seller invites. */
function guestsOf(sale: Sale): Contact[] {
  const [low, high] = sale.traits.invites;
  const known = sale.account.people.filter((p) => sale.known.has(p.email));
  const champion = known.filter((p) => p.role === 'champion');
  const others = sale.rng.shuffled(known.filter((p) => p.role !== 'champion'));
  const unmet = others.filter((p) => !sale.met.has(p.email));
  const rest = others.filter((p) => sale.met.has(p.email));
  return [...champion, ...unmet, ...rest].slice(
    0,
    Math.max(sale.rng.whole(low, high), Math.min(unmet.length + 1, high)),
  );
}

/** A free half hour of the customer's working day, told in instants. */
function slot(sale: Sale, day: DayNumber): { startsAt: Instant; endsAt: Instant } {
  const startsAt = instantAt(day, sale.account.zone, 9 * 60 + 30 * sale.rng.whole(0, 13));
  return { startsAt, endsAt: startsAt + sale.rng.pick([30, 45, 60, 60, 90]) * MINUTE };
}

function times(meeting: Meeting): { starts_at: string; ends_at: string } {
  return { starts_at: formatInstant(meeting.startsAt), ends_at: formatInstant(meeting.endsAt) };
}

function isConfirmed(meeting: Meeting): boolean {
  return (
    !meeting.cancelled &&
    meeting.guests.some((g) =>
      meeting.attendees.some((a) => a.email === g.email && a.response === 'accepted'),
    )
  );
}

/**
 * Books a meeting with the customer.
 * @param workdays from now
 * @param face whether people are together and say yes at once; otherwise the invitation is answered later, or not
 */
export function bookMeeting(sale: Sale, workdays: number, face: boolean): void {
  const { rng } = sale;
  const guests = guestsOf(sale);
  if (guests.length === 0) return;
  const meeting: Meeting = {
    id: newId(sale, 'meeting'),
    ...slot(sale, workdaysAfter(sale.day, Math.max(1, workdays))),
    attendees: [],
    guests,
    cancelled: false,
    version: 0,
  };
  const accepts = (i: number): Response =>
    face && (i === 0 || rng.chance(0.8)) ? 'accepted' : 'needs_action';
  const invited = guests.map((guest, i): Attendee => ({ ...person(guest), response: accepts(i) }));
  meeting.attendees.push(...sellersSide(sale, invited));
  sale.ahead = meeting;
  tell(sale, 'meeting.scheduled', {
    meeting_id: meeting.id,
    ...times(meeting),
    title: rng.pick(meetingTitles[Math.min(sale.customer.position, 6)] ?? ['Conversation']),
    attendees: meeting.attendees.map((a) => ({ ...a })),
  });
  for (const attendee of invited)
    if (attendee.response === 'needs_action') awaitResponse(sale, meeting, attendee);
  planDay(sale, meeting);
}

function responseOf(sale: Sale): Response {
  const { rng } = sale;
  if (isSilent(sale)) {
    return rng.weighted<Response>([
      ['declined', 0.25],
      ['tentative', 0.1],
      ['needs_action', 0.65],
    ]);
  }
  return rng.weighted<Response>([
    ['accepted', 0.88],
    ['tentative', 0.05],
    ['declined', 0.03],
    ['needs_action', 0.04],
  ]);
}

function awaitResponse(sale: Sale, meeting: Meeting, attendee: Attendee): void {
  laterInPhase(sale, sale.rng.whole(0, 1), sale.account.zone, () => {
    if (meeting.cancelled || sale.now >= meeting.startsAt) return;
    const response = responseOf(sale);
    if (response === 'needs_action') return;
    respond(sale, meeting, attendee, response);
  });
}

function respond(sale: Sale, meeting: Meeting, attendee: Attendee, response: Response): void {
  attendee.response = response;
  tell(sale, 'meeting.responded', {
    meeting_id: meeting.id,
    person: { name: attendee.name, ...(attendee.email === undefined ? {} : { email: attendee.email }) },
    response,
  });
}

/** What may still come in between, and the meeting itself. */
function planDay(sale: Sale, meeting: Meeting): void {
  const version = meeting.version;
  const stands = (): boolean => sale.phase === 'selling' && !meeting.cancelled && meeting.version === version;
  const dayBefore = meeting.startsAt - sale.rng.whole(3, 20) * 60 * MINUTE;
  if (dayBefore > sale.now) {
    sale.agenda.enter(dayBefore, () => {
      if (stands()) eveOf(sale, meeting);
    });
  }
  sale.agenda.enter(meeting.endsAt, () => {
    if (stands()) endOf(sale, meeting);
  });
}

/** Cancels the meeting that is coming. */
export function cancelMeeting(sale: Sale): void {
  if (sale.ahead === undefined) return;
  sale.ahead.cancelled = true;
  tell(sale, 'meeting.cancelled', { meeting_id: sale.ahead.id });
  sale.ahead = undefined;
}

function eveOf(sale: Sale, meeting: Meeting): void {
  const { rng } = sale;
  if (isSilent(sale)) {
    const guest = meeting.attendees.find(
      (a) => meeting.guests.some((g) => g.email === a.email) && a.response === 'accepted',
    );
    if (guest !== undefined && meeting.guests.length === 1 && rng.chance(0.6))
      respond(sale, meeting, guest, 'declined');
    else cancelMeeting(sale);
  } else if (rng.chance(0.06)) {
    meeting.version++;
    Object.assign(meeting, slot(sale, workdaysAfter(sale.day, rng.whole(2, 6))));
    tell(sale, 'meeting.rescheduled', { meeting_id: meeting.id, ...times(meeting) });
    planDay(sale, meeting);
  } else if (rng.chance(0.025)) {
    cancelMeeting(sale);
    sale.meetsOn = workdaysAfter(sale.day, 1);
  }
}

function endOf(sale: Sale, meeting: Meeting): void {
  const { rng, traits } = sale;
  sale.ahead = undefined;
  if (!isConfirmed(meeting)) {
    sale.meetsOn = workdaysAfter(sale.day, rng.whole(2, 4));
    return;
  }
  heardOfCustomer(sale);
  for (const { email, response } of meeting.attendees)
    if (email !== undefined && response === 'accepted') sale.met.add(email);
  if (rng.chance(0.3)) tell(sale, 'meeting.held', { meeting_id: meeting.id });
  help(sale.customer, rng.between(0.2, 0.8));
  const agreed = rng.chance(traits.agreesNextStep);
  if (agreed) {
    askForNextStep(sale);
    agreeStep(sale, meeting.id);
  }
  if (rng.chance(traits.booksFollowUp)) bookMeeting(sale, rng.whole(10, 20), true);
  const [low, high] = traits.comesBackAfter;
  sale.meetsOn = workdaysAfter(sale.day, agreed ? rng.whole(13, 21) : rng.whole(low, high));
}

/** A meeting among the seller's own people about the deal. */
export function meetInternally(sale: Sale): void {
  const { rng, owner } = sale;
  const id = newId(sale, 'meeting');
  const day = workdaysAfter(sale.day, rng.whole(1, 3));
  const startsAt = instantAt(day, 'Europe/Berlin', 8 * 60 + 30 * rng.whole(1, 16));
  const endsAt = startsAt + rng.pick([30, 30, 60]) * MINUTE;
  const others = rng.shuffled(colleagues).slice(0, rng.whole(1, 3));
  const title = rng.pick(internalTitles);
  tell(sale, 'meeting.scheduled', {
    meeting_id: id,
    starts_at: formatInstant(startsAt),
    ends_at: formatInstant(endsAt),
    title,
    attendees: [
      { email: owner.email, name: owner.name, response: 'accepted' },
      ...others.map(({ name, mailbox }) => ({
        email: `${mailbox}@${SELLER_DOMAIN}`,
        name,
        response: 'needs_action' as const,
      })),
    ],
  });
  sale.agenda.enter(endsAt, () => {
    if (sale.phase === 'selling' && rng.chance(sale.traits.internalNextStep)) agreeInternalStep(sale, id);
  });
}

/** A review with the customer after the order; nothing of the sale depends on it. */
export function bookReview(sale: Sale, workdays: number): void {
  const { rng, traits } = sale;
  const guests = guestsOf(sale);
  const [first] = guests;
  if (first === undefined) return;
  const id = newId(sale, 'meeting');
  const { startsAt, endsAt } = slot(sale, workdaysAfter(sale.day, Math.max(1, workdays)));
  const invited = guests.map((guest, i): Attendee => ({
    ...person(guest),
    response: i === 0 ? 'accepted' : responseOf(sale),
  }));
  tell(sale, 'meeting.scheduled', {
    meeting_id: id,
    starts_at: formatInstant(startsAt),
    ends_at: formatInstant(endsAt),
    title: rng.pick(reviewTitles),
    attendees: sellersSide(sale, invited),
  });
  sale.agenda.enter(endsAt, () => {
    if (sale.phase !== 'delivering') return;
    heardOfCustomer(sale);
    if (rng.chance(traits.agreesNextStep)) agreeReviewStep(sale, id);
  });
}
