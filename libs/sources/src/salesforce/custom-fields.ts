import { applyRules } from '../native/rules.js';
import { fieldAt } from '../native/values.js';
import type { Json } from '../translation.js';
import { idIn, type Reading, type Told } from './reading.js';
import { OPPORTUNITY, relatedTo } from './references.js';

/** What the mapping's rules make of a record's fields. */
export interface RuleFindings {
  readonly events: readonly Told[];
  /** Over the data of what the standard fields tell. */
  readonly set: Readonly<Record<string, Json>>;
}

export function readRuleEvents(id: string, reading: Reading): RuleFindings {
  const { event, changed, mapping, reasons } = reading;
  const { entity, changeType, fields } = event;
  // A deal that comes back says nothing but that: what its fields tell was told before.
  const isRestored = entity === 'Opportunity' && changeType === 'UNDELETE';
  if (mapping.rules.length === 0 || isRestored) return { events: [], set: {} };
  const { events, set } = applyRules(
    {
      object: entity,
      // The record's own id stands in the header alone.
      value: (path) => (path === 'Id' ? id : fieldAt(fields, path)),
      isChanged: changed.has,
    },
    mapping,
    reasons,
  );
  const own = events.length === 0 ? {} : ownDeal(id, reading);
  return {
    events: events.map(({ type, data, time, deal }) => ({
      type,
      data,
      time,
      ...(deal === undefined ? own : { deal }),
    })),
    set,
  };
}

/** The deal that a record belongs to by its standard fields. */
function ownDeal(id: string, reading: Reading): Pick<Told, 'deal' | 'hints'> {
  switch (reading.event.entity) {
    case 'Opportunity':
      return { deal: id };
    case 'Task':
    case 'Event':
      return relatedTo(reading);
    default: {
      const deal = idIn(reading, 'OpportunityId');
      return deal?.startsWith(OPPORTUNITY) === true ? { deal } : {};
    }
  }
}
