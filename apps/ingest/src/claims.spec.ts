import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventRow, IdentityClaim } from '#warehouse/event-row.js';
import { type Claim, settleClaims } from './claims.js';

/** A claim of the identity `crm|e1`; its content is its canonical text. */
const record = { key: null, value: Buffer.alloc(0), headers: {}, timestamp: 0, offset: 0 };
const from = { batch: { topic: 't', partition: 0, records: [record] }, record };

function claim(given: { deal?: string; time: number; content: string; id?: string }): Claim {
  const row: EventRow = {
    deal_id: given.deal ?? 'd1',
    time: given.time,
    source: 'crm',
    id: given.id ?? 'e1',
    type: 'deal.lost',
    family: 'deal',
    schemaversion: 1,
    data: '{}',
    extensions: '{}',
    content_hash: `${given.deal ?? 'd1'}/${given.time}/${given.content}`,
    recorded_at: 0,
  };
  const { source, type, deal_id: subject } = row;
  const keyed = { source, origin: 'cloudevents', type, subject, data: {}, extensions: {} } as const;
  return {
    row,
    canonical: given.content,
    from,
    position: 0,
    nth: 0,
    keyed: { ...keyed, type: 'deal.lost' },
  };
}

function stored(of: Claim): IdentityClaim {
  const { deal_id, time, source, id, content_hash } = of.row;
  return { deal_id, time, source, id, content_hash, linked_by: '' };
}

const unasked = (): Promise<string> =>
  Promise.reject(new Error('only equal times need the text of a stored event'));

describe('settling the claims of a batch', () => {
  it('appends what nobody has claimed, and counts a repetition once', async () => {
    const settled = await settleClaims(
      [claim({ time: 1, content: 'a' }), claim({ time: 1, content: 'a' })],
      [],
      unasked,
    );
    expect(settled.fresh.map(({ row }) => row.time)).toEqual([1]);
    expect(settled.refused).toEqual([]);
    expect(settled.counted).toHaveLength(1);
  });

  it('tells the scorer again of what is stored already, as a crash may have kept it from that', async () => {
    const same = claim({ time: 1, content: 'a' });
    const settled = await settleClaims([same], [stored(same)], unasked);
    expect(settled).toMatchObject({ fresh: [], takenOver: [], refused: [], counted: [same] });
  });

  it('lets the earlier of two events of one identity count, stored or in the batch', async () => {
    const early = claim({ deal: 'd2', time: 1, content: 'z' });
    const late = claim({ time: 2, content: 'a' });
    const inBatch = await settleClaims([late, early], [], unasked);
    expect(inBatch.fresh).toEqual([early]);
    expect(inBatch.refused).toEqual([late]);

    const lateCame = await settleClaims([late], [stored(early)], unasked);
    expect(lateCame).toMatchObject({ fresh: [], takenOver: [], refused: [late], counted: [] });

    const earlyCame = await settleClaims([early], [stored(late)], unasked);
    expect(earlyCame.takenOver).toEqual([{ claim: early, loser: stored(late) }]);
    expect(earlyCame.fresh).toEqual([]);
  });

  it('settles between stored events of one identity, of which two replicas stored one each', async () => {
    const early = claim({ deal: 'd2', time: 1, content: 'z' });
    const late = claim({ time: 2, content: 'a' });
    const both = [stored(early), stored(late)];
    const readEarly = await settleClaims([early], both, unasked);
    expect(readEarly).toMatchObject({ fresh: [], refused: [], displaced: [], counted: [early] });
    expect(readEarly.takenOver).toEqual([{ claim: early, loser: stored(late) }]);

    const readLate = await settleClaims([late], both, unasked);
    expect(readLate).toMatchObject({ fresh: [], takenOver: [], refused: [late], counted: [] });
    expect(readLate.displaced).toEqual([stored(late)]);
  });

  it('lets the text that sorts first count at equal times', async () => {
    const first = claim({ time: 1, content: 'a' });
    const second = claim({ time: 1, content: 'b' });
    const came = await settleClaims([first], [stored(second)], () => Promise.resolve('b'));
    expect(came.takenOver).toEqual([{ claim: first, loser: stored(second) }]);
    const refused = await settleClaims([second], [stored(first)], () => Promise.resolve('a'));
    expect(refused.refused).toEqual([second]);
  });

  it('takes the earliest delivery of a draft without a time of its own, and refuses none for another', async () => {
    const delivered = (time: number): Claim => {
      const { row, ...rest } = claim({ time, content: 'a' });
      return { ...rest, row: { ...row, content_hash: 'a' }, draft: { keys: [], isTimeless: true } };
    };
    const inBatch = await settleClaims([delivered(5), delivered(3), delivered(4)], [], unasked);
    expect(inBatch).toMatchObject({ fresh: [{ row: { time: 3 } }], refused: [] });
    const standing = stored(delivered(3));
    expect(await settleClaims([delivered(2)], [standing], unasked)).toMatchObject({
      takenOver: [{ loser: standing }],
      refused: [],
    });
    expect(await settleClaims([delivered(4)], [standing], unasked)).toMatchObject({
      takenOver: [],
      refused: [],
    });
  });

  it('settles on the same event whatever the order and the batches in which the claims come', async () => {
    const claims = fc.array(
      fc.record({
        time: fc.integer({ min: 1, max: 3 }),
        content: fc.constantFrom('a', 'b', 'c'),
        deal: fc.constantFrom('d1', 'd2'),
      }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(claims, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), async (given, keys) => {
        // The text of an event names its deal: two deals never share one.
        const all = given.map((one) => claim({ ...one, content: `${one.content}${one.deal}` }));
        const shuffled = all
          .map((one, index) => ({ one, key: keys[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const together = await settleClaims(all, [], unasked);
        const winner = together.fresh[0];

        let standing: Claim | undefined;
        for (const one of shuffled) {
          const text = standing?.canonical ?? '';
          const settled = await settleClaims([one], standing === undefined ? [] : [stored(standing)], () =>
            Promise.resolve(text),
          );
          if (settled.fresh.length + settled.takenOver.length > 0) standing = one;
        }
        expect(standing?.row.content_hash).toBe(winner?.row.content_hash);
      }),
    );
  });
});
