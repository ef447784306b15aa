import { parsePolicy } from '#domain/policy/parse-policy.js';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { createRuleBook, type RuleBook } from '#domain/policy/rules.js';
import { loadMappings } from '#ingest/mappings.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import { recordsOfMessage } from '#sources/native/read-records.js';
import { translateRecord } from '#sources/sources.js';
import { stringify } from 'yaml';
import { type RawRecord, rawRecord } from './raw-record.js';

export interface Identity {
  readonly source: string;
  readonly id: string;
}

/** A record that is to be refused. */
export interface Refused {
  readonly record: RawRecord;
  readonly position: number;
  /** How each of its reasons begins, in their order. */
  readonly reasons: readonly string[];
}

/** Two records that claim one identity for different contents: the winner counts, whichever comes first. */
export interface Rivals {
  readonly winner: RawRecord;
  readonly loser: RawRecord;
  /** Why the loser is refused: once, or once more where it had been taken in and its record is read again. */
  readonly reason: RegExp;
}

/** Records, and what must be in the store once they are taken in. */
export interface Parcel {
  readonly records: readonly RawRecord[];
  readonly events: readonly (Identity & { readonly deal: string })[];
  readonly unlinked?: readonly Identity[];
  readonly refused?: readonly Refused[];
  readonly rivals?: readonly Rivals[];
  /** Canonical events of deals that nothing else bears on: their scores are known without the store. */
  readonly canonical?: readonly CloudEvent[];
}

const parsed = parsePolicy(stringify(simulatedPolicy)).policy;
if (parsed === undefined) throw new Error('the simulated policy is none');

export const book: RuleBook = createRuleBook(parsed);

const mappings = loadMappings({}, parsed);

/** Long ago: no verdict changes by time alone any more, so that scores of different moments can be compared. */
const UNTIL = Date.UTC(2024, 4, 28, 12);

/** Deals of a sales organisation from opening to end, some events late and some twice, as one feed brings them. */
export function simulatedParcel(seed: number, deals: number): Parcel {
  const events = [...simulate({ seed, deals, until: UNTIL, days: 200, duplicates: 0.05, late: 0.1 })].map(
    // The same deals would come of another seed.
    (event) => ({ ...event, id: `${seed}/${event.id}`, subject: `${seed}/${event.subject}` }),
  );
  return {
    records: events.map((event) => rawRecord('cloudevents', event)),
    events: events.map(({ source, id, subject }) => ({ deal: subject, source, id })),
    canonical: events,
  };
}

/**
 * What five systems tell of the deals of one company: some of it names no deal, and is tied to one by what others
 * tell; one meeting fits none.
 */
export function companyParcel(number: number): Parcel {
  const deal = `company-${number}`;
  const domain = `company-${number}.example`;
  const ann = `ann@${domain}`;
  const bob = `bob@bobs-${number}.example`;
  const event = (type: string, day: number, data: object): RawRecord =>
    rawRecord('cloudevents', {
      specversion: '1.0',
      id: `${deal}/${type}/${day}`,
      source: 'crm/companies',
      type,
      subject: deal,
      time: dayOf(day),
      data,
    });
  const account = { id: `A${number}`, name: `Company ${number}`, domain };
  const own = [
    event('deal.opened', 1, { name: deal, account, stage: 'discovery', amount: 100, currency: 'EUR' }),
    event('stakeholder.identified', 3, { person: { email: ann }, role: 'champion' }),
    event('stakeholder.identified', 4, { person: { email: bob }, role: 'economic_buyer' }),
  ];
  const byContact = googleMeeting(`${number}a`, 5, ann);
  const beforeContact = googleMeeting(`${number}b`, 6, bob);
  const byAccount = graphMeeting(`${number}c`, 7, `new@${domain}`);
  const fitsNone = googleMeeting(`${number}d`, 8, 'someone@gmail.com');
  const hubspot = { deal: String(900_000 + number), record: hubspotWebhooks(900_000 + number) };
  const pipedrive = { deal: String(700_000 + number), record: pipedriveDeal(700_000 + number) };
  const salesforceId = `0065f0000${String(number).padStart(6, '0')}AAV`;
  const salesforce = { deal: salesforceId, record: salesforceOpportunity(salesforceId) };
  const tied = [...own, byContact, beforeContact, byAccount].map((record) => ({ deal, record }));
  return {
    // The meeting comes before what ties it, and what is told of Bob last of all.
    records: [
      beforeContact,
      byContact,
      fitsNone,
      byAccount,
      salesforceContact(number),
      ...[hubspot, pipedrive, salesforce].map(({ record }) => record),
      ...own,
    ],
    events: [...tied, hubspot, pipedrive, salesforce].flatMap((one) =>
      identitiesOf(one.record).map((identity) => ({ deal: one.deal, ...identity })),
    ),
    unlinked: identitiesOf(fitsNone),
  };
}

/** Two deals of which two sources of one name claim one event each, with one id: the earlier of them counts. */
export function rivalParcel(number: number): Parcel {
  const event = (deal: string, id: string, type: string, day: number, data: object): RawRecord =>
    rawRecord('cloudevents', {
      ...{ specversion: '1.0', id, source: 'crm/rivals', type, subject: deal, time: dayOf(day), data },
    });
  const [first, second] = [`first-${number}`, `second-${number}`];
  const opened = [first, second].map((deal) => ({
    deal,
    record: event(deal, `${deal}/opened`, 'deal.opened', 1, { name: deal, stage: 'discovery' }),
  }));
  const person = { person: { email: `zoe@rivals-${number}.example` }, role: 'champion' };
  const id = `rival-${number}`;
  const winner = event(first, id, 'stakeholder.identified', 3, person);
  const loser = event(second, id, 'stakeholder.identified', 4, person);
  return {
    records: [loser, ...opened.map(({ record }) => record), winner],
    events: [...opened, { deal: first, record: winner }].flatMap(({ deal, record }) =>
      identitiesOf(record).map((identity) => ({ deal, ...identity })),
    ),
    rivals: [{ winner, loser, reason: /the same identity and other content$/ }],
  };
}

/** Refused for what it is. */
export function refusedParcel(): Parcel {
  const record: RawRecord = { topic: 'cloudevents', value: Buffer.from('{"specversion": "1.0", ') };
  return { records: [record], events: [], refused: [{ record, position: 0, reasons: ['not JSON'] }] };
}

/** Several in one, their records mixed. */
export function mixed(parcels: readonly Parcel[]): Parcel {
  const longest = Math.max(...parcels.map(({ records }) => records.length));
  const records = Array.from({ length: longest }, (_, place) => place).flatMap((place) =>
    parcels.flatMap((parcel) => parcel.records.slice(place, place + 1)),
  );
  return {
    records,
    events: parcels.flatMap(({ events }) => events),
    unlinked: parcels.flatMap(({ unlinked = [] }) => unlinked),
    refused: parcels.flatMap(({ refused = [] }) => refused),
    rivals: parcels.flatMap(({ rivals = [] }) => rivals),
    canonical: parcels.flatMap(({ canonical = [] }) => canonical),
  };
}

function identitiesOf({ topic, value }: RawRecord): readonly Identity[] {
  const identities = recordsOfMessage(value, {}).flatMap((item) => {
    const translated = 'reasons' in item ? item : translateRecord(topic, item.record, mappings[topic]);
    if ('reasons' in translated)
      throw new Error(`a sound record is refused: ${translated.reasons.join('; ')}`);
    return translated.events.map(({ source, id }) => ({ source, id }));
  });
  if (identities.length === 0) throw new Error('a record that should tell something tells nothing');
  return identities;
}

function dayOf(day: number, hour = 9): string {
  return new Date(Date.UTC(2024, 2, day, hour)).toISOString();
}

function googleMeeting(id: string, day: number, guest: string): RawRecord {
  return rawRecord('google-calendar', {
    kind: 'calendar#event',
    id: `google${id}`,
    status: 'confirmed',
    created: dayOf(day),
    updated: dayOf(day),
    summary: 'Demo',
    organizer: { email: 'rep@lindwerk.example' },
    start: { dateTime: dayOf(day + 2) },
    end: { dateTime: dayOf(day + 2, 10) },
    iCalUID: `google${id}@google.com`,
    sequence: 0,
    attendees: [
      { email: 'rep@lindwerk.example', responseStatus: 'accepted', organizer: true, self: true },
      { email: guest, responseStatus: 'accepted' },
    ],
  });
}

function graphMeeting(id: string, day: number, guest: string): RawRecord {
  const at = (hour: number): object => ({
    dateTime: dayOf(day + 2, hour).slice(0, -1),
    timeZone: 'UTC',
  });
  return rawRecord('microsoft-graph', {
    id: `graph${id}`,
    createdDateTime: dayOf(day),
    lastModifiedDateTime: dayOf(day),
    iCalUId: `graph${id}`,
    subject: 'Demo',
    isCancelled: false,
    type: 'singleInstance',
    start: at(9),
    end: at(10),
    attendees: [
      { type: 'required', status: { response: 'accepted' }, emailAddress: { name: 'Guest', address: guest } },
    ],
    organizer: { emailAddress: { name: 'Rep', address: 'rep@lindwerk.example' } },
  });
}

function hubspotWebhooks(deal: number): RawRecord {
  const webhook = (number: number, more: object): object => ({
    eventId: deal * 10 + number,
    subscriptionId: 92_894,
    portalId: 5_799_819,
    occurredAt: Date.UTC(2024, 2, 2 + number, 9),
    attemptNumber: 0,
    objectId: deal,
    changeSource: 'CRM_UI',
    ...more,
  });
  const change = (name: string, value: string): object => ({
    subscriptionType: 'deal.propertyChange',
    propertyName: name,
    propertyValue: value,
  });
  return rawRecord('hubspot', [
    webhook(0, { subscriptionType: 'deal.creation', changeFlag: 'CREATED' }),
    webhook(1, change('dealstage', 'qualifiedtobuy')),
    webhook(2, change('amount', '12500')),
    webhook(3, change('dealstage', 'contractsent')),
  ]);
}

function pipedriveDeal(deal: number): RawRecord {
  return rawRecord('pipedrive', {
    data: {
      ...{ id: deal, title: `Pilot ${deal}`, add_time: dayOf(2), update_time: dayOf(9), status: 'open' },
      ...{ currency: 'EUR', value: 150, stage_id: 3, pipeline_id: 1, owner_id: 125, org_id: 1 },
      ...{ expected_close_date: '2024-06-30', custom_fields: {} },
    },
    previous: { stage_id: 2, value: 100, expected_close_date: '2024-05-29' },
    meta: {
      ...{ action: 'change', entity: 'deal', entity_id: String(deal), id: `notice-${deal}`, version: '2.0' },
      ...{ company_id: '8087566', timestamp: dayOf(9), host: 'acme.pipedrive.example' },
    },
  });
}

/** Tells no event, but whose address an id stands for. */
function salesforceContact(number: number): RawRecord {
  const id = `0035f0000${String(number).padStart(6, '0')}AAV`;
  return salesforceChange('Contact', id, { Email: `eve@eves-${number}.example`, Name: { LastName: 'Eve' } });
}

function salesforceOpportunity(id: string): RawRecord {
  return salesforceChange('Opportunity', id, {
    ...{ Name: `Opportunity ${id}`, StageName: 'Prospecting', Amount: 40_000, CloseDate: '2024-05-29' },
    ...{ AccountId: '0015f00002JkLmNAAV', OwnerId: '0055f00000AbCdEAAV', IsClosed: false, IsWon: false },
  });
}

function salesforceChange(entityName: string, id: string, fields: object): RawRecord {
  return rawRecord('salesforce', {
    channel: '/data/ChangeEvents',
    data: {
      payload: {
        ChangeEventHeader: {
          ...{ entityName, recordIds: [id], changeType: 'CREATE', sequenceNumber: 1 },
          ...{ transactionKey: `key-of-${id}`, commitTimestamp: Date.UTC(2024, 2, 2, 9) },
          ...{ commitUser: '0055f00000AbCdEAAV', nulledFields: [], diffFields: [], changedFields: [] },
        },
        ...fields,
        CreatedDate: dayOf(2),
        LastModifiedDate: dayOf(2),
      },
      event: { replayId: 4711 },
    },
  });
}
