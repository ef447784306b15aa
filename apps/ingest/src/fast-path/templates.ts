import { isUtf8 } from 'node:buffer';
import type { Check } from '#domain/events/constraints.js';
import type { EventFields } from '#warehouse/fast-events/event-fields.js';
import { type NodeCheck, NO_OBJECT, scalarOf } from './data-shapes.js';
import { FALSE, LIST, NUMBER, STRING, type Tape, TRUE } from './scan-json.js';

/**
 * Events of one source look alike: the same keys in the same order, only the values differ. A template is made of an
 * event that was accepted, and accepts others that look like it: one regular expression, over bytes as characters,
 * judges the text of all values at once, several times faster than a walk over the bytes does.
 */
export interface Template {
  /**
   * Whether the event that begins in the text at `at`, and stands in the bytes from start to end, looks like the sample
   * and would be accepted as it was; then the fields tell of it.
   */
  accepts(text: string, at: number, bytes: Buffer, start: number, end: number, fields: EventFields): boolean;
}

/** An event as the careful walk over its bytes has found it. */
export interface Sample {
  readonly bytes: Buffer;
  readonly fields: EventFields;
  readonly tape: Tape;
  /** Nodes of the data on the tape; 0: there is none. */
  readonly nodes: number;
  /** The values of attributes that may be others, in their order. */
  readonly attributes: readonly AttributeValue[];
  /** Where the time's text is, within its quotes. */
  readonly timeStart: number;
  readonly checks: readonly NodeCheck[];
}

export interface AttributeValue {
  readonly start: number;
  readonly end: number;
  /** An id has nothing escaped and is not empty. */
  readonly isId: boolean;
  readonly checks: readonly Check[];
}

/** No text of a longer event need be counted: none in a shorter one is too long. */
export const MAX_TEMPLATE_BYTES = 1_024;

const PLAIN = '[^"\\\\\\x00-\\x1f]';
/** The same, of ASCII. */
const PLAIN_ASCII = '[^"\\\\\\x00-\\x1f\\x80-\\xff]';
const ESCAPE = '\\\\(?:["\\\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))';
const TEXT = `"${PLAIN}*(?:${ESCAPE}${PLAIN}*)*"`;
const ID = `"${PLAIN}+"`;
/** As JavaScript writes them, of at most fifteen digits. */
const A_NUMBER = '(?:-?[1-9]\\d{0,8}\\.\\d{0,5}[1-9]|-?[1-9]\\d{0,14}|-?0\\.\\d{0,5}[1-9]|0)';
const TRUE_OR_FALSE = '(?:true|false)';

/** A value that may be another in another event. */
interface Value {
  readonly start: number;
  readonly end: number;
  readonly kind: number;
  readonly pattern: string;
  readonly checks: readonly Check[];
}

/** @param instant reads the time, as text within its quotes; NaN where it is none that can be taken */
export function compileTemplate(
  sample: Sample,
  instant: (bytes: Buffer, start: number, end: number) => number,
): Template | undefined {
  const { bytes, fields, nodes } = sample;
  const values = valuesOf(sample);
  if (values === undefined) return undefined;
  const { type } = fields;
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end);
  const gaps: number[] = [];
  let pattern = '';
  let behind = fields.start;
  for (const value of values) {
    pattern += escaped(text(behind, value.start)) + value.pattern;
    gaps.push(value.start - behind);
    behind = value.end;
  }
  pattern += escaped(text(behind, fields.end));
  const expression = new RegExp(pattern, 'y');
  // Keys are of ASCII, so that all of what this finds is.
  const ofAscii = new RegExp(pattern.replaceAll(PLAIN, PLAIN_ASCII), 'y');
  const tail = fields.end - behind;

  const kinds = Uint8Array.from(values, ({ kind }) => kind);
  const ends = new Int32Array(values.length + 1);
  const starts = new Int32Array(values.length);
  /** A place between the values, as what it is behind and by how far: the same in every event of the template. */
  const placeOf = (at: number): readonly [value: number, by: number] => {
    const value = values.findLastIndex(({ end }) => end <= at);
    return [value + 1, at - (values[value]?.end ?? fields.start)];
  };
  const indexOf = (start: number): number => values.findIndex((value) => value.start === start);
  const deal = indexOf(fields.dealStart - 1);
  const source = indexOf(fields.sourceStart - 1);
  const id = indexOf(fields.idStart - 1);
  const time = indexOf(sample.timeStart - 1);
  const hasData = nodes > 0;
  const [dataAfter, dataBy] = placeOf(fields.dataStart);
  const [dataEndAfter, dataEndBy] = placeOf(fields.dataEnd);
  const ranges = (from: Int32Array, numbers: number): Int32Array =>
    Int32Array.from([...from.subarray(0, numbers)].flatMap(placeOf));
  const extensions = ranges(fields.extensions, fields.extensionNumbers);
  const checked = values.flatMap(({ checks }, index) => (checks.length > 0 ? [{ index, checks }] : []));

  function place(of: Int32Array, numbers: number, into: Int32Array): void {
    for (let i = 0; i < numbers; i += 1) into[i] = (ends[of[2 * i] ?? 0] ?? 0) + (of[2 * i + 1] ?? 0);
  }

  return {
    accepts(all, at, of, start, end, found) {
      const behind = at + end - start;
      ofAscii.lastIndex = at;
      if (!ofAscii.test(all) || ofAscii.lastIndex !== behind) {
        expression.lastIndex = at;
        if (!expression.test(all) || expression.lastIndex !== behind) return false;
        if (!isUtf8(of.subarray(start, end))) return false;
      }
      // ends[0] is the beginning, ends[n] is behind the nth value.
      let here = start;
      ends[0] = start;
      for (let i = 0; i < kinds.length; i += 1) {
        here += gaps[i] ?? 0;
        starts[i] = here;
        const kind = kinds[i];
        if (kind === STRING) here = textEnd(of, all, at - start, here);
        else if (kind === NUMBER) here = numberEnd(of, here);
        else here += of[here] === 0x74 ? 4 : 5;
        ends[i + 1] = here;
      }
      if (here + tail !== end) return false;
      const moment = instant(of, (starts[time] ?? 0) + 1, (ends[time + 1] ?? 0) - 1);
      if (Number.isNaN(moment)) return false;
      for (const { index, checks } of checked) {
        const value = scalarOf(of, kinds[index] ?? 0, starts[index] ?? 0, ends[index + 1] ?? 0);
        for (const check of checks) if (!check(value, NO_OBJECT)) return false;
      }
      found.bytes = of;
      found.start = start;
      found.end = end;
      found.time = moment;
      found.type = type;
      found.dealStart = (starts[deal] ?? 0) + 1;
      found.dealEnd = (ends[deal + 1] ?? 0) - 1;
      found.sourceStart = (starts[source] ?? 0) + 1;
      found.sourceEnd = (ends[source + 1] ?? 0) - 1;
      found.idStart = (starts[id] ?? 0) + 1;
      found.idEnd = (ends[id + 1] ?? 0) - 1;
      found.dataStart = hasData ? (ends[dataAfter] ?? 0) + dataBy : start;
      found.dataEnd = hasData ? (ends[dataEndAfter] ?? 0) + dataEndBy : start;
      found.extensionNumbers = extensions.length / 2;
      place(extensions, found.extensionNumbers, found.extensions);
      return true;
    },
  };
}

/** @returns undefined where other events with the same keys may be of another build */
function valuesOf({ tape, nodes, attributes, checks }: Sample): readonly Value[] | undefined {
  const byNode = new Map(checks.map((check) => [check.node, check]));
  const values = attributes.map(({ start, end, isId, checks: own }): Value => {
    return { start, end, kind: STRING, pattern: isId ? ID : TEXT, checks: own };
  });
  for (let node = 0; node < nodes; node += 1) {
    const kind = tape.kind[node] ?? 0;
    if (kind === LIST) return undefined;
    const pattern = patternOf(kind, byNode.get(node)?.isId === true);
    if (pattern === undefined) continue;
    const [start, end] = [tape.start[node] ?? 0, tape.end[node] ?? 0];
    values.push({ start, end, kind, pattern, checks: byNode.get(node)?.checks ?? [] });
  }
  return values.sort((a, b) => a.start - b.start);
}

/** Of a value that varies; undefined for what stands as it is, null and objects. */
function patternOf(kind: number, isId: boolean): string | undefined {
  switch (kind) {
    case STRING:
      return isId ? `(?!"")${TEXT}` : TEXT;
    case NUMBER:
      return A_NUMBER;
    case TRUE:
    case FALSE:
      return TRUE_OR_FALSE;
    default:
      return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Texts that end sooner are walked through: a search costs more. */
const SHORT = 32;

/**
 * Behind the quote that ends the text which begins with the one at `start`: it is known that there is one.
 * @param shift from a place in the bytes to the one in the text that holds them
 */
function textEnd(bytes: Uint8Array, all: string, shift: number, start: number): number {
  for (let i = start + 1; i <= start + SHORT; i += 1) {
    const byte = bytes[i];
    if (byte === 0x22) return i + 1;
    if (byte === 0x5c) break;
  }
  for (let quote = all.indexOf('"', start + 1 + shift); ; quote = all.indexOf('"', quote + 1)) {
    let before = quote - shift - 1;
    while (bytes[before] === 0x5c) before -= 1;
    if ((quote - shift - 1 - before) % 2 === 0) return quote - shift + 1;
  }
}

function numberEnd(bytes: Uint8Array, start: number): number {
  let i = start;
  while (bytes[i] !== 0x2c && bytes[i] !== 0x7d) i += 1;
  return i;
}
