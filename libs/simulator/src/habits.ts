import type { Habit } from './owners.js';

/** What a habit comes to in what somebody does. Shares are 0 to 1, spans are working days [from, to]. */
export interface Traits {
  /** Share of customer meetings that end on an agreed next step. */
  readonly agreesNextStep: number;
  /** Share of customer meetings in which the following one is booked before people part. */
  readonly booksFollowUp: number;
  /** Internal meetings a working day, and the share of them that ends on a next step. */
  readonly internalMeetings: number;
  readonly internalNextStep: number;
  /** How long it takes to come back to the customer when nothing was agreed. */
  readonly comesBackAfter: readonly [number, number];
  /** How many of the customer's people are invited to a meeting. */
  readonly invites: readonly [number, number];
  /** Share of deals in which the seller helps the customer to organise: who decides, by which process. */
  readonly organises: number;
  /** Share of deals in which those who decide and approve are found and met in time. */
  readonly meetsDeciders: number;
  /** Share of business cases that the seller builds with the customer, and of those, the share tied to objectives. */
  readonly buildsCase: number;
  readonly tiesCase: number;
  /** What moves the stage: where the customer is, or the seller's own calendar. */
  readonly stagesFollow: 'customer' | 'calendar';
  /** How long the stage lags behind the customer; or for the calendar, how long a stage takes. */
  readonly stageTakes: readonly [number, number];
  /** When the order is asked for. */
  readonly asks: 'when_ready' | 'too_early' | 'never';
  /** How long after the customer became ready. */
  readonly asksAfter: readonly [number, number];
  /** Share of the next steps that are done when due. */
  readonly keepsSteps: number;
  /** Mean fit of the deals that are taken on, and the share of poor ones that are walked away from. */
  readonly takesFit: number;
  readonly walksAway: number;
  readonly assessesFit: number;
  /** The first close date, as a multiple of what the customer's journey takes; and the length of a slip, in days. */
  readonly dateOptimism: number;
  readonly slipsBy: readonly [number, number];
  /** Share of close dates that are moved before they pass. */
  readonly keepsDates: number;
  /** How long a silent customer is chased before the deal is given up. */
  readonly patience: readonly [number, number];
  /** How long between contacts after the order, and the share of orders after which outcomes are agreed in time. */
  readonly afterSaleContact: readonly [number, number];
  readonly agreesOutcomes: number;
}

const solid: Traits = {
  agreesNextStep: 0.74,
  booksFollowUp: 0.38,
  internalMeetings: 0.012,
  internalNextStep: 0.75,
  comesBackAfter: [3, 7],
  invites: [2, 3],
  organises: 0.88,
  meetsDeciders: 0.82,
  buildsCase: 0.85,
  tiesCase: 0.95,
  stagesFollow: 'customer',
  stageTakes: [0, 3],
  asks: 'when_ready',
  asksAfter: [0, 6],
  keepsSteps: 0.8,
  takesFit: 0.7,
  walksAway: 0.55,
  assessesFit: 0.95,
  dateOptimism: 0.905,
  slipsBy: [21, 45],
  keepsDates: 0.95,
  patience: [33, 54],
  afterSaleContact: [8, 18],
  agreesOutcomes: 0.92,
};

export const habits: Readonly<Record<Habit, Traits>> = {
  solid,
  closes_on_next_step: {
    ...solid,
    agreesNextStep: 0.96,
    booksFollowUp: 0.7,
    internalNextStep: 0.95,
    keepsSteps: 0.88,
  },
  talks_idly: {
    ...solid,
    agreesNextStep: 0.25,
    booksFollowUp: 0.08,
    internalMeetings: 0.06,
    internalNextStep: 0.12,
    comesBackAfter: [6, 11],
    invites: [1, 2],
    organises: 0.5,
    meetsDeciders: 0.55,
    buildsCase: 0.5,
    stageTakes: [3, 10],
    asksAfter: [3, 9],
    keepsSteps: 0.65,
    keepsDates: 0.6,
    afterSaleContact: [12, 24],
    agreesOutcomes: 0.75,
  },
  asks_too_early: {
    ...solid,
    agreesNextStep: 0.65,
    booksFollowUp: 0.3,
    stagesFollow: 'calendar',
    stageTakes: [7, 13],
    asks: 'too_early',
    meetsDeciders: 0.7,
    dateOptimism: 0.905,
  },
  never_asks: {
    ...solid,
    agreesNextStep: 0.75,
    stageTakes: [1, 5],
    asks: 'never',
    asksAfter: [12, 25],
  },
  sells_misfits: {
    ...solid,
    agreesNextStep: 0.65,
    booksFollowUp: 0.35,
    stagesFollow: 'calendar',
    stageTakes: [9, 16],
    takesFit: 0.4,
    walksAway: 0.03,
    assessesFit: 0.8,
    tiesCase: 0.5,
    agreesOutcomes: 0.85,
  },
  forgets_the_customer: {
    ...solid,
    afterSaleContact: [70, 140],
    agreesOutcomes: 0.5,
  },
  slips_dates: {
    ...solid,
    agreesNextStep: 0.6,
    keepsSteps: 0.55,
    asksAfter: [2, 8],
    dateOptimism: 0.52,
    slipsBy: [10, 24],
  },
};
