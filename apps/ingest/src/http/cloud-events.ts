import type { IncomingMessage } from 'node:http';
import { validateEvent } from '#domain/events/validate.js';
import type { Instant } from '#domain/time/instant.js';
import type { NewRecord } from '#log/log.js';
import { attributesOf } from './binary-mode.js';
import type { ContentMode } from './content-mode.js';
import { parseJson } from './parse-json.js';
import { type Reason, Refusal } from './refusal.js';

/** A request full of faults is told by its first ones. */
const MAX_REASONS = 50;

type Fields = Readonly<Record<string, unknown>>;

export interface CloudEventsContext {
  readonly receivedAt: Instant;
  /** Another's event type → ours. */
  readonly types: ReadonlyMap<string, string>;
  /** Of every record. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The events of a request as records of the raw topic, each a structured CloudEvent however it came. Those of one
 * deal have one key, and stay in order.
 * @throws Refusal 400 with the reasons where one of them is not sound: then none is taken, so that a sender who
 * corrects it can send the whole request again
 */
export function cloudEventRecords(
  request: IncomingMessage,
  mode: ContentMode,
  body: Buffer,
  context: CloudEventsContext,
): NewRecord[] {
  const candidates = candidatesOf(request, mode, body);
  const records: NewRecord[] = [];
  const reasons: Reason[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const judged = judge(candidate, context);
    if ('record' in judged) records.push(judged.record);
    else reasons.push(...judged.faults.map((fault) => ({ index, ...fault })));
    if (reasons.length >= MAX_REASONS) break;
  }
  if (reasons.length === 0) return records;
  throw new Refusal(
    400,
    mode === 'batch' ? 'not every event is sound: nothing was taken in' : 'the event is not sound',
    reasons.slice(0, MAX_REASONS),
  );
}

function candidatesOf(request: IncomingMessage, mode: ContentMode, body: Buffer): readonly unknown[] {
  if (mode === 'binary') return [binaryCandidate(request, body)];
  const { value } = parsed(body);
  if (mode === 'structured') return [value];
  if (Array.isArray(value)) return value;
  throw new Refusal(400, 'expected a batch: a JSON list of events');
}

function binaryCandidate(request: IncomingMessage, body: Buffer): unknown {
  const read = attributesOf(request);
  if ('reasons' in read) throw new Refusal(400, 'the event is not sound', read.reasons);
  if (body.length === 0) return read.attributes;
  const datacontenttype = request.headers['content-type'];
  if (datacontenttype === undefined)
    throw new Refusal(415, 'expected Content-Type application/json for the data');
  return { ...read.attributes, datacontenttype, data: parsed(body).value };
}

function parsed(body: Buffer): { readonly value: unknown } {
  const json = parseJson(body);
  if (json === undefined) throw new Refusal(400, 'the body is not JSON in UTF-8');
  return json;
}

interface Fault {
  readonly path: string;
  readonly message: string;
}

function judge(
  candidate: unknown,
  { receivedAt, types, headers }: CloudEventsContext,
): { readonly record: NewRecord } | { readonly faults: readonly Fault[] } {
  const completed = complete(candidate, receivedAt);
  if ('fault' in completed) return { faults: [completed.fault] };
  const { event } = completed;
  const verdict = validateEvent(typeKnown(event, types));
  if (verdict.outcome === 'unknown_type') {
    return { faults: [{ path: 'type', message: `unknown event type ${shown(verdict.type)}` }] };
  }
  if (verdict.outcome === 'invalid') return { faults: verdict.reasons.map(faultOf) };
  const { subject, source, id } = verdict.event;
  const record: NewRecord = {
    key: subject ?? JSON.stringify([source, id]),
    value: Buffer.from(JSON.stringify(event)),
    headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8', ...headers },
    timestamp: receivedAt,
  };
  return { record };
}

/** With the time of its receipt where it has none, and with its data as JSON. */
function complete(
  candidate: unknown,
  receivedAt: Instant,
): { readonly event: unknown } | { readonly fault: Fault } {
  if (!isFields(candidate)) return { event: candidate };
  const { data_base64: encoded, ...event } = candidate;
  const timed = event['time'] ?? new Date(receivedAt).toISOString();
  if (encoded === undefined || encoded === null) return { event: { ...event, time: timed } };
  const path = 'data_base64';
  if (event['data'] !== undefined) return { fault: { path, message: 'expected it or data, got both' } };
  const decoded =
    typeof encoded === 'string' && isBase64(encoded) ? parseJson(Buffer.from(encoded, 'base64')) : undefined;
  return decoded === undefined
    ? { fault: { path, message: 'expected JSON in UTF-8, encoded in Base64' } }
    : { event: { ...event, time: timed, data: decoded.value } };
}

function typeKnown(event: unknown, types: ReadonlyMap<string, string>): unknown {
  if (!isFields(event) || typeof event['type'] !== 'string') return event;
  const ours = types.get(event['type']);
  return ours === undefined ? event : { ...event, type: ours };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** A reason of the validation, `data.due_at: expected …`, taken apart. */
function faultOf(reason: string): Fault {
  const [, path, message] = /^([^\s:"]+): (.*)$/s.exec(reason) ?? [];
  return path === undefined || message === undefined ? { path: '', message: reason } : { path, message };
}

function shown(type: string): string {
  return JSON.stringify(type.length > 64 ? `${type.slice(0, 63)}…` : type).toWellFormed();
}
