import type { AlertDeal, AlertSettings, DigestItem } from '#domain/alerts/types.js';
import { type FindingFamily, type FindingKind, findingKinds } from '#domain/findings/kinds.js';
import { formatInstant, type Instant } from '#domain/time/instant.js';

/** Links that are longer are left out: cut, they would lead elsewhere. */
const LONGEST_LINK = 1_500;

/** A kind or the name of a number as people say it: `close date passed`. */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ');
}

export function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

export function familyOf(kind: FindingKind): FindingFamily {
  const isIn = (family: FindingFamily): boolean => (findingKinds[family] as readonly string[]).includes(kind);
  return isIn('stall') ? 'stall' : isIn('alignment') ? 'alignment' : 'success';
}

/** Where a deal is looked at; undefined where nothing is set, or the id is too long for a link. */
export function dealLink(settings: AlertSettings, dealId: string): string | undefined {
  const link = settings.dealLink?.replaceAll('{deal_id}', () => encodeURIComponent(dealId.toWellFormed()));
  return link === undefined || link.length > LONGEST_LINK ? undefined : link;
}

/** `12,500 EUR`; undefined where the amount is not known. */
export function amountText({
  amount,
  currency,
}: Pick<DigestItem, 'amount' | 'currency'>): string | undefined {
  if (amount === null) return undefined;
  const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(amount);
  return currency === null ? number : `${number} ${currency}`;
}

export function ownerText({ owner }: AlertDeal): string | undefined {
  return owner.name ?? owner.id ?? undefined;
}

/** `2026-03-02 12:00 UTC` */
export function instantText(at: Instant): string {
  return formatInstant(at).replace(/T(\d\d:\d\d).*$/, ' $1 UTC');
}
