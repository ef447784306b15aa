import type { AlertDeal, AlertFinding, Delivery, EndpointState } from '#domain/alerts/types.js';
import type { Outbox } from '../outbox.js';

/** The outbox as the warehouse keeps it, in memory: of each message the highest version stands. */
export interface MemoryOutbox extends Outbox {
  row(webhookId: string): Delivery | undefined;
  rows(): Delivery[];
  /** Deals as `episodesOf` finds them. */
  readonly deals: Map<string, { readonly deal: AlertDeal; readonly episodes: readonly AlertFinding[] }>;
  /** Numbers of rows of each write, in order. */
  readonly writes: number[];
  /** Called before each access; throws, or waits, on behalf of the store. */
  before: (access: keyof Outbox) => void | Promise<void>;
  /** Called after each read, before the reader has what was read. */
  after: (access: keyof Outbox) => void | Promise<void>;
}

export function createMemoryOutbox(
  deliveries: readonly Delivery[] = [],
  endpointStates: readonly EndpointState[] = [],
): MemoryOutbox {
  const byId = new Map<string, Delivery>();
  const states = new Map(endpointStates.map((state) => [state.endpoint, state]));
  const store = (rows: readonly Delivery[]): void => {
    for (const row of rows) {
      const known = byId.get(row.webhook_id);
      if (known === undefined || known.version <= row.version) byId.set(row.webhook_id, row);
    }
  };
  store(deliveries);
  const dueAt = ({ next_attempt_at: at }: Delivery): number => at ?? Number.POSITIVE_INFINITY;
  const inOrder = (a: Delivery, b: Delivery): number =>
    dueAt(a) - dueAt(b) || (a.webhook_id < b.webhook_id ? -1 : a.webhook_id === b.webhook_id ? 0 : 1);

  const outbox: MemoryOutbox = {
    deals: new Map(),
    writes: [],
    before: () => undefined,
    after: () => undefined,
    row: (id) => byId.get(id),
    rows: () => [...byId.values()],
    async outbox(endpoints, { now, limit, after, states: wanted = ['pending', 'gathered'] }) {
      await outbox.before('outbox');
      const due = [...byId.values()].filter(
        (row) =>
          (wanted as readonly string[]).includes(row.state) &&
          row.next_attempt_at !== null &&
          row.next_attempt_at <= now &&
          (after === undefined ||
            dueAt(row) > (after.next_attempt_at ?? 0) ||
            (row.next_attempt_at === after.next_attempt_at && row.webhook_id > after.webhook_id)),
      );
      const found = endpoints.flatMap((name) =>
        due
          .filter(({ endpoint }) => endpoint === name)
          .sort(inOrder)
          .slice(0, limit),
      );
      await outbox.after('outbox');
      return found.sort(inOrder);
    },
    async delivery(id) {
      await outbox.before('delivery');
      return byId.get(id);
    },
    async countSent(endpoint, from, to) {
      await outbox.before('countSent');
      return [...byId.values()].filter(
        ({ endpoint: name, delivered_at: at }) => name === endpoint && at !== null && at >= from && at < to,
      ).length;
    },
    async endpointStates() {
      await outbox.before('endpointStates');
      return [...states.values()];
    },
    async episodesOf(ids) {
      await outbox.before('episodesOf');
      return ids.flatMap((id) => outbox.deals.get(id) ?? []);
    },
    async writeDeliveries(rows) {
      await outbox.before('writeDeliveries');
      outbox.writes.push(rows.length);
      store(rows);
      await outbox.after('writeDeliveries');
    },
    async writeEndpointStates(rows) {
      await outbox.before('writeEndpointStates');
      for (const row of rows) states.set(row.endpoint, row);
    },
  };
  return outbox;
}
