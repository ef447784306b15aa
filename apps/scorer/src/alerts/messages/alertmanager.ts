import type { AlertMessage, AlertSettings, DigestItem, Endpoint } from '#domain/alerts/types.js';
import { formatInstant } from '#domain/time/instant.js';
import { sha256 } from '../sha256.js';
import type { DigestContent } from './digest-content.js';
import { fittingJson, fittingListJson, type Measure, shortened } from './text.js';
import { amountText, dealLink, familyOf, ownerText, spoken } from './words.js';

/** As Alertmanager has it of alerts that go on: Go's zero time. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

/** Of `, and 12345 more`. */
const ROOM_FOR_MORE = 20;

type Texts = Readonly<Record<string, string>>;

/** The body of format `alertmanager`: version 4 of what Alertmanager sends to webhooks, with one alert. */
export function alertmanagerMessage(
  settings: AlertSettings,
  endpoint: Endpoint,
  message: AlertMessage,
): string {
  const { deal, finding } = message;
  return fittingJson((measure) => {
    const { text } = measure;
    const labels = texts(text, {
      alertname: finding.kind,
      deal_id: deal.id,
      severity: finding.severity,
      family: finding.family,
      owner: ownerText(deal),
      team: deal.team,
      pipeline: deal.pipeline,
    });
    const numbers = Object.entries(finding.numbers).filter(([, value]) => value !== null);
    const annotations = texts(text, {
      summary: `${deal.name}: ${spoken(finding.kind)}`,
      description: finding.advice,
      deal_name: deal.name,
      amount: amountText(deal),
      stage: deal.stage,
      health: deal.health === null ? null : String(deal.health),
      numbers: listed(
        numbers.map(([name, value]) => `${spoken(name)}: ${String(value)}`),
        measure,
      ),
      evidence: listed(finding.evidence, measure),
    });
    const link = dealLink(settings, deal.id) ?? '';
    const { alertname = '', deal_id: dealId = '' } = labels;
    return {
      version: '4',
      groupKey: `{}:{alertname=${JSON.stringify(alertname)}, deal_id=${JSON.stringify(dealId)}}`,
      truncatedAlerts: 0,
      status: message.status,
      receiver: endpoint.name,
      groupLabels: { alertname, deal_id: dealId },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: link,
      alerts: [
        {
          status: message.status,
          labels,
          annotations,
          startsAt: formatInstant(finding.since),
          endsAt: message.status === 'firing' ? NOT_ENDED : formatInstant(finding.closed_at ?? message.at),
          generatorURL: link,
          fingerprint: fingerprint(message.alert_id),
        },
      ],
    };
  });
}

/** The body of a digest of format `alertmanager`: `truncatedAlerts` counts those for which there was no room. */
export function alertmanagerDigest(
  settings: AlertSettings,
  endpoint: Endpoint,
  digest: DigestContent,
): string {
  const totals = digest.kinds.map(({ kind, firing, resolved }) => `${firing + resolved} ${spoken(kind)}`);
  const counted = `${digest.total} ${digest.total === 1 ? 'alert' : 'alerts'}`;
  return fittingListJson(digest.items.length, (shown, text) => ({
    version: '4',
    groupKey: `{}:{digest=${JSON.stringify(shortened(digest.id, text))}}`,
    truncatedAlerts: digest.total - shown,
    status: digest.firing > 0 ? 'firing' : 'resolved',
    receiver: endpoint.name,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: { summary: totals.length === 0 ? counted : `${counted}: ${totals.join(', ')}` },
    externalURL: '',
    alerts: digest.items.slice(0, shown).map((item) => digestAlert(settings, item, digest, text)),
  }));
}

function digestAlert(
  settings: AlertSettings,
  item: DigestItem,
  { at }: DigestContent,
  text: number,
): Readonly<Record<string, unknown>> {
  return {
    status: item.status,
    labels: texts(text, {
      alertname: item.kind,
      deal_id: item.deal_id,
      severity: item.severity,
      family: familyOf(item.kind),
      owner: item.owner,
    }),
    annotations: texts(text, {
      summary: `${item.deal_name}: ${spoken(item.kind)}`,
      description: item.advice,
      amount: amountText(item),
    }),
    startsAt: shortened(item.since, text),
    endsAt: item.status === 'firing' ? NOT_ENDED : formatInstant(at),
    generatorURL: dealLink(settings, item.deal_id) ?? '',
    fingerprint: fingerprint(item.alert_id),
  };
}

/** The same for an alert from its beginning to its end: receivers tell by it what has ended. */
function fingerprint(alertId: string): string {
  return sha256(alertId).slice(0, 16);
}

/** Labels and annotations are texts; one without a value isn't there. */
function texts(most: number, given: Readonly<Record<string, string | null | undefined>>): Texts {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === null || value === undefined || value === '' ? [] : [[name, shortened(value, most)]],
    ),
  );
}

/** Entries in one text, as many as there is room for, and how many there was none for. */
function listed(entries: readonly string[], { text, list }: Measure): string {
  let shown = '';
  for (const [index, entry] of entries.entries()) {
    const next = index === 0 ? entry : `${shown}, ${entry}`;
    const more = `${shown === '' ? '' : `${shown}, and `}${entries.length - index} more`;
    if (index === list || next.length + ROOM_FOR_MORE > text) return more;
    shown = next;
  }
  return shown;
}
