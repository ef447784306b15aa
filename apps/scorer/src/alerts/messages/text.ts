/** Bodies of messages stay below this many bytes, whatever a deal's name or advice holds. */
export const BODY_LIMIT = 20_000;

/** No digest has room for more: whoever has ten thousand is not rendered them. */
const MOST_ENTRIES = 300;

/** How much of texts and lists a message keeps. */
export interface Measure {
  /** UTF-16 units of each text. */
  readonly text: number;
  /** Entries of each list. */
  readonly list: number;
}

/** From everything that anybody has, to what is below the limit even where every character takes six bytes. */
const measures: readonly Measure[] = [
  { text: 4_000, list: 100 },
  { text: 1_000, list: 40 },
  { text: 300, list: 20 },
  { text: 80, list: 10 },
  { text: 30, list: 3 },
];

/**
 * The JSON of the largest of several forms of a body that stays below the limit.
 * @throws RangeError where even the smallest does not: it would be a mistake in the form
 */
export function fittingJson(form: (measure: Measure) => unknown): string {
  for (const measure of measures) {
    const json = JSON.stringify(form(measure));
    if (Buffer.byteLength(json) < BODY_LIMIT) return json;
  }
  throw new RangeError(`a message does not fit in ${BODY_LIMIT} bytes`);
}

/**
 * The JSON of a body with as many of its entries as stay below the limit.
 * @param form the body with the first so many entries, each with texts of at most so many UTF-16 units
 * @throws RangeError where it does not fit without any: it would be a mistake in the form
 */
export function fittingListJson(available: number, form: (shown: number, text: number) => unknown): string {
  const entries = Math.min(available, MOST_ENTRIES);
  const write = (shown: number, text: number): string | undefined => {
    const json = JSON.stringify(form(shown, text));
    return Buffer.byteLength(json) < BODY_LIMIT ? json : undefined;
  };
  const [whole, shorter, least] = [1_000, 200, 40];
  const all = write(entries, whole) ?? write(entries, shorter);
  if (all !== undefined) return all;
  const most = mostThatFit(entries, (shown) => write(shown, shorter) !== undefined);
  // One odd entry must not hide the others.
  const text = most > Math.min(entries, 10) ? shorter : least;
  const shown = text === shorter ? most : mostThatFit(entries, (count) => write(count, least) !== undefined);
  const json = write(shown, text);
  if (json === undefined) throw new RangeError(`a digest does not fit in ${BODY_LIMIT} bytes`);
  return json;
}

function mostThatFit(entries: number, fits: (count: number) => boolean): number {
  let fitting = 0;
  let tooMany = entries + 1;
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

/** A text of at most so many UTF-16 units, with an ellipsis where it was cut; halves of characters become U+FFFD. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  // A pair that the cut would divide goes whole.
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`.toWellFormed();
}

export function shortenedOrNull(text: string | null, most: number): string | null {
  return text === null ? null : shortened(text, most);
}

/** On one line: line breaks, tabs and other control characters, and those that turn the direction of text, become blanks. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}\u2028-\u202E\u2066-\u2069]+/gu, ' ')
    .trim();
}
