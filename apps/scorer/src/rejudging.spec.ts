import { describe, expect, it } from '@jest/globals';
import type { Judgement } from '#warehouse/judgements.js';
import { createRejudging, type Rejudged, type Rejudging } from './rejudging.js';

const TOPIC = 'deal-events';
/** Deal n belongs to partition n % 2. */
const DEALS = Array.from({ length: 1_201 }, (_, n) => `d${n}`);

function partitionOf(dealId: string): number {
  return Number(dealId.slice(1)) % 2;
}

/** The store: by what each partition was judged, in order of writing. */
function createStore() {
  const standing = new Map<string, Omit<Judgement, 'at'>>();
  const written: string[] = [];
  return {
    written,
    standing: () => [...standing.values()].map(({ share, judged_by: by }) => `${share}: ${by}`).sort(),
    judgements: {
      of: (shares: readonly string[]) =>
        Promise.resolve(shares.flatMap((share) => standing.get(share) ?? [])),
      write: (judgements: readonly Judgement[]) => {
        for (const judgement of judgements) {
          written.push(`${judgement.share}: ${judgement.judged_by}`);
          if (judgement.version > (standing.get(judgement.share)?.version ?? 0))
            standing.set(judgement.share, judgement);
        }
        return Promise.resolve();
      },
    },
  };
}

/** A replica that has these partitions. */
function createReplica(store: ReturnType<typeof createStore>, judgedBy: string, partitions: number[]) {
  const scored: string[] = [];
  const told: { begun: number; ended: Rejudged[] } = { begun: 0, ended: [] };
  const state = { partitions, assignment: 1, isBroken: false, largest: 0 };
  const rejudging = createRejudging({
    judgements: store.judgements,
    async *dealIds() {
      yield await Promise.resolve(DEALS);
    },
    score: (dealIds) => {
      if (state.isBroken) return Promise.reject(new Error('the store is away'));
      scored.push(...dealIds);
      state.largest = Math.max(state.largest, dealIds.length);
      return Promise.resolve();
    },
    // The new policy says otherwise of every hundredth deal.
    verdicts: (dealIds) =>
      Promise.resolve(
        new Map(dealIds.map((id) => [id, id.endsWith('00') && scored.includes(id) ? 'stalled' : 'healthy'])),
      ),
    judgedBy,
    topic: TOPIC,
    reader: {
      assignment: () => state.assignment,
      share: () => state.partitions.map((partition) => `${TOPIC}/${partition} of 2`),
      owns: (_, dealId) => state.partitions.includes(partitionOf(dealId)),
    },
    now: () => 0,
    begun: () => (told.begun += 1),
    ended: (done) => told.ended.push({ ...done }),
  });
  return { rejudging, scored, told, state };
}

async function toTheEnd(rejudging: Rejudging): Promise<void> {
  while (await rejudging.step());
}

const deal = {
  even: DEALS.filter((id) => partitionOf(id) === 0),
  odd: DEALS.filter((id) => partitionOf(id) === 1),
};

describe('scoring again what another policy judged', () => {
  it('takes every deal of the replica once, a page at a time, and tells how many changed', async () => {
    const store = createStore();
    await toTheEnd(createReplica(store, 'old', [0, 1]).rejudging);
    const replica = createReplica(store, 'new', [0, 1]);
    expect(replica.rejudging.isDone()).toBe(false);
    await toTheEnd(replica.rejudging);
    expect(replica.scored).toEqual(DEALS);
    expect(replica.state.largest).toBe(500);
    expect(replica.told).toEqual({ begun: 1, ended: [{ deals: DEALS.length, changed: 12 }] });
    expect(replica.rejudging.isDone()).toBe(true);
    expect(store.standing()).toEqual([`${TOPIC}/0 of 2: new`, `${TOPIC}/1 of 2: new`]);
  });

  it('does nothing where the policy is the one that judged last', async () => {
    const store = createStore();
    await toTheEnd(createReplica(store, 'same', [0, 1]).rejudging);
    const replica = createReplica(store, 'same', [0, 1]);
    await toTheEnd(replica.rejudging);
    expect(replica.scored).toEqual([]);
    expect(replica.told).toEqual({ begun: 0, ended: [] });
  });

  it('is shared by replicas by partition, none taken twice', async () => {
    const store = createStore();
    await toTheEnd(createReplica(store, 'old', [0, 1]).rejudging);
    const one = createReplica(store, 'new', [0]);
    const other = createReplica(store, 'new', [1]);
    await one.rejudging.takeOver();
    await toTheEnd(other.rejudging);
    await toTheEnd(one.rejudging);
    expect(one.scored).toEqual(deal.even);
    expect(other.scored).toEqual(deal.odd);
    expect(store.standing()).toEqual([`${TOPIC}/0 of 2: new`, `${TOPIC}/1 of 2: new`]);
  });

  it('says before the first deal is scored that the old judgement stands no more', async () => {
    const store = createStore();
    await toTheEnd(createReplica(store, 'old', [0]).rejudging);
    store.written.length = 0;
    const replica = createReplica(store, 'new', [0]);
    await replica.rejudging.takeOver();
    expect(store.written).toEqual([`${TOPIC}/0 of 2: `]);
    expect(replica.scored).toEqual([]);
    // Ended here, it is begun anew: also by the policy that judged before.
    const next = createReplica(store, 'old', [0]);
    await toTheEnd(next.rejudging);
    expect(next.scored).toEqual(deal.even);
    expect(store.standing()).toEqual([`${TOPIC}/0 of 2: old`]);
  });

  it('begins anew after an error, and is not done before all was scored', async () => {
    const store = createStore();
    await toTheEnd(createReplica(store, 'old', [0, 1]).rejudging);
    const replica = createReplica(store, 'new', [0, 1]);
    await replica.rejudging.step();
    replica.state.isBroken = true;
    await expect(replica.rejudging.step()).rejects.toThrow('the store is away');
    expect(store.standing()).toEqual([`${TOPIC}/0 of 2: `, `${TOPIC}/1 of 2: `]);
    replica.state.isBroken = false;
    replica.scored.length = 0;
    await toTheEnd(replica.rejudging);
    expect(replica.scored).toEqual(DEALS);
  });

  it('does not take for done what was given to another replica, and takes over what is given to it', async () => {
    const store = createStore();
    await toTheEnd(createReplica(store, 'old', [0, 1]).rejudging);
    const replica = createReplica(store, 'new', [0, 1]);
    await replica.rejudging.step();
    Object.assign(replica.state, { partitions: [0], assignment: 2 });
    replica.scored.length = 0;
    await toTheEnd(replica.rejudging);
    expect(replica.scored).toEqual(deal.even);
    expect(store.standing()).toEqual([`${TOPIC}/0 of 2: new`, `${TOPIC}/1 of 2: `]);
    Object.assign(replica.state, { partitions: [0, 1], assignment: 3 });
    replica.scored.length = 0;
    await toTheEnd(replica.rejudging);
    expect(new Set(replica.scored)).toEqual(new Set(DEALS));
    expect(store.standing()).toEqual([`${TOPIC}/0 of 2: new`, `${TOPIC}/1 of 2: new`]);
  });

  it('waits until the replica has partitions', async () => {
    const replica = createReplica(createStore(), 'new', []);
    await toTheEnd(replica.rejudging);
    expect(replica.rejudging.isDone()).toBe(false);
    replica.state.partitions = [1];
    await toTheEnd(replica.rejudging);
    expect(replica.scored).toEqual(deal.odd);
  });

  it('is spared by a rebuild of everything', async () => {
    const store = createStore();
    await toTheEnd(createReplica(store, 'old', [0, 1]).rejudging);
    const replica = createReplica(store, 'new', [0, 1]);
    await replica.rejudging.takeOver();
    await replica.rejudging.allDone();
    await toTheEnd(replica.rejudging);
    expect(replica.scored).toEqual([]);
    expect(store.standing()).toEqual([`${TOPIC}/0 of 2: new`, `${TOPIC}/1 of 2: new`]);
  });
});
