import { type ClosedAs, closedAs } from '../native/mapping.js';
import { fieldOf, Reasons } from '../native/values.js';
import { hasChanged } from './fields.js';
import type { Notice, Reading } from './notice.js';

/** Where a deal stands. */
export interface Standing {
  readonly stage: string | undefined;
  /** `open`, `won`, `lost`, `deleted`. */
  readonly status: string | undefined;
  /** As what it is closed: by the mapping's lists of stages, and where they don't know the stage, by the status. */
  readonly closed: ClosedAs | undefined;
}

export function standingOf(notice: Notice, { mapping, reasons }: Reading): Standing {
  const stage = reasons.id('data.stage_id', fieldOf(notice.data, 'stage_id'));
  const status = readStatus('data.status', fieldOf(notice.data, 'status'), reasons);
  return { stage, status, closed: closedBy(stage, status, mapping) };
}

/** Where the deal stood before a change. What can't be read of it is as it is now: only what is now must be sound. */
export function standingBefore(notice: Notice, now: Standing, { mapping, reasons }: Reading): Standing {
  const { previous } = notice;
  const stage = hasChanged(notice, 'stage_id')
    ? reasons.id('previous.stage_id', fieldOf(previous, 'stage_id'))
    : now.stage;
  const status = hasChanged(notice, 'status')
    ? readStatus('previous.status', fieldOf(previous, 'status'), new Reasons())
    : now.status;
  return { stage, status, closed: closedBy(stage, status, mapping) };
}

function readStatus(path: string, value: unknown, reasons: Reasons): string | undefined {
  return reasons.text(path, value)?.trim().toLowerCase();
}

function closedBy(
  stage: string | undefined,
  status: string | undefined,
  mapping: Reading['mapping'],
): ClosedAs | undefined {
  const listed = stage === undefined ? undefined : closedAs(stage, mapping, {});
  if (listed !== undefined) return listed;
  return status === 'won' || status === 'lost' ? status : undefined;
}
