import type { Instant } from '#domain/time/instant.js';
import type { Findings } from '../native/conclude.js';
import type { DraftFact } from '../native/draft.js';
import { closedAs } from '../native/mapping.js';
import { factsOfRules } from '../native/rule-facts.js';
import { readMoment } from '../native/rule-values.js';
import { fieldOf } from '../native/values.js';
import type { Json } from '../translation.js';
import { readAssociated } from './associated.js';
import { type CrmObject, rulesOf } from './crm-object.js';
import { readLocalDate } from './dates.js';
import { CLOSED_STAGES, type Reading } from './reading.js';

/** A deal as it stands: opened when it was created, and closed at its close date where its stage says so. */
export function readDeal(crm: CrmObject, reading: Reading): Findings {
  const { source, mapping, reasons } = reading;
  const { id, record, properties, updatedAt } = crm;
  const subject = mapping.dealIdPrefix + id;
  const common = { source, object: id, subject };
  if (crm.archived) {
    return { facts: [{ ...common, type: 'deal.removed', time: updatedAt, data: {} }], time: updatedAt };
  }
  const created = reasons.requiredInstant('createdAt', fieldOf(record, 'createdAt'));
  const stage = reasons.text('properties.dealstage', fieldOf(properties, 'dealstage'));
  const money = readMoney(crm, reading);
  const { events, set } = rulesOf('deal', crm, reading);
  const own: DraftFact[] = [
    {
      ...common,
      type: 'deal.opened',
      time: created,
      data: { ...describe(crm, stage, money, reading), ...set },
    },
  ];
  const closed = stage === undefined ? undefined : closedAs(stage, mapping, CLOSED_STAGES);
  if (closed !== undefined) {
    const data = { ...(closed === 'won' ? money : {}), ...set };
    own.push({ ...common, type: `deal.${closed}`, time: closingTime(crm, created, reading), data });
  }
  const deals = [subject];
  return {
    facts: [...own, ...factsOfRules(events, { source, object: id, time: updatedAt, deals }, mapping)],
    time: updatedAt,
  };
}

type Data = Readonly<Record<string, Json>>;

function readMoney({ properties }: CrmObject, { mapping, reasons }: Reading): Data {
  const amount = reasons.number('properties.amount', fieldOf(properties, 'amount'));
  const named = reasons.text('properties.deal_currency_code', fieldOf(properties, 'deal_currency_code'));
  const currency = named ?? mapping.currency;
  return { ...(amount === undefined ? {} : { amount }), ...(currency === undefined ? {} : { currency }) };
}

function describe(crm: CrmObject, stage: string | undefined, money: Data, reading: Reading): Data {
  const { mapping, reasons } = reading;
  const { id, record, properties } = crm;
  const name = reasons.text('properties.dealname', fieldOf(properties, 'dealname')) ?? id;
  const pipeline = reasons.id('properties.pipeline', fieldOf(properties, 'pipeline'));
  const owner = reasons.id('properties.hubspot_owner_id', fieldOf(properties, 'hubspot_owner_id'));
  const closeDate = fieldOf(properties, 'closedate');
  const day = readLocalDate(reasons, 'properties.closedate', closeDate, mapping.timezone);
  // The primary company has a type of its own; the others are partners, agencies and the like.
  const [primary] = readAssociated(record, 'companies', reasons, 'deal_to_company');
  const [any] = readAssociated(record, 'companies', reasons);
  const account = primary ?? any;
  return {
    name,
    ...(account === undefined ? {} : { account: { id: account } }),
    ...(owner === undefined ? {} : { owner: { id: owner } }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(stage === undefined ? {} : { stage }),
    ...money,
    ...(day === undefined ? {} : { close_date: day }),
  };
}

/**
 * When a deal was closed: its close date, but not after the record was written. Nor before the deal was opened, as
 * that of an imported deal often is: what is told of a deal before its opening is void, and it would stand open.
 */
function closingTime(
  { properties, updatedAt }: CrmObject,
  created: Instant | undefined,
  { mapping, reasons }: Reading,
): Instant {
  const value = fieldOf(properties, 'closedate');
  const at = readMoment(reasons, 'properties.closedate', value, mapping.timezone) ?? updatedAt;
  const latest = Math.min(at, updatedAt);
  return created === undefined ? latest : Math.max(latest, created);
}
