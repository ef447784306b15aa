import { type DealDiff, isChanged } from './compare-deal.js';

/** How many appear and go. */
export interface AppearGo {
  readonly appear: number;
  readonly go: number;
}

/** What two policies say otherwise of all deals together. */
export interface DiffSummary {
  readonly deals: number;
  /** Deals of which something differs. */
  readonly changed: number;
  readonly status_changes: number;
  /** By `from to`: how many. */
  readonly statuses: readonly { readonly from: string; readonly to: string; readonly deals: number }[];
  readonly findings: AppearGo;
  readonly findings_by_kind: readonly ({
    readonly kind: string;
    readonly severity_changed: number;
  } & AppearGo)[];
  readonly alerts: AppearGo;
  readonly alerts_by_endpoint: readonly ({ readonly endpoint: string } & AppearGo)[];
}

export interface Tally {
  add(diff: DealDiff): void;
  counts(): { readonly deals: number; readonly changed: number };
  summary(): DiffSummary;
}

interface Counts {
  appear: number;
  go: number;
  severity_changed: number;
}

/** Counts differences deal by deal; what it holds grows with kinds and endpoints, not with deals. */
export function createTally(): Tally {
  let deals = 0;
  let changed = 0;
  const statuses = new Map<string, { from: string; to: string; deals: number }>();
  const kinds = new Map<string, Counts>();
  const endpoints = new Map<string, Counts>();
  return {
    add(diff) {
      deals += 1;
      if (isChanged(diff)) changed += 1;
      const [from, to] = diff.status;
      if (from !== to) {
        const row = statuses.get(`${from} ${to}`) ?? { from, to, deals: 0 };
        row.deals += 1;
        statuses.set(`${from} ${to}`, row);
      }
      for (const { kind } of diff.appear) countsOf(kinds, kind).appear += 1;
      for (const { kind } of diff.go) countsOf(kinds, kind).go += 1;
      for (const { kind } of diff.severity_changes) countsOf(kinds, kind).severity_changed += 1;
      for (const { endpoint } of diff.alerts_appear) countsOf(endpoints, endpoint).appear += 1;
      for (const { endpoint } of diff.alerts_go) countsOf(endpoints, endpoint).go += 1;
    },
    counts: () => ({ deals, changed }),
    summary: () => ({
      deals,
      changed,
      status_changes: [...statuses.values()].reduce((sum, row) => sum + row.deals, 0),
      statuses: [...statuses.values()].sort((a, b) => b.deals - a.deals || (a.from < b.from ? -1 : 1)),
      findings: total(kinds),
      findings_by_kind: sorted(kinds).map(([kind, counts]) => ({ kind, ...counts })),
      alerts: total(endpoints),
      alerts_by_endpoint: sorted(endpoints).map(([endpoint, { appear, go }]) => ({ endpoint, appear, go })),
    }),
  };
}

function countsOf(all: Map<string, Counts>, name: string): Counts {
  const counts = all.get(name) ?? { appear: 0, go: 0, severity_changed: 0 };
  all.set(name, counts);
  return counts;
}

function total(all: ReadonlyMap<string, Counts>): AppearGo {
  const rows = [...all.values()];
  return {
    appear: rows.reduce((sum, row) => sum + row.appear, 0),
    go: rows.reduce((sum, row) => sum + row.go, 0),
  };
}

function sorted(all: ReadonlyMap<string, Counts>): [string, Counts][] {
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1));
}
