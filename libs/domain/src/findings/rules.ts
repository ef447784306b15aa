import { approvalGap } from './alignment/approval-gap.js';
import { fitUnassessed } from './alignment/fit-unassessed.js';
import { noBusinessCase } from './alignment/no-business-case.js';
import { noEconomicBuyer } from './alignment/no-economic-buyer.js';
import { poorFit } from './alignment/poor-fit.js';
import { prematureClose } from './alignment/premature-close.js';
import { processUndefined } from './alignment/process-undefined.js';
import { readyButUnasked } from './alignment/ready-but-unasked.js';
import { sellerAhead } from './alignment/seller-ahead.js';
import { sellerBehind } from './alignment/seller-behind.js';
import { singleThreaded } from './alignment/single-threaded.js';
import { stakeholderOpposed } from './alignment/stakeholder-opposed.js';
import { untiedBusinessCase } from './alignment/untied-business-case.js';
import { windowClosing } from './alignment/window-closing.js';
import { windowMissed } from './alignment/window-missed.js';
import type { FindingRule } from './rule.js';
import { closeDatePassed } from './stall/close-date-passed.js';
import { closeDateSlipping } from './stall/close-date-slipping.js';
import { disconnected } from './stall/disconnected.js';
import { idleMeeting } from './stall/idle-meeting.js';
import { nextStepOverdue } from './stall/next-step-overdue.js';
import { noNextStep } from './stall/no-next-step.js';
import { stageRegressed } from './stall/stage-regressed.js';
import { stalled } from './stall/stalled.js';
import { adoptionLow } from './success/adoption-low.js';
import { burnedCustomer } from './success/burned-customer.js';
import { customerForgotten } from './success/customer-forgotten.js';
import { escalationOpen } from './success/escalation-open.js';
import { expansionReady } from './success/expansion-ready.js';
import { implementationLate } from './success/implementation-late.js';
import { noExpectedOutcome } from './success/no-expected-outcome.js';
import { outcomeBehind } from './success/outcome-behind.js';
import { outcomeUnmeasured } from './success/outcome-unmeasured.js';
import { referenceUnasked } from './success/reference-unasked.js';
import { renewalAtRisk } from './success/renewal-at-risk.js';
import { satisfactionLow } from './success/satisfaction-low.js';

/** The rule of every kind, in the order in which findings are listed: by family, then kind. */
export const findingRules: readonly FindingRule[] = [
  closeDatePassed,
  closeDateSlipping,
  disconnected,
  idleMeeting,
  nextStepOverdue,
  noNextStep,
  stageRegressed,
  stalled,
  approvalGap,
  fitUnassessed,
  noBusinessCase,
  noEconomicBuyer,
  poorFit,
  prematureClose,
  processUndefined,
  readyButUnasked,
  sellerAhead,
  sellerBehind,
  singleThreaded,
  stakeholderOpposed,
  untiedBusinessCase,
  windowClosing,
  windowMissed,
  adoptionLow,
  burnedCustomer,
  customerForgotten,
  escalationOpen,
  expansionReady,
  implementationLate,
  noExpectedOutcome,
  outcomeBehind,
  outcomeUnmeasured,
  referenceUnasked,
  renewalAtRisk,
  satisfactionLow,
];
