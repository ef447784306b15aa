import { laterInPhase, tell, type Sale } from './sale.js';
import { walkAway } from './closing.js';

const POOR = 0.5;

function assess(sale: Sale): number {
  const { rng, customer } = sale;
  // A seller sees the fit through a glass: near the truth, not at it.
  const seen = Math.min(1, Math.max(0, customer.fit + 0.05 * rng.normal()));
  const score = Math.round(seen * 100) / 100;
  tell(sale, 'fit.assessed', {
    score,
    ...(rng.chance(0.5) ? { criteria: ['use case', 'size', 'systems'] } : {}),
  });
  return score;
}

/** Whether the deal is worth the customer's while is looked at early, by most. */
export function planFit(sale: Sale): void {
  const { rng, traits } = sale;
  if (!rng.chance(traits.assessesFit)) return;
  laterInPhase(sale, rng.whole(3, 14), 'Europe/Berlin', () => {
    const score = assess(sale);
    if (score < POOR && rng.chance(traits.walksAway)) {
      laterInPhase(sale, rng.whole(6, 40), 'Europe/Berlin', () => {
        walkAway(sale);
      });
    } else if (rng.chance(0.2)) {
      laterInPhase(sale, rng.whole(20, 50), 'Europe/Berlin', () => {
        assess(sale);
      });
    }
  });
}
