import type { Alert, AlertControl } from '#domain/alerts/types.js';
import type { AlertingStore } from '../alerting.js';
import { createMemoryOutbox, type MemoryOutbox } from '../sending/testing/memory-outbox.js';

/** What alerting and sending need of the store. */
export type MemoryAlerts = MemoryOutbox &
  AlertingStore & {
    /** Called before and after each access to alerts; throws on behalf of the store. */
    access: () => void;
    alerts(): Alert[];
  };

/** The tables of alerts as the warehouse keeps them, in memory: of each row the highest version stands. */
export function createMemoryAlerts(controls: readonly AlertControl[] = []): MemoryAlerts {
  const byId = new Map<string, Alert>();
  const latestFirst = (a: Alert, b: Alert): number =>
    Number(b.status === 'firing') - Number(a.status === 'firing') || b.raised_at - a.raised_at;
  const store: MemoryAlerts = Object.assign(createMemoryOutbox(), {
    access: (): void => undefined,
    alerts: () => [...byId.values()],
    alertsOf(dealIds: readonly string[]) {
      store.access();
      const latest = new Map<string, Alert>();
      for (const alert of [...byId.values()].sort(latestFirst)) {
        const key = `${alert.deal_id} ${alert.kind}`;
        if (dealIds.includes(alert.deal_id) && !latest.has(key)) latest.set(key, alert);
      }
      return Promise.resolve([...latest.values()]);
    },
    deliveries(ids: readonly string[]) {
      store.access();
      return Promise.resolve(ids.flatMap((id) => store.row(id) ?? []));
    },
    controlsOf: (dealIds: readonly string[]) =>
      Promise.resolve(controls.filter(({ deal_id: id }) => dealIds.includes(id))),
    alertsToLookAt(now: number, { limit }: { readonly limit: number }) {
      store.access();
      const due = [...byId.values()].filter(({ next_look_at: at }) => at !== null && at <= now);
      return Promise.resolve(due.slice(0, limit));
    },
    openEpisodes() {
      store.access();
      const open = [...store.deals.values()].flatMap(({ deal, episodes }) =>
        episodes.filter(({ closed_at: at }) => at === null).map((finding) => ({ deal, finding })),
      );
      return Promise.resolve(open);
    },
    writeAlerts(rows: readonly Alert[]) {
      store.access();
      for (const row of rows) {
        if ((byId.get(row.alert_id)?.version ?? 0) <= row.version) byId.set(row.alert_id, row);
      }
      store.access();
      return Promise.resolve();
    },
  });
  return store;
}
