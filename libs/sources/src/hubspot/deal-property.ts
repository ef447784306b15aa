import { closedAs } from '../native/mapping.js';
import { isEmpty } from '../native/values.js';
import { readLocalDate } from './dates.js';
import { CLOSED_STAGES, type Reading, type Told } from './reading.js';

/** What a deal's property says by its new value; properties without a meaning of their own say nothing. */
export function tellDealProperty(name: string, value: unknown, reading: Reading): readonly Told[] {
  const { mapping, reasons } = reading;
  const path = 'propertyValue';
  switch (name) {
    case 'dealstage': {
      const stage = reasons.text(path, value);
      if (stage === undefined) return [];
      const closed = closedAs(stage, mapping, CLOSED_STAGES);
      if (closed !== undefined) return [{ type: `deal.${closed}`, data: {} }];
      return [{ type: 'deal.stage_changed', data: { to: stage } }];
    }
    case 'amount': {
      const amount = reasons.number(path, value) ?? null;
      const { currency } = mapping;
      const data = { amount, ...(currency === undefined ? {} : { currency }) };
      return [{ type: 'deal.amount_changed', data }];
    }
    case 'closedate': {
      const to = readLocalDate(reasons, path, value, mapping.timezone) ?? null;
      return [{ type: 'deal.close_date_changed', data: { to } }];
    }
    case 'hubspot_owner_id': {
      const id = reasons.id(path, value);
      return id === undefined ? [] : [{ type: 'deal.owner_changed', data: { owner: { id } } }];
    }
    case 'dealname': {
      const text = reasons.text(path, value);
      return text === undefined ? [] : [{ type: 'deal.described', data: { name: text } }];
    }
    case 'pipeline': {
      const pipeline = isEmpty(value) ? undefined : reasons.id(path, value);
      return pipeline === undefined ? [] : [{ type: 'deal.described', data: { pipeline } }];
    }
    default:
      return [];
  }
}
