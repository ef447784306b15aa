import { oneLine } from './text.js';

/** Slack has no way to escape these marks: those that look like them are no marks. */
const lookAlikes: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ' };
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * A text from outside as it may stand in Slack's mrkdwn: on one line, without any mark, mention or link of its own.
 * @param most UTF-16 units of the result at most; where it was cut an ellipsis ends it
 */
export function slackText(text: string, most: number): string {
  let result = '';
  // Half an entity would be shown as it is: what is cut is cut between characters.
  let fitting = 0;
  for (const character of oneLine(text)) {
    result += lookAlikes[character] ?? entities[character] ?? character;
    if (result.length > most) return `${result.slice(0, fitting)}…`;
    if (result.length < most) fitting = result.length;
  }
  return result;
}

/** A section bears no longer one beside a name and advice. */
const LONGEST_LINK = 600;

/** A link with a label that is Slack text already; the label alone where there is no link, or too long a one. */
export function slackLink(url: string | undefined, label: string): string {
  // What is a mark, or the end of a link, must not be one here.
  const written = url?.replace(/[<>|*~`\s]/g, percentEncoded).replaceAll('&', '&amp;');
  return written === undefined || written.length > LONGEST_LINK ? label : `<${written}|${label}>`;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
