import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type StoredRecord,
  changesFrom,
  changesOf,
  digested,
  noteStored,
  standingRecords,
} from './record-changes.js';
import { sampleDeal, sampleHealth, sampleRecords } from './testing/samples.js';

function storedOf(version: number, records = sampleRecords()): StoredRecord[] {
  return records.map((content) => ({
    record: content.record,
    key: content.key,
    digest: digested(content).digest,
    version,
    is_deleted: false,
  }));
}

describe('the changes of a scoring', () => {
  it('are all records where none is stored', () => {
    const records = sampleRecords();
    const changes = changesOf('d1', [], records);
    expect(changes).toMatchObject({ deal_id: 'd1', version: 1, deleted: [] });
    expect(changes?.written.map(({ content }) => content)).toEqual(records);
  });

  it('are none where all is stored already', () => {
    expect(changesOf('d1', storedOf(3), sampleRecords())).toBeNull();
  });

  it('are the records that differ, with a version above all stored ones', () => {
    const deal = sampleDeal({ health: 58.74 });
    const changes = changesOf('d1', storedOf(3), [deal, ...sampleRecords().slice(1)]);
    expect(changes).toEqual({
      deal_id: 'd1',
      version: 4,
      written: [digested(deal)],
      deleted: [],
    });
  });

  it('are the records that are no more', () => {
    expect(changesOf('d1', storedOf(3), sampleRecords().slice(0, 5))).toEqual({
      deal_id: 'd1',
      version: 4,
      written: [],
      deleted: [{ record: 'stage', key: '2026-02-20T09:00:00.000Z' }],
    });
  });

  it('write a deleted record again, above the version of its deletion', () => {
    const stored = storedOf(3, [sampleDeal()]);
    const gone = { ...storedOf(9, [sampleHealth()])[0], is_deleted: true } as StoredRecord;
    const changes = changesOf('d1', [...stored, gone], [sampleDeal(), sampleHealth()]);
    expect(changes).toMatchObject({ version: 10, written: [{ content: { record: 'health' } }], deleted: [] });
  });

  it('are the same whether or not it is known what was said before', () => {
    const kept = fc.subarray(sampleRecords());
    /** What a chronicle may do with a record: leave it, tell it anew, or tell something else. */
    const fate = fc.constantFrom('same object', 'same content', 'other content', 'gone');
    fc.assert(
      fc.property(kept, kept, fc.array(fate, { minLength: 6, maxLength: 6 }), (before, added, fates) => {
        const next = sampleRecords().flatMap((record, index) => {
          const last = before.find(({ record: kind }) => kind === record.record);
          if (last === undefined)
            return added.some(({ record: kind }) => kind === record.record) ? [record] : [];
          if (fates[index] === 'gone') return [];
          if (fates[index] === 'same object') return [last];
          return fates[index] === 'same content' ? [{ ...last }] : [{ ...last, deal_id: 'another' }];
        });
        const stored = storedOf(3, before);
        const known = standingRecords([]);
        noteStored(known, {
          deal_id: 'd1',
          version: before.length === 0 ? 0 : 3,
          written: before.map((content) => digested(content)),
          deleted: [],
        });
        expect(changesFrom('d1', known, next, before)).toEqual(changesOf('d1', stored, next));
      }),
    );
  });
});
