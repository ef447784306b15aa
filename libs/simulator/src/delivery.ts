import { formatInstant, type DayNumber } from '#domain/time/instant.js';
import { bookReview } from './meetings.js';
import { receive, send } from './messages.js';
import { later, newId, tell, type Sale } from './sale.js';
import { churnReasons, implementationSteps, outcomes } from './words.js';
import { instantAt, workdaysAfter } from './working-time.js';

/** Working days in a year, more or less. */
const YEAR = 252;

/** What became of what was sold. */
interface Success {
  /** What is achieved of what was expected, 0 to about 1.3: fit decides most of it. */
  readonly attainment: number;
  measuredWell: boolean;
  escalated: boolean;
  satisfied: boolean | undefined;
}

/** The end of the working day, as due dates have it. */
function endOfDay(sale: Sale, day: DayNumber): string {
  return formatInstant(instantAt(day, sale.account.zone, 17 * 60));
}

/** What happens at the customer some working days after now. */
function then(sale: Sale, workdays: number, happens: () => void): void {
  later(sale, workdays, sale.account.zone, happens);
}

function implement(sale: Sale, success: Success): void {
  const { rng } = sale;
  const lateness = Math.max(0, 1.1 - success.attainment);
  let due = 0;
  for (const name of implementationSteps) {
    due += rng.whole(8, 18);
    const id = newId(sale, 'milestone');
    const planned = due;
    const delay = rng.chance(0.2 + 0.5 * lateness)
      ? rng.whole(3, 10 + Math.round(40 * lateness))
      : -rng.whole(0, 3);
    then(sale, rng.whole(1, 5), () => {
      tell(sale, 'implementation.milestone_planned', {
        milestone_id: id,
        name,
        due_at: endOfDay(sale, workdaysAfter(sale.day, planned)),
      });
      then(sale, Math.max(1, planned + delay), () => {
        tell(sale, 'implementation.milestone_reached', { milestone_id: id });
      });
    });
  }
}

function measure(
  sale: Sale,
  success: Success,
  id: string,
  baseline: number,
  target: number,
  share: number,
): void {
  const attained = success.attainment * share * sale.rng.between(0.94, 1.06);
  const value = Math.round((baseline + attained * (target - baseline)) * 10) / 10;
  tell(sale, 'outcome.measured', { outcome_id: id, value });
  if (share === 1) success.measuredWell = (value - baseline) / (target - baseline) >= 1;
}

function agreeOutcomes(sale: Sale, success: Success): void {
  const { rng, traits } = sale;
  const inTime = rng.chance(traits.agreesOutcomes);
  if (!inTime && rng.chance(0.4)) return;
  for (const [name, unit, baseline, target] of rng.shuffled(outcomes).slice(0, rng.whole(1, 2))) {
    const id = newId(sale, 'outcome');
    const due = rng.whole(45, 95);
    then(sale, inTime ? rng.whole(0, 7) : rng.whole(14, 40), () => {
      tell(sale, 'outcome.expected', {
        outcome_id: id,
        name,
        unit,
        ...(baseline === 0 ? {} : { baseline }),
        target,
        due_at: endOfDay(sale, workdaysAfter(sale.day, due)),
      });
      then(sale, Math.round(due / 2), () => {
        measure(sale, success, id, baseline, target, 0.6);
      });
      const delay = rng.chance(0.12) ? rng.whole(10, 30) : -rng.whole(1, 4);
      then(sale, due + delay, () => {
        measure(sale, success, id, baseline, target, 1);
        afterMeasure(sale, success);
      });
    });
  }
}

/** What was achieved decides what is said of the seller afterwards. */
function afterMeasure(sale: Sale, success: Success): void {
  const { rng } = sale;
  then(sale, rng.whole(3, 20), () => {
    const glad = success.measuredWell && success.satisfied !== false;
    if (!rng.chance(glad ? 0.75 : 0.12)) return;
    tell(sale, 'reference.asked', {});
    then(sale, rng.whole(2, 10), () => {
      if (rng.chance(0.2)) return;
      if (!rng.chance(glad ? 0.9 : 0.15)) {
        tell(sale, 'reference.declined', {});
        return;
      }
      tell(sale, 'reference.given', {});
      if (rng.chance(0.55)) expand(sale);
    });
  });
}

/** It starts again. */
function expand(sale: Sale): void {
  then(sale, sale.rng.whole(5, 40), () => {
    if (sale.expansions.length > 0) return;
    const id = `${sale.id}-x`;
    tell(sale, 'expansion.opened', { deal_id: id });
    sale.expansions.push({ id, day: sale.day });
  });
}

function watchAdoption(sale: Sale, success: Success): void {
  const { rng, crm } = sale;
  const licensed = Math.max(5, Math.round(crm.amount / 900));
  const month = (n: number): void => {
    then(sale, n === 1 ? rng.whole(30, 45) : rng.whole(20, 23), () => {
      const share = Math.min(
        1,
        (0.35 + 0.5 * success.attainment) * Math.min(1, 0.6 + 0.15 * n) * rng.between(0.92, 1.06),
      );
      tell(sale, 'adoption.measured', { active: Math.round(licensed * share), licensed });
      month(n + 1);
    });
  };
  month(1);
}

function survey(sale: Sale, success: Success): void {
  const { rng } = sale;
  const silence = sale.day - sale.lastContact > 45 ? 0.12 : 0;
  const mood = Math.min(1, 0.25 + 0.65 * success.attainment - silence - (success.escalated ? 0.08 : 0));
  const seen = Math.min(1, Math.max(0, mood + 0.07 * rng.normal()));
  const nps = rng.chance(0.7);
  const score = nps ? Math.round(seen * 11) : Math.round(1 + seen * 4.6);
  success.satisfied = nps ? score > 6 : score > 3;
  tell(
    sale,
    'satisfaction.surveyed',
    nps ? { kind: 'nps', score: Math.min(10, score) } : { kind: 'csat', score: Math.min(5, score) },
  );
}

function escalate(sale: Sale, success: Success): void {
  const { rng } = sale;
  success.escalated = true;
  const id = newId(sale, 'escalation');
  tell(sale, 'escalation.raised', { escalation_id: id, severity: rng.pick(['low', 'medium', 'high']) });
  receive(sale);
  then(sale, rng.chance(0.7) ? rng.whole(1, 6) : rng.whole(8, 40), () => {
    tell(sale, 'escalation.resolved', { escalation_id: id });
  });
}

function renew(sale: Sale, success: Success): void {
  const { rng, crm, account } = sale;
  const term = account.segment === 'smb' && rng.chance(0.5) ? YEAR / 2 : YEAR;
  const day = workdaysAfter(sale.day, term);
  tell(sale, 'renewal.scheduled', {
    renews_at: endOfDay(sale, day),
    ...(rng.chance(0.8) ? { amount: crm.amount, currency: crm.currency } : {}),
  });
  then(sale, term - rng.whole(1, 12), () => {
    if (rng.chance(Math.min(0.96, 0.15 + 0.85 * success.attainment))) {
      tell(sale, 'renewal.completed', {});
      renew(sale, success);
    } else churn(sale);
  });
}

function churn(sale: Sale): void {
  tell(sale, 'customer.churned', { reason: sale.rng.pick(churnReasons) });
  sale.phase = 'over';
  // Whatever was still to come of this order is not coming any more.
  sale.agenda.clear();
}

/** Staying in touch, or not. */
function stayInTouch(sale: Sale): void {
  const { rng, traits } = sale;
  then(sale, rng.whole(...traits.afterSaleContact), () => {
    if (rng.chance(0.45)) bookReview(sale, rng.whole(2, 6));
    else {
      send(sale);
      then(sale, rng.whole(0, 3), () => {
        if (rng.chance(0.85)) receive(sale);
      });
    }
    stayInTouch(sale);
  });
}

/** Sets going all that follows an order. */
export function deliver(sale: Sale): void {
  const { rng, customer } = sale;
  const attainment = Math.min(
    1.35,
    Math.max(0.05, -0.2 + 1.55 * customer.fit + (customer.caseTied ? 0.06 : -0.06) + 0.15 * rng.normal()),
  );
  const success: Success = { attainment, measuredWell: false, escalated: false, satisfied: undefined };
  renew(sale, success);
  implement(sale, success);
  agreeOutcomes(sale, success);
  watchAdoption(sale, success);
  stayInTouch(sale);
  for (const [from, to] of [
    [40, 60],
    [110, 140],
    [200, 220],
  ] as const) {
    then(sale, rng.whole(from, to), () => {
      survey(sale, success);
    });
  }
  if (rng.chance(Math.max(0.06, 0.95 - 0.75 * attainment))) {
    then(sale, rng.whole(15, 120), () => {
      escalate(sale, success);
    });
  }
  if (rng.chance(Math.max(0.04, 0.6 - 0.6 * attainment))) {
    then(sale, rng.whole(60, 140), () => {
      churn(sale);
    });
  }
}
