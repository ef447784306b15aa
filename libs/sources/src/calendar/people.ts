/** In the order in which they count where one address answers more than once. */
const RESPONSES = ['accepted', 'tentative', 'declined', 'needs_action'] as const;
export type Response = (typeof RESPONSES)[number];

/** Somebody or something that a calendar lists with a meeting. */
export interface Listed {
  /** As it came: may be no address at all. */
  readonly address: string;
  readonly name: string | undefined;
  readonly response: Response;
  /** A room or a thing. */
  readonly isResource: boolean;
}

/** Somebody who takes part, as events have it. */
export interface Attendee {
  /** Trimmed and in lower case. */
  readonly email: string;
  readonly name?: string;
  readonly response: Response;
}

/**
 * The people of a meeting, each once and in the order of their addresses: the copies of one version of a meeting in
 * several calendars list the same.
 * @param organizer added as accepted where the list leaves him out
 * @param isNobody whether an address, in lower case, is one that no person has
 */
export function peopleOf(
  listed: readonly Listed[],
  organizer: { readonly address: string; readonly name: string | undefined } | undefined,
  isNobody: (email: string) => boolean,
): readonly Attendee[] {
  const all = listed.map(({ address, ...entry }) => ({ email: emailOf(address), ...entry }));
  const host = organizer === undefined ? undefined : emailOf(organizer.address);
  if (organizer !== undefined && host !== undefined && !all.some(({ email }) => email === host))
    all.push({ email: host, name: organizer.name, response: 'accepted', isResource: false });

  const people = new Map<string, Attendee>();
  for (const { email, name, response, isResource } of all) {
    if (isResource || !email.includes('@') || isNobody(email)) continue;
    const other = people.get(email);
    people.set(email, {
      email,
      ...nameOf([other?.name, name]),
      response: other === undefined ? response : strongerOf(other.response, response),
    });
  }
  return [...people.values()].sort((a, b) => (a.email < b.email ? -1 : 1));
}

/** An address as addresses compare. */
export function emailOf(address: string): string {
  return address.trim().toLowerCase();
}

/** The same one of two names whichever comes first. */
function nameOf(names: readonly (string | undefined)[]): { name?: string } {
  const [name] = names.filter((given) => given !== undefined).sort();
  return name === undefined ? {} : { name };
}

function strongerOf(one: Response, other: Response): Response {
  return RESPONSES.indexOf(one) <= RESPONSES.indexOf(other) ? one : other;
}
