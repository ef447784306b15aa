import type { EventType } from '#domain/events/catalogue.js';
import type { DealKey } from '#warehouse/draft-row.js';
import type { EventBlock } from '#warehouse/fast-events/event-block.js';
import type { DraftData } from '../linking/draft.js';
import { dealKeysOf, mayHaveDealKeys, movesStage } from '../linking/keys.js';
import { opensOrCloses } from '../linking/lifecycle.js';

const NO_EXTENSIONS = Object.freeze({});

/** Whether an event of the type, naming its deal, may complete a draft otherwise than before. */
export function bearsOnDrafts(type: EventType): boolean {
  return mayHaveDealKeys(type) || movesStage(type) || opensOrCloses(type);
}

/** What the block's events say that their deals are known by, as `dealKeysIn` reads it off events. */
export function dealKeysOfBlock(block: EventBlock, types: readonly EventType[]): readonly DealKey[] {
  const found: DealKey[] = [];
  const mayHave = types.map(mayHaveDealKeys);
  for (let row = 0; row < block.rows; row += 1) {
    const type = types[block.type(row)];
    if (type === undefined || mayHave[block.type(row)] !== true) continue;
    const { source, id } = block.identity(row);
    const subject = block.dealId(row).toString('utf8');
    const data = JSON.parse(block.data(row)) as DraftData;
    const keyed = { source, origin: 'cloudevents', type, subject, data, extensions: NO_EXTENSIONS };
    for (const key of dealKeysOf(keyed))
      found.push({ deal_id: subject, key, source, id, time: block.time(row) });
  }
  return found;
}
