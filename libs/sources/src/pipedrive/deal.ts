import type { Instant } from '#domain/time/instant.js';
import { type Findings, nothingFound } from '../native/conclude.js';
import { closedAs } from '../native/mapping.js';
import { factsOfRules } from '../native/rule-facts.js';
import { readMoment } from '../native/rule-values.js';
import { applyRules } from '../native/rules.js';
import { fieldOf, type JsonObject } from '../native/values.js';
import { type Standing, standingBefore, standingOf } from './deal-stage.js';
import { hasChanged, ruleSubject } from './fields.js';
import type { Notice, Reading } from './notice.js';
import type { Data, Told } from './told.js';

/** What a notice says of a deal. */
export function readDeal(notice: Notice, reading: Reading): Findings {
  const { mapping } = reading;
  switch (notice.action) {
    case 'create':
      return withRules(notice, reading, (data) => tellCreated(notice, data, reading));
    case 'change':
      // Without the old values nothing is known to have changed.
      if (notice.previous === undefined) return nothingFound;
      return withRules(notice, reading, (data) => tellChanged(notice, data, reading));
    case 'delete': {
      const into = notice.mergedTo;
      if (into === undefined) return found(notice, reading, [{ type: 'deal.removed', data: {} }]);
      return found(notice, reading, [{ type: 'deal.merged', data: { into: mapping.dealIdPrefix + into } }]);
    }
    default:
      return nothingFound;
  }
}

interface TimedTold extends Told {
  /** None: the notice's. */
  readonly time?: Instant;
}

function withRules(
  notice: Notice,
  reading: Reading,
  tell: (data: JsonObject) => readonly TimedTold[],
): Findings {
  const { mapping, reasons } = reading;
  if (notice.data === undefined) {
    reasons.add('data', 'the deal', undefined);
    return nothingFound;
  }
  const own = tell(notice.data);
  const { events, set } = applyRules(ruleSubject('deal', notice), mapping, reasons);
  return found(notice, reading, [
    ...own.map((told) => ({ ...told, data: { ...told.data, ...set } })),
    ...events,
  ]);
}

function found(notice: Notice, { source, mapping }: Reading, told: readonly TimedTold[]): Findings {
  const { id, time } = notice;
  const deals = [mapping.dealIdPrefix + id];
  return { facts: factsOfRules(told, { source, object: id, time, deals }, mapping), time };
}

function tellCreated(notice: Notice, data: JsonObject, reading: Reading): readonly TimedTold[] {
  const { reasons } = reading;
  const standing = standingOf(notice, reading);
  const added = readMoment(reasons, 'data.add_time', fieldOf(data, 'add_time'), 'UTC');
  const name = reasons.text('data.title', fieldOf(data, 'title')) ?? notice.id;
  const owner = reasons.id('data.owner_id', fieldOf(data, 'owner_id'));
  const closeDate = reasons.date('data.expected_close_date', fieldOf(data, 'expected_close_date'));
  const { amount, currency } = readMoney(data, reading);
  const opened: TimedTold = {
    type: 'deal.opened',
    ...(added === undefined ? {} : { time: Math.min(added, notice.time ?? added) }),
    data: {
      name,
      ...readPlace(data, reading, ['org_id', 'pipeline_id']),
      ...(owner === undefined ? {} : { owner: { id: owner } }),
      ...(standing.stage === undefined ? {} : { stage: standing.stage }),
      ...(amount === null ? {} : { amount }),
      ...(currency === undefined ? {} : { currency }),
      ...(closeDate === undefined ? {} : { close_date: closeDate }),
    },
  };
  const ending: readonly Told[] =
    standing.status === 'deleted'
      ? [{ type: 'deal.removed', data: {} }]
      : tellClosed(standing, data, reading);
  return [opened, ...ending];
}

function tellChanged(notice: Notice, data: JsonObject, reading: Reading): readonly Told[] {
  const { reasons } = reading;
  const changed = (name: string): boolean => hasChanged(notice, name);
  const told: Told[] = [];
  if (changed('stage_id') || changed('status')) told.push(...tellStanding(notice, data, reading));
  if (changed('value') || changed('currency')) {
    const { amount, currency } = readMoney(data, reading);
    told.push({
      type: 'deal.amount_changed',
      data: { amount, ...(currency === undefined ? {} : { currency }) },
    });
  }
  if (changed('expected_close_date')) {
    const read = (of: 'data' | 'previous'): string | undefined =>
      reasons.date(`${of}.expected_close_date`, fieldOf(notice[of], 'expected_close_date'));
    const from = read('previous');
    const to = read('data') ?? null;
    told.push({ type: 'deal.close_date_changed', data: { ...(from === undefined ? {} : { from }), to } });
  }
  if (changed('owner_id')) {
    const id = reasons.id('data.owner_id', fieldOf(data, 'owner_id'));
    if (id !== undefined) told.push({ type: 'deal.owner_changed', data: { owner: { id } } });
  }
  const described = readPlace(data, reading, ['title', 'org_id', 'pipeline_id'].filter(changed));
  if (Object.keys(described).length > 0) told.push({ type: 'deal.described', data: described });
  return told;
}

/**
 * What a new stage or status says. A stage of the mapping's lists closes the deal whatever its status says, and the
 * status has no say while it stands there; back to open is told by the reopening alone.
 */
function tellStanding(notice: Notice, data: JsonObject, reading: Reading): readonly Told[] {
  const { mapping, reasons } = reading;
  const now = standingOf(notice, reading);
  const before = standingBefore(notice, now, reading);
  const told: Told[] = [];
  const deleted = now.status === 'deleted';
  const restored = before.status === 'deleted' && !deleted;
  if (deleted && before.status !== 'deleted') told.push({ type: 'deal.removed', data: {} });
  if (restored) told.push({ type: 'deal.restored', data: {} });
  // Whether it stood closed when it was deleted the notice doesn't say.
  const reopened = !deleted && !restored && before.closed !== undefined && now.closed === undefined;
  if (reopened) {
    const stage = reasons.requiredId('data.stage_id', fieldOf(data, 'stage_id'));
    return stage === undefined ? told : [...told, { type: 'deal.reopened', data: { stage } }];
  }
  const moved = hasChanged(notice, 'stage_id') && now.stage !== undefined;
  const listed = now.stage !== undefined && closedAs(now.stage, mapping, {}) !== undefined;
  if (moved && !listed) {
    const from = before.stage === undefined ? {} : { from: before.stage };
    told.push({ type: 'deal.stage_changed', data: { ...from, to: now.stage } });
  }
  const closes = (moved && listed) || (!restored && now.closed !== before.closed);
  return closes ? [...told, ...tellClosed(now, data, reading)] : told;
}

function tellClosed({ closed }: Standing, data: JsonObject, reading: Reading): readonly Told[] {
  switch (closed) {
    case undefined:
      return [];
    case 'won': {
      const { amount, currency } = readMoney(data, reading);
      const value = amount === null ? {} : { amount };
      return [{ type: 'deal.won', data: { ...value, ...(currency === undefined ? {} : { currency }) } }];
    }
    case 'lost':
    case 'walked_away': {
      const reason = reading.reasons.text('data.lost_reason', fieldOf(data, 'lost_reason'));
      return [{ type: `deal.${closed}`, data: reason === undefined ? {} : { reason } }];
    }
  }
}

function readMoney(data: JsonObject, { mapping, reasons }: Reading) {
  const amount = reasons.number('data.value', fieldOf(data, 'value')) ?? null;
  const currency = reasons.text('data.currency', fieldOf(data, 'currency')) ?? mapping.currency;
  return { amount, currency };
}

/** What the deal is called, whose it is and in which pipeline: of these fields, those that have a value. */
function readPlace(data: JsonObject, { reasons }: Reading, names: readonly string[]): Data {
  const name = names.includes('title') ? reasons.text('data.title', fieldOf(data, 'title')) : undefined;
  const account = names.includes('org_id') ? reasons.id('data.org_id', fieldOf(data, 'org_id')) : undefined;
  const pipeline = names.includes('pipeline_id')
    ? reasons.id('data.pipeline_id', fieldOf(data, 'pipeline_id'))
    : undefined;
  return {
    ...(name === undefined ? {} : { name }),
    ...(account === undefined ? {} : { account: { id: account } }),
    ...(pipeline === undefined ? {} : { pipeline }),
  };
}
