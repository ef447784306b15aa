import { messageType } from '#domain/alerts/message-type.js';
import type { AlertMessage, AlertSettings } from '#domain/alerts/types.js';
import { formatInstant } from '#domain/time/instant.js';
import type { DigestContent } from './digest-content.js';
import { fittingJson, fittingListJson, type Measure, shortened, shortenedOrNull } from './text.js';
import { dealLink } from './words.js';

/** The body of format `standard`. Lists that were cut say how many entries are missing, in `…_left_out` beside them. */
export function standardMessage(settings: AlertSettings, message: AlertMessage): string {
  const { deal, finding } = message;
  return fittingJson((measure) => ({
    type: messageType(message),
    timestamp: formatInstant(message.at),
    data: {
      alert_id: shortened(message.alert_id, measure.text),
      status: message.status,
      deal: {
        id: shortened(deal.id, measure.text),
        name: shortened(deal.name, measure.text),
        owner: {
          id: shortenedOrNull(deal.owner.id, measure.text),
          name: shortenedOrNull(deal.owner.name, measure.text),
        },
        amount: deal.amount,
        currency: shortenedOrNull(deal.currency, measure.text),
        stage: shortenedOrNull(deal.stage, measure.text),
      },
      finding: {
        kind: finding.kind,
        severity: finding.severity,
        since: formatInstant(finding.since),
        advice: shortened(finding.advice, measure.text),
        numbers: numbersWithin(finding.numbers, measure),
        ...leftOut('numbers_left_out', Object.keys(finding.numbers).length - measure.list),
        evidence: finding.evidence.slice(0, measure.list).map((event) => shortened(event, measure.text)),
        ...leftOut('evidence_left_out', finding.evidence.length - measure.list),
      },
      health: deal.health,
      links: linksOf(settings, deal.id),
    },
  }));
}

/** The body of a digest of format `standard`: the gravest alerts, as many as there is room for. */
export function standardDigest(settings: AlertSettings, digest: DigestContent): string {
  return fittingListJson(digest.items.length, (shown, text) => ({
    type: 'deals.digest',
    timestamp: formatInstant(digest.at),
    data: {
      digest_id: shortened(digest.id, text),
      total: digest.total,
      firing: digest.firing,
      resolved: digest.resolved,
      kinds: digest.kinds,
      left_out: digest.total - shown,
      alerts: digest.items.slice(0, shown).map((item) => ({
        alert_id: shortened(item.alert_id, text),
        status: item.status,
        deal: {
          id: shortened(item.deal_id, text),
          name: shortened(item.deal_name, text),
          owner: shortenedOrNull(item.owner, text),
          amount: item.amount,
          currency: shortenedOrNull(item.currency, text),
          amount_reporting: item.amount_reporting,
        },
        finding: {
          kind: item.kind,
          severity: item.severity,
          since: shortened(item.since, text),
          advice: shortened(item.advice, text),
        },
        links: linksOf(settings, item.deal_id),
      })),
    },
  }));
}

function linksOf(settings: AlertSettings, dealId: string): { readonly deal?: string } {
  const deal = dealLink(settings, dealId);
  return deal === undefined ? {} : { deal };
}

function numbersWithin(
  numbers: AlertMessage['finding']['numbers'],
  { text, list }: Measure,
): Readonly<Record<string, number | string | null>> {
  const kept = Object.entries(numbers).slice(0, list);
  return Object.fromEntries(
    kept.map(([name, value]) => [
      shortened(name, text),
      typeof value === 'string' ? shortened(value, text) : value,
    ]),
  );
}

function leftOut<Key extends string>(key: Key, count: number): Partial<Record<Key, number>> {
  return count > 0 ? ({ [key]: count } as Record<Key, number>) : {};
}
