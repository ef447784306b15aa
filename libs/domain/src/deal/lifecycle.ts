import type { DealEvent, DomainEvent, EventOf } from '../events/domain-event.js';
import type { RuleBook, Rules } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';
import type { Deal, Lifecycle } from './deal.js';
import { dateOrLocalDate, instantOrEndOfDay } from './instants.js';
import { progressed } from './progress.js';

/** Folds the events of the deal itself. Those before its opening are void, and so is a second opening. */
export function evolveLifecycle(deal: Deal, event: DealEvent, book: RuleBook): void {
  if (event.type === 'deal.opened') {
    if (deal.opening === undefined) open(deal, event, book);
    return;
  }
  if (deal.opening === undefined) return;
  const rules = book.forPipeline(deal.pipeline);
  switch (event.type) {
    case 'deal.described':
      describe(deal, event, book);
      break;
    case 'deal.stage_changed':
      changeStage(deal, event.data.to, event, rules);
      break;
    case 'deal.amount_changed':
      changeAmount(deal, event.data.amount, event.data.currency);
      break;
    case 'deal.close_date_changed':
      changeCloseDate(deal, event, rules);
      break;
    case 'deal.owner_changed':
      deal.owner = event.data.owner;
      break;
    case 'deal.paused':
      pause(deal, event, rules);
      break;
    case 'deal.resumed':
      endPause(deal, event.time);
      break;
    case 'deal.won':
      changeAmount(deal, event.data.amount ?? deal.amount, event.data.currency);
      if (deal.lifecycle !== 'won') deal.won = { at: event.time, by: event };
      close(deal, 'won', event);
      break;
    case 'deal.lost':
    case 'deal.walked_away':
      close(deal, event.type === 'deal.lost' ? 'lost' : 'walked_away', event);
      break;
    case 'deal.reopened':
      reopen(deal, event, rules);
      break;
    case 'deal.removed':
      deal.removed = true;
      break;
    case 'deal.restored':
      deal.removed = false;
      break;
    case 'deal.merged':
      deal.mergedInto ??= event.data.into;
      break;
    case 'deal.history_gap':
      deal.historyGap = true;
      break;
  }
}

function open(deal: Deal, event: EventOf<'deal.opened'>, book: RuleBook): void {
  const { data } = event;
  const rules = book.forPipeline(data.pipeline ?? 'default');
  deal.opening = event;
  deal.run = { at: event.time, by: event };
  deal.lifecycleBy = event;
  progressed(deal, event);
  deal.name = data.name;
  deal.account = data.account ?? undefined;
  deal.owner = data.owner ?? undefined;
  deal.pipeline = data.pipeline ?? 'default';
  deal.segment = data.segment ?? null;
  changeAmount(deal, data.amount, data.currency);
  if (typeof data.close_date === 'string') {
    deal.closeDate = { day: dateOrLocalDate(data.close_date, rules.calendar), by: event };
  }
  if (typeof data.stage === 'string') enterStage(deal, data.stage, event, rules);
}

function describe(deal: Deal, event: EventOf<'deal.described'>, book: RuleBook): void {
  const { name, account, pipeline, segment } = event.data;
  deal.name = name ?? deal.name;
  deal.account = account ?? deal.account;
  deal.segment = segment ?? deal.segment;
  if (typeof pipeline !== 'string' || pipeline === deal.pipeline) return;
  deal.pipeline = pipeline;
  // Another pipeline may know the stage under another order; that is no progress.
  deal.stagePolicy = deal.stage === null ? undefined : book.forPipeline(pipeline).stage(deal.stage);
}

function changeStage(deal: Deal, stage: string, event: DomainEvent, rules: Rules): void {
  // The same stage told again changes nothing: it is the first event that put the deal there.
  if (stage === deal.stage) return;
  enterStage(deal, stage, event, rules);
  deal.stageTouched = true;
}

function enterStage(deal: Deal, stage: string, event: DomainEvent, rules: Rules): void {
  const known = rules.stage(stage);
  leaveStage(deal, event.time, known?.order);
  deal.stays.push({
    stage,
    order: known?.order ?? null,
    enteredAt: event.time,
    leftAt: null,
    movedForward: false,
  });
  deal.stage = stage;
  deal.stagePolicy = known;
  deal.stageBy = event;
}

/** A stage higher than any of the run before is progress; the first known one of a run is not (fine print 20). */
export function settleStage(deal: Deal): void {
  const { stagePolicy: stage, stageBy: by, highestStage: highest, stageTouched } = deal;
  deal.stageTouched = false;
  if (stage === undefined || by === undefined || (highest !== undefined && stage.order <= highest.order))
    return;
  deal.highestStage = { order: stage.order, by };
  if (highest !== undefined && stageTouched) progressed(deal, by);
}

function leaveStage(deal: Deal, at: Instant, forOrder: number | undefined): void {
  const stay = deal.stays.at(-1);
  if (stay?.leftAt !== null) return;
  stay.leftAt = at;
  stay.movedForward = stay.order !== null && forOrder !== undefined && forOrder > stay.order;
}

function changeAmount(
  deal: Deal,
  amount: number | null | undefined,
  currency: string | null | undefined,
): void {
  deal.amount = amount ?? null;
  deal.currency = currency ?? deal.currency;
}

function changeCloseDate(deal: Deal, event: EventOf<'deal.close_date_changed'>, rules: Rules): void {
  const { from, to } = event.data;
  const before =
    from === undefined
      ? deal.closeDate?.day
      : from === null
        ? undefined
        : dateOrLocalDate(from, rules.calendar);
  if (typeof to !== 'string') {
    deal.closeDate = undefined;
    return;
  }
  const day = dateOrLocalDate(to, rules.calendar);
  if (before !== undefined && day > before)
    deal.slips.push({ at: event.time, by: event, days: day - before });
  if (deal.closeDate?.day !== day) deal.closeDate = { day, by: event };
}

function pause(deal: Deal, event: EventOf<'deal.paused'>, rules: Rules): void {
  const { until } = event.data;
  const to = typeof until === 'string' ? instantOrEndOfDay(until, rules.calendar) : Number.POSITIVE_INFINITY;
  if (to <= event.time) return;
  endPause(deal, event.time);
  deal.pauses.push({ from: event.time, to });
  deal.pausedBy = event;
}

function endPause(deal: Deal, at: Instant): void {
  const latest = deal.pauses.at(-1);
  if (latest === undefined || latest.to <= at) return;
  deal.pauses.pop();
  if (latest.from < at) deal.pauses.push({ from: latest.from, to: at });
}

function close(deal: Deal, lifecycle: Lifecycle, event: DomainEvent): void {
  deal.lifecycle = lifecycle;
  deal.lifecycleBy = event;
  endPause(deal, event.time);
  leaveStage(deal, event.time, lifecycle === 'won' ? Number.POSITIVE_INFINITY : undefined);
}

/** Starts a new run: what the customer did stands, what belonged to the old run does not (fine print 14). */
function reopen(deal: Deal, event: EventOf<'deal.reopened'>, rules: Rules): void {
  deal.lifecycle = 'open';
  deal.lifecycleBy = event;
  deal.run = { at: event.time, by: event };
  deal.won = undefined;
  deal.churnedAt = undefined;
  endPause(deal, event.time);
  deal.window = undefined;
  deal.asks = [];
  deal.slips = [];
  for (const step of deal.steps.values()) {
    if (step.state !== 'open') continue;
    step.state = 'lapsed';
    step.closedAt = event.time;
    step.lastBy = event;
  }
  deal.aheadTouched = true;
  deal.highestStage = undefined;
  enterStage(deal, event.data.stage, event, rules);
  progressed(deal, event);
}

/** The pause that an instant lies in; its `to` is Infinity where no end is known. */
export function pauseAt(
  deal: Deal,
  at: Instant,
): { readonly from: Instant; readonly to: Instant } | undefined {
  const latest = deal.pauses.at(-1);
  return latest !== undefined && latest.from <= at && at < latest.to ? latest : undefined;
}
