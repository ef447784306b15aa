/** Events as sources send them, of 400 to 500 bytes, the same for the same number. */

/** Of how many of a thousand events each kind is made. */
export interface Mix {
  /** Refused by the validation. */
  readonly invalid: number;
  /** Sound, but not written as JSON.stringify writes: for the careful path. */
  readonly spaced: number;
  /** Whether three in ten say what their deal is known by: a contact, a meeting, a next step. */
  readonly keyed: boolean;
}

const EVENTS_A_DEAL = 50;
const NOTE_LENGTH = 250;
const START = Date.UTC(2026, 0, 1);
const PLAIN =
  'Agreed with the buyer on the next steps and on who brings what to the meeting with legal and finance. ';
const ESCAPED = 'Gespräch mit "Einkauf"\nfür Q3: \\ 100 € und die Freigabe — ';
const STAGES = ['discovery', 'solution', 'proposal', 'negotiation'];

interface Sample {
  readonly type: string;
  readonly data: (n: number, note: string) => object;
}

const day = (n: number): string => new Date(START + (n % 300) * 86_400_000).toISOString().slice(0, 10);

const SAMPLES: readonly Sample[] = [
  {
    type: 'deal.stage_changed',
    data: (n, note) => ({ from: STAGES[n % 4], to: STAGES[(n + 1) % 4], note }),
  },
  { type: 'deal.amount_changed', data: (n, note) => ({ amount: (n % 9_973) * 10.5, currency: 'EUR', note }) },
  { type: 'deal.close_date_changed', data: (n, note) => ({ from: day(n), to: day(n + 30), note }) },
  { type: 'adoption.measured', data: (n, note) => ({ active: n % 90, licensed: 100, note }) },
  { type: 'outcome.measured', data: (n, note) => ({ outcome_id: `o${n % 7}`, value: n % 120, note }) },
  {
    type: 'message.received',
    data: (n, note) => ({ channel: 'email', person: { email: `ann${n % 977}@customer.example` }, note }),
  },
  {
    type: 'next_step.rescheduled',
    data: (n, note) => ({ next_step_id: `s${n % 97}`, due_at: day(n), note }),
  },
  { type: 'meeting.held', data: (n, note) => ({ meeting_id: `m${n % 1009}`, note }) },
  { type: 'deal.stage_changed', data: (n, note) => ({ to: STAGES[n % 4], note }) },
  { type: 'deal.owner_changed', data: (n, note) => ({ owner: { id: `u${n % 40}`, name: 'Olga' }, note }) },
];

const KEYLESS = SAMPLES.filter(({ type }) => !/^(message|next_step|meeting)/.test(type));

export interface SampleEvent {
  readonly value: Buffer;
  readonly dealId: string;
  readonly id: string;
  readonly time: number;
  readonly isValid: boolean;
}

export function sampleEvent(n: number, mix: Mix): SampleEvent {
  const samples = mix.keyed ? SAMPLES : KEYLESS;
  const sample = samples[n % samples.length];
  if (sample === undefined) throw new Error('there are samples');
  // A new set for each, spread over the whole of the stream.
  const place = (n * 619) % 1000;
  const isValid = place >= mix.invalid;
  const isSpaced = isValid && place < mix.invalid + mix.spaced;
  const random = Math.imul(n, 2_654_435_761) >>> 0;
  const text = (random % 10 === 0 ? ESCAPED : PLAIN).repeat(6);
  const note = text.slice(random % 40, (random % 40) + NOTE_LENGTH);
  const dealId = `deal-${Math.floor(n / EVENTS_A_DEAL)}`;
  const id = `${random.toString(16).padStart(8, '0')}-${n.toString(16).padStart(10, '0')}`;
  const time = START + n * 1000 + (random % 1000);
  const event = {
    specversion: '1.0',
    id: isValid ? id : 7,
    source: `crm/acme-${n % 5}`,
    type: sample.type,
    subject: dealId,
    time: new Date(time).toISOString(),
    schemaversion: 1,
    data: sample.data(n, note),
  };
  return { value: Buffer.from(JSON.stringify(event, null, isSpaced ? 1 : 0)), dealId, id, time, isValid };
}
