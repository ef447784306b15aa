import type { EventType } from '#domain/events/catalogue.js';
import type { EventBlock } from '#warehouse/fast-events/event-block.js';
import type { RowKeys } from '#warehouse/fast-events/fast-events.js';
import type { DraftData } from '../linking/draft.js';
import { dealKeysOf, mayHaveDealKeys, movesStage } from '../linking/keys.js';
import { opensOrCloses } from '../linking/lifecycle.js';

const NO_EXTENSIONS = Object.freeze({});
const NO_IDENTITY = { source: '' };

/** Whether an event of the type, naming its deal, may complete a draft otherwise than before. */
export function bearsOnDrafts(type: EventType): boolean {
  return mayHaveDealKeys(type) || movesStage(type) || opensOrCloses(type);
}

/** What the block's events say that their deals are known by, as `dealKeysIn` reads it off events. */
export function dealKeysOfBlock(block: EventBlock, types: readonly EventType[]): readonly RowKeys[] {
  const found: RowKeys[] = [];
  const mayHave = types.map(mayHaveDealKeys);
  for (let row = 0; row < block.rows; row += 1) {
    const type = types[block.type(row)];
    if (type === undefined || mayHave[block.type(row)] !== true) continue;
    const data = JSON.parse(block.data(row)) as DraftData;
    // Only the opening of a deal is told apart by its source, and no key by its subject.
    const { source } = type === 'deal.opened' ? block.identity(row) : NO_IDENTITY;
    const keys = dealKeysOf({
      source,
      origin: 'cloudevents',
      type,
      subject: undefined,
      data,
      extensions: NO_EXTENSIONS,
    });
    if (keys.length > 0) found.push({ row, keys });
  }
  return found;
}
