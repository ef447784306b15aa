import { closedStages } from './opportunities.js';

/** What the custom stages and fields of the simulated organisation's Salesforce mean, as a mapping file says it. */
export const simulatedSalesforceMapping = {
  stages: {
    won: [closedStages.won],
    lost: [closedStages.lost],
    walked_away: [closedStages.walkedAway],
  },
  rules: [
    { object: 'Task', field: 'Mutual__c', equals: true, set: { mutual: true } },
    { object: 'Task', field: 'Owner_Side__c', equals: 'customer', set: { owner_side: 'customer' } },
    { object: 'Task', field: 'Owner_Side__c', equals: 'both', set: { owner_side: 'both' } },
    {
      object: 'Opportunity',
      field: 'Segment__c',
      emit: 'deal.described',
      data: { segment: { field: 'Segment__c' } },
    },
  ],
} as const;
