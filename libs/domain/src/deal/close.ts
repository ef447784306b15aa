import type { CloseEvent } from '../events/domain-event.js';
import type { Ask, Deal } from './deal.js';
import { contacted, progressed } from './progress.js';

export function evolveClose(deal: Deal, event: CloseEvent): void {
  if (event.type === 'close.asked') {
    const forOrder = event.data.for === 'order';
    const ask: Ask = { at: event.time, by: event, forOrder, position: deal.position, readyAt: undefined };
    deal.asks.push(ask);
    if (forOrder) deal.firstOrderAsk ??= ask;
    return;
  }
  deal.unsettledAnswer = event;
  contacted(deal, event);
  if (event.data.answer === 'yes') progressed(deal, event);
}

/** An answer is to the latest ask of either kind, also of the same instant; of several answers the latest counts. */
export function settleClose(deal: Deal): void {
  const answer = deal.unsettledAnswer;
  if (answer === undefined) return;
  deal.unsettledAnswer = undefined;
  const ask = deal.asks.at(-1);
  if (ask !== undefined) ask.answer = { word: answer.data.answer, by: answer };
}

/** The latest ask for the order in this run. */
export function latestOrderAsk(deal: Deal): Ask | undefined {
  return deal.asks.findLast((ask) => ask.forOrder);
}
