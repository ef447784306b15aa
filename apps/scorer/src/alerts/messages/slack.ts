import type { AlertMessage, AlertSettings, DigestItem } from '#domain/alerts/types.js';
import type { DigestContent } from './digest-content.js';
import { slackLink, slackText } from './slack-text.js';
import { fittingJson, fittingListJson, type Measure } from './text.js';
import { amountText, capitalised, dealLink, instantText, ownerText, spoken } from './words.js';

/** Slack refuses a message with more blocks than 50; those beside the alerts are a few. */
const MOST_ALERTS = 40;
/** Of a section 3,000 characters are taken, of each of its fields 2,000: room is left for what stands around texts. */
const SECTION_TEXT = 2_000;
const FIELD_TEXT = 300;
const NUMBERS_SHOWN = 8;

interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Nothing is made a link or a mention that isn't written as one. */
  readonly verbatim: true;
}

type Block =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string } }
  | { readonly type: 'section'; readonly text: Mrkdwn; readonly fields?: readonly Mrkdwn[] }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] };

/** The body of format `slack`: what it is about, whose deal, what to do, and why. */
export function slackMessage(settings: AlertSettings, message: AlertMessage): string {
  const { deal, finding } = message;
  const title = `${message.status === 'firing' ? capitalised(finding.severity) : 'Resolved'}: ${spoken(finding.kind)}`;
  return fittingJson((measure) => {
    const name = slackText(deal.name, Math.min(measure.text, FIELD_TEXT)) || slackText(deal.id, FIELD_TEXT);
    // What to do about a finding is no news once it is gone.
    const advice =
      message.status === 'firing' ? slackText(finding.advice, Math.min(measure.text, SECTION_TEXT)) : '';
    return {
      text: `${title}: ${name}`,
      blocks: [
        header(title),
        section(
          `*${slackLink(dealLink(settings, deal.id), name)}*${advice === '' ? '' : `\n${advice}`}`,
          fieldsOf(message, measure),
        ),
        ...reasonsOf(message, measure),
      ],
    };
  });
}

/** The body of a digest of format `slack`: the totals, then the gravest alerts, as many as there is room for. */
export function slackDigest(settings: AlertSettings, digest: DigestContent): string {
  const title = digestTitle(digest);
  const totals = digest.kinds.map(({ kind, firing, resolved }) => {
    const ended = resolved === 0 ? '' : ` (${resolved} resolved)`;
    return `${firing + resolved} ${spoken(kind)}${ended}`;
  });
  return fittingListJson(Math.min(digest.items.length, MOST_ALERTS), (shown, text) => {
    const left = digest.total - shown;
    return {
      text: title,
      blocks: [
        header(title),
        ...(totals.length === 0 ? [] : [section(totals.join(', '))]),
        ...digest.items.slice(0, shown).map((item) => section(digestLine(settings, item, text))),
        ...(left > 0 ? [context([`and ${left} more, not shown here`])] : []),
      ],
    };
  });
}

/** `14 alerts, 3 of them critical`, in words that no deal has a part in. */
function digestTitle({ total, firing, resolved, critical }: DigestContent): string {
  const counted = `${total} ${total === 1 ? 'alert' : 'alerts'}`;
  const parts = [
    ...(critical > 0 ? [`${critical} critical`] : []),
    ...(resolved > 0 ? [`${firing} firing, ${resolved} resolved`] : []),
  ];
  return parts.length === 0 ? counted : `${counted}: ${parts.join(', ')}`;
}

function digestLine(settings: AlertSettings, item: DigestItem, text: number): string {
  const most = Math.min(text, FIELD_TEXT);
  const name = slackText(item.deal_name, most) || slackText(item.deal_id, most);
  const state = item.status === 'firing' ? capitalised(item.severity) : 'Resolved';
  const about = [`${state}: ${spoken(item.kind)}`, item.owner, amountText(item)]
    .filter((part) => part !== null && part !== undefined)
    .map((part) => slackText(part, most));
  const advice = item.status === 'firing' ? slackText(item.advice, Math.min(text, FIELD_TEXT * 2)) : '';
  const link = slackLink(dealLink(settings, item.deal_id), name);
  return `*${link}* – ${about.join(' · ')}${advice === '' ? '' : `\n${advice}`}`;
}

function fieldsOf({ status, at, deal, finding }: AlertMessage, { text }: Measure): Mrkdwn[] {
  const most = Math.min(text, FIELD_TEXT);
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['Owner', ownerText(deal)],
    ['Amount', amountText(deal)],
    ['Stage', deal.stage ?? undefined],
    ['Health', deal.health === null ? undefined : String(deal.health)],
    ['Since', instantText(finding.since)],
    ['Until', status === 'resolved' ? instantText(finding.closed_at ?? at) : undefined],
  ];
  return fields.flatMap(([label, value]) =>
    value === undefined ? [] : [mrkdwn(`*${label}*\n${slackText(value, most)}`)],
  );
}

/** What was compared with what, and how many events it rests on. */
function reasonsOf({ finding }: AlertMessage, { text, list }: Measure): Block[] {
  const most = Math.min(text, 100);
  const numbers = Object.entries(finding.numbers).filter(([, value]) => value !== null);
  const shown = numbers.slice(0, Math.min(list, NUMBERS_SHOWN));
  const parts = shown.map(
    ([name, value]) => `${slackText(spoken(name), most)}: ${slackText(String(value), most)}`,
  );
  if (numbers.length > shown.length) parts.push(`and ${numbers.length - shown.length} more numbers`);
  const events = finding.evidence.length;
  if (events > 0) parts.push(`rests on ${events} ${events === 1 ? 'event' : 'events'}`);
  return parts.length === 0 ? [] : [context(parts)];
}

function header(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text } };
}

function section(text: string, fields: readonly Mrkdwn[] = []): Block {
  return { type: 'section', text: mrkdwn(text), ...(fields.length === 0 ? {} : { fields }) };
}

function context(parts: readonly string[]): Block {
  return { type: 'context', elements: parts.map(mrkdwn) };
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}
