import type { EventType } from '#domain/events/catalogue.js';
import type { EventBlock } from '#warehouse/fast-events/event-block.js';
import type { DraftData } from '../linking/draft.js';
import { dealKeysOf, mayHaveDealKeys, movesStage } from '../linking/keys.js';
import { opensOrCloses } from '../linking/lifecycle.js';

const NO_EXTENSIONS = Object.freeze({});
const NO_IDENTITY = { source: '' };
const NO_KEYS: readonly string[] = [];

/** Whether an event of the type, naming its deal, may complete a draft otherwise than before. */
export function bearsOnDrafts(type: EventType): boolean {
  return mayHaveDealKeys(type) || movesStage(type) || opensOrCloses(type);
}

/** Tells what the event of a row says that its deal is known by, as `dealKeysIn` reads it off events. */
export function createKeyReader(
  types: readonly EventType[],
): (block: EventBlock, row: number) => readonly string[] {
  const mayHave = types.map(mayHaveDealKeys);
  return (block, row) => {
    const nth = block.type(row);
    const type = types[nth];
    if (type === undefined || mayHave[nth] !== true) return NO_KEYS;
    const data = JSON.parse(block.data(row)) as DraftData;
    // Only the opening of a deal is told apart by its source, and no key by its subject.
    const { source } = type === 'deal.opened' ? block.identity(row) : NO_IDENTITY;
    const keyed = {
      source,
      origin: 'cloudevents',
      type,
      subject: undefined,
      data,
      extensions: NO_EXTENSIONS,
    };
    return dealKeysOf(keyed);
  };
}
