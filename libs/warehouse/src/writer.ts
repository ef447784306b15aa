import type { ClickHouseClient } from '@clickhouse/client';
import { type Unit, blocksOf } from './blocks.js';
import { type RowFormat, insertText } from './insert.js';
import {
  DEAD_LETTER_TARGET,
  EVENT_TARGET,
  RECORD_TARGET,
  UNLINKED_TARGET,
  deadLetterUnits,
  eventUnits,
  asideUnits,
  recordUnits,
} from './rows.js';
import {
  DEAL_KEY_TARGET,
  DIRECTORY_TARGET,
  DRAFT_TARGET,
  LINKED_EVENT_TARGET,
  dealKeyUnits,
  directoryUnits,
  draftUnits,
  linkedEventUnits,
  supersededDraftUnits,
} from './draft-rows.js';
import type { WarehouseWrites } from './warehouse.js';

/** One block is on its way while the next is prepared; they arrive in order, and none follows one that failed. */
async function insertUnits(
  client: ClickHouseClient,
  target: string,
  units: Iterable<Unit>,
  format: RowFormat = 'JSONCompactEachRow',
): Promise<void> {
  let underWay = Promise.resolve();
  for (const block of blocksOf(units)) {
    await underWay;
    underWay = insertText(client, target, block, format);
    // Where preparing the next block fails first, this one's failure must not end the process.
    underWay.catch(() => undefined);
  }
  await underWay;
}

export function openWrites(client: ClickHouseClient): WarehouseWrites {
  return {
    events: (changes) => insertUnits(client, EVENT_TARGET, eventUnits(changes)),
    records: (changes) => insertUnits(client, RECORD_TARGET, recordUnits(changes), 'JSONEachRow'),
    deadLetters: (letters) => insertUnits(client, DEAD_LETTER_TARGET, deadLetterUnits(letters)),
    aside: (changes) => insertUnits(client, UNLINKED_TARGET, asideUnits(changes)),
    drafts: (drafts) => insertUnits(client, DRAFT_TARGET, draftUnits(drafts)),
    supersededDrafts: (drafts) => insertUnits(client, DRAFT_TARGET, supersededDraftUnits(drafts)),
    linkedEvents: (changes) => insertUnits(client, LINKED_EVENT_TARGET, linkedEventUnits(changes)),
    dealKeys: (keys, { deleted }) => insertUnits(client, DEAL_KEY_TARGET, dealKeyUnits(keys, deleted)),
    directory: (rows) => insertUnits(client, DIRECTORY_TARGET, directoryUnits(rows)),
  };
}
