import { type DealStatus, openStatuses } from '#domain/score/records.js';
import type { CloseTimingCount, DealNow, NextStepCoverage, StatusCount } from '#warehouse/read-rows.js';
import { formatCount } from './progress.js';
import { printable, table, wrapped } from './table.js';

/** What a sales leader sees first. */
export interface Summary {
  readonly currency: string;
  readonly statuses: readonly StatusCount[];
  /** The worst first. */
  readonly worst: readonly DealNow[];
  readonly coverage: readonly NextStepCoverage[];
  readonly timing: readonly CloseTimingCount[];
  /** Columns of the terminal. */
  readonly width: number;
}

const wonStatuses: readonly DealStatus[] = ['won_at_risk', 'won_watch', 'won_healthy'];

const meaning: Readonly<Partial<Record<DealStatus, string>>> = {
  stalled: 'nothing moves, or the customer is silent',
  at_risk: 'something critical is wrong',
  watch: 'something needs attention',
  healthy: 'on course with the customer',
  won_at_risk: 'sold, and about to be lost',
  won_watch: 'sold, and something needs attention',
  won_healthy: 'the customer gets what was promised',
  churned: 'left after the order',
};

export function summaryText(summary: Summary): string {
  return [
    section('Open deals', statusTable(summary, openStatuses)),
    section('After the order', statusTable(summary, [...wonStatuses, 'churned'])),
    section('The ten deals that need someone today', worstTable(summary)),
    section('By team', teamTable(summary)),
  ].join('\n');
}

function section(title: string, body: string): string {
  return `${title}\n${'─'.repeat(title.length)}\n${body}`;
}

function money(amount: number, currency: string): string {
  return `${formatCount(Math.round(amount))} ${currency}`;
}

function percent(share: number, of: number): string {
  return of === 0 ? '-' : `${Math.round((100 * share) / of)} %`;
}

function statusTable({ statuses, currency }: Summary, wanted: readonly DealStatus[]): string {
  const rows = wanted.map((status) => {
    const found = statuses.find((row) => row.status === status);
    return found ?? { status, deals: 0, amount_reporting: 0, deals_without_rate: 0 };
  });
  const apart = rows.reduce((sum, row) => sum + row.deals_without_rate, 0);
  const note =
    apart === 0 ? '' : `  ${formatCount(apart)} deals in a currency without a rate are in no sum.\n`;
  return (
    table(rows, [
      { title: '  STATUS', cell: (row) => `  ${row.status}` },
      { title: 'DEALS', cell: (row) => formatCount(row.deals), align: 'right' },
      { title: 'AMOUNT', cell: (row) => money(row.amount_reporting, currency), align: 'right' },
      { title: '', cell: (row) => meaning[row.status] ?? '' },
    ]) + note
  );
}

function worstTable({ worst, currency, width }: Summary): string {
  if (worst.length === 0) return '  none\n';
  return worst
    .map((deal) => {
      const amount = deal.amount_reporting === null ? '' : `, ${money(deal.amount_reporting, currency)}`;
      const owner = deal.owner_name ?? deal.owner_id ?? 'nobody';
      const health = deal.health === null ? '' : ` (health ${Math.round(deal.health)})`;
      return [
        `  ${printable(`${deal.deal_id}  ${deal.name}, ${owner}${amount}: ${deal.status}${health}`)}\n`,
        wrapped(printable(`why: ${reasons(deal)}`), '      ', width),
        wrapped(printable(`→ ${deal.worst_advice ?? ''}`), '      ', width),
      ].join('');
    })
    .join('');
}

const REASONS_TOLD = 4;

/** The gravest findings in words, and how many more there are. */
function reasons({ finding_kinds: kinds, finding_severities: severities }: DealNow): string {
  const grave = kinds.filter((_, index) => severities[index] === 'critical');
  const rest = kinds.filter((_, index) => severities[index] !== 'critical');
  const told = [...grave, ...rest].slice(0, REASONS_TOLD).map((kind) => kind.replaceAll('_', ' '));
  const more = kinds.length - told.length;
  return `${told.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function teamTable({ coverage, timing }: Summary): string {
  const teams = [...new Set([...coverage, ...timing].map(({ group }) => group))].sort((a, b) =>
    (a ?? '').localeCompare(b ?? ''),
  );
  if (teams.length === 0) return '  no meetings held and nobody asked for an order yet\n';
  const held = (team: string | null, customer: boolean): NextStepCoverage | undefined =>
    coverage.find((row) => row.group === team && row.customer === customer);
  const asked = (team: string | null, timed: CloseTimingCount['close_timing']): number =>
    timing.find((row) => row.group === team && row.close_timing === timed)?.deals ?? 0;
  const all = (team: string | null): number =>
    timing.filter((row) => row.group === team).reduce((sum, row) => sum + row.deals, 0);
  const covered = (team: string | null, customer: boolean): string => {
    const row = held(team, customer);
    return row === undefined ? '-' : percent(row.with_next_step, row.held);
  };
  return table(teams, [
    { title: '  TEAM', cell: (team) => `  ${team ?? '(none)'}` },
    { title: 'MEETINGS WITH A NEXT STEP: CUSTOMER', cell: (team) => covered(team, true), align: 'right' },
    { title: 'INTERNAL', cell: (team) => covered(team, false), align: 'right' },
    {
      title: 'ORDER ASKED FOR: TOO EARLY',
      cell: (team) => percent(asked(team, 'premature'), all(team)),
      align: 'right',
    },
    { title: 'ON TIME', cell: (team) => percent(asked(team, 'on_time'), all(team)), align: 'right' },
    { title: 'LATE', cell: (team) => percent(asked(team, 'late'), all(team)), align: 'right' },
    { title: 'NEVER', cell: (team) => percent(asked(team, 'unasked'), all(team)), align: 'right' },
  ]);
}
