import { parseInstant } from '#domain/time/instant.js';
import type { SimulatedEvent } from '../journal.js';
import { calendarRecords } from './calendar.js';
import { cloudEventRecord } from './cloud-event.js';
import { opportunityRecords } from './opportunities.js';
import { createOrganisation, type Organisation } from './organisation.js';
import { identityOf, type Said, type SentRecord, type Told } from './sent.js';
import { stakeholderRecords } from './stakeholders.js';
import { taskRecords } from './tasks.js';

/**
 * What the organisation's own systems would have sent where these events happened: its CRM (Salesforce, Change Data
 * Capture), its calendars (Google), and CloudEvents for what neither of them knows. In the order of the events; a
 * repeated event is sent again. Deals have the ids of their opportunities. The same events give the same records.
 * @param order that of the events, as `simulate` has it: by `time` all of them are held in memory, by `deal` one deal's
 */
export function* nativeRecords(
  events: Iterable<SimulatedEvent>,
  order: 'time' | 'deal' = 'time',
): Generator<SentRecord> {
  const entered = new Set<string>();
  for (const run of order === 'time' ? [[...events]] : runsOfDeals(events)) {
    const sent = saidOf(run, createOrganisation(entered));
    for (const event of run) {
      const timestamp = parseInstant(event.recordedtime ?? event.time) ?? 0;
      for (const said of sent.get(identityOf(event)) ?? []) yield { ...said, timestamp };
    }
  }
}

/**
 * What the systems said of each event. They knew of it when it happened: that it may have become known here later, and
 * after what followed it, changes nothing in what they hold.
 */
function saidOf(
  events: readonly SimulatedEvent[],
  organisation: Organisation,
): ReadonlyMap<string, readonly Said[]> {
  const distinct = new Map(events.map((event) => [identityOf(event), event]));
  const happened = [...distinct.entries()]
    .map(([identity, event]) => ({ identity, event, at: parseInstant(event.time) ?? 0 }))
    .sort((a, b) => a.at - b.at);
  return new Map(
    happened.map(({ identity, event }) => [identity, recordsOf(organisation, event as Told)] as const),
  );
}

function recordsOf(organisation: Organisation, event: Told): readonly Said[] {
  switch (event.type) {
    case 'deal.opened':
    case 'deal.described':
    case 'deal.stage_changed':
    case 'deal.amount_changed':
    case 'deal.close_date_changed':
    case 'deal.owner_changed':
    case 'deal.won':
    case 'deal.lost':
    case 'deal.walked_away':
    case 'deal.reopened':
    case 'deal.removed':
    case 'deal.restored':
    case 'deal.history_gap':
      return opportunityRecords(organisation, event);
    case 'next_step.agreed':
    case 'next_step.rescheduled':
    case 'next_step.completed':
    case 'next_step.dropped':
      return taskRecords(organisation, event);
    case 'stakeholder.identified':
      return stakeholderRecords(organisation, event);
    case 'meeting.scheduled':
    case 'meeting.rescheduled':
    case 'meeting.responded':
    case 'meeting.cancelled':
      return calendarRecords(organisation, event);
    default:
      return [cloudEventRecord(event)];
  }
}

/** The events of a deal with those of the deals that grew out of it, whose ids begin with its own. */
function* runsOfDeals(events: Iterable<SimulatedEvent>): Generator<readonly SimulatedEvent[]> {
  let root: string | undefined;
  let run: SimulatedEvent[] = [];
  for (const event of events) {
    const belongs = root !== undefined && (event.subject === root || event.subject.startsWith(`${root}-`));
    if (!belongs) {
      if (run.length > 0) yield run;
      run = [];
      root = event.subject;
    }
    run.push(event);
  }
  if (run.length > 0) yield run;
}
