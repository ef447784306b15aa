import { isUtf8 } from 'node:buffer';
import { eventCatalogue, type EventType } from '#domain/events/catalogue.js';
import { parseInstant } from '#domain/time/instant.js';
import { isPlausible } from '#sources/instants.js';
import type { EventFields } from '#warehouse/fast-events/event-fields.js';
import { compileDataShape, type DataShape } from './data-shapes.js';
import { createInstantReader } from './read-instant.js';
import { type AttributeValue, compileTemplate, MAX_TEMPLATE_BYTES, type Template } from './templates.js';
import { compareRanges, createScanner, isWord, NULL, OBJECT } from './scan-json.js';

const MAX_ID_BYTES = 1_024;
/** Larger ones are rare, and each would need a batch of its own. */
const MAX_BYTES = 128 * 1024;
const MAX_EXTENSIONS = 16;
/** Of one type: sources write in few orders. */
const MAX_TEMPLATES = 6;
/** How many events of a type are walked through before no more templates are made of such. */
const MAX_ATTEMPTS = 200;

/** Attributes by which a record would be something else than one event, or which linking looks at. */
const NO_EXTENSIONS: readonly string[] = ['items', 'kind', 'results', 'value', 'meetinguid'];

export interface Recogniser {
  /** The types that it takes, in the order of `fields.type`. */
  readonly types: readonly EventType[];
  /** Of the event that was accepted last. */
  readonly fields: EventFields;
  /**
   * Whether the bytes from start to end are an event that the careful path would take just as it stands: valid, naming its deal,
   * written as JSON.stringify writes. False says nothing: the careful path is to look at it.
   * @param text holds the bytes, each as a character of its value, from `at` on
   */
  accepts(bytes: Buffer, start: number, end: number, text: string, at: number): boolean;
}

interface KnownType {
  readonly index: number;
  readonly name: string;
  readonly version: number;
  readonly shape: DataShape;
  readonly people: readonly string[];
  readonly templates: Template[];
  /** Events walked through that a template was, or could not be, made of. */
  attempts: number;
}

const PEOPLE: readonly string[] = ['person', 'attendees'];

/** @param types to take; others are left to the careful path */
export function createRecogniser(types: readonly EventType[]): Recogniser {
  const known = types.map((name, index): KnownType => {
    const { data, version } = eventCatalogue[name];
    const shape = compileDataShape(data);
    // Linking reads these two in the data of any event: undeclared, nothing is known of what they hold.
    const people = PEOPLE.filter((field) => !shape.properties.includes(field));
    return { index, name, version, shape, people, templates: [], attempts: 0 };
  });
  const byHash: KnownType[][] = Array.from({ length: 256 }, () => []);
  for (const type of known) byHash[hashOfText(type.name)]?.push(type);

  const scanner = createScanner();
  const { tape } = scanner;
  const instant = createInstantReader();
  const plausible = (bytes: Buffer, start: number, end: number): number => {
    const at = instant(bytes, start, end);
    return isPlausible(at) ? at : Number.NaN;
  };
  // Of the event that is walked through, for a template of it.
  const attributes: AttributeValue[] = [];
  let timeStart = 0;
  const fields: EventFields = {
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    type: 0,
    time: 0,
    dealStart: 0,
    dealEnd: 0,
    sourceStart: 0,
    sourceEnd: 0,
    idStart: 0,
    idEnd: 0,
    dataStart: 0,
    dataEnd: 0,
    extensions: new Int32Array(2 * MAX_EXTENSIONS),
    extensionNumbers: 0,
  };
  // Keys of attributes that mean nothing here, to find one that comes twice.
  const otherKeys = new Int32Array(2 * MAX_EXTENSIONS);
  let schemaversion = 0;
  let typeIndex = -1;
  let seen = 0;

  /** Where the value behind a key ends; -1 where the event is not taken. */
  function attribute(bytes: Buffer, keyAt: number, keyLength: number, at: number, end: number): number {
    switch (keyLength) {
      case 2:
        if (!isWord(bytes, keyAt, 'id')) break;
        fields.idStart = at + 1;
        fields.idEnd = idEnd(bytes, at, end);
        attributes.push({ start: at, end: fields.idEnd + 1, isId: true, checks: [] });
        return once(1, fields.idEnd + 1);
      case 4:
        if (isWord(bytes, keyAt, 'type')) {
          const typeEnd = idEnd(bytes, at, end);
          if (typeEnd === -1) return -1;
          typeIndex = typeOf(bytes, at + 1, typeEnd);
          return typeIndex === -1 ? -1 : once(2, typeEnd + 1);
        }
        if (isWord(bytes, keyAt, 'time')) {
          const timeEnd = scanner.string(bytes, at, end);
          if (timeEnd === -1 || scanner.stringEscaped) return -1;
          fields.time = plausible(bytes, at + 1, timeEnd - 1);
          timeStart = at + 1;
          attributes.push({ start: at, end: timeEnd, isId: true, checks: [] });
          return Number.isNaN(fields.time) ? -1 : extension(once(4, timeEnd), keyAt);
        }
        if (isWord(bytes, keyAt, 'data')) {
          const dataEnd = scanner.value(bytes, at, end);
          if (dataEnd === -1 || (seen & 8) !== 0) return -1;
          if (tape.kind[0] === OBJECT) {
            fields.dataStart = at;
            fields.dataEnd = dataEnd;
          } else if (tape.kind[0] !== NULL) return -1;
          return scanner.hasRef ? -1 : once(8, dataEnd);
        }
        break;
      case 6:
        if (!isWord(bytes, keyAt, 'source')) break;
        fields.sourceStart = at + 1;
        fields.sourceEnd = idEnd(bytes, at, end);
        attributes.push({ start: at, end: fields.sourceEnd + 1, isId: true, checks: [] });
        return once(16, fields.sourceEnd + 1);
      case 7:
        if (!isWord(bytes, keyAt, 'subject')) break;
        fields.dealStart = at + 1;
        fields.dealEnd = idEnd(bytes, at, end);
        attributes.push({ start: at, end: fields.dealEnd + 1, isId: true, checks: [] });
        return once(32, fields.dealEnd + 1);
      case 11:
        if (!isWord(bytes, keyAt, 'specversion')) break;
        return isWord(bytes, at, '"1.0"') ? extension(once(64, at + 5), keyAt) : -1;
      case 12: {
        if (!isWord(bytes, keyAt, 'recordedtime')) break;
        const timeEnd = scanner.string(bytes, at, end);
        if (timeEnd === -1 || parseInstant(bytes.toString('latin1', at + 1, timeEnd - 1)) === undefined)
          return -1;
        attributes.push({ start: at, end: timeEnd, isId: true, checks: IS_INSTANT });
        return extension(once(128, timeEnd), keyAt);
      }
      case 13: {
        if (!isWord(bytes, keyAt, 'schemaversion')) break;
        // One digit: no type has had ten versions.
        schemaversion = (bytes[at] ?? 0) - 0x30;
        return extension(once(256, at + 1), keyAt);
      }
    }
    return other(bytes, keyAt, keyLength, at, end);
  }

  /** @returns `end`, or -1 where the attribute came before or has no end */
  function once(bit: number, end: number): number {
    if ((seen & bit) !== 0 || end <= 0) return -1;
    seen |= bit;
    return end;
  }

  /** Takes down that an attribute is kept as it stands. */
  function extension(end: number, keyAt: number): number {
    const { extensions, extensionNumbers: count } = fields;
    if (end === -1) return -1;
    // Neighbours are one range, the comma between them included.
    if (count > 0 && extensions[count - 1] === keyAt - 2) {
      extensions[count - 1] = end;
      return end;
    }
    if (count === extensions.length) return -1;
    extensions[count] = keyAt - 1;
    extensions[count + 1] = end;
    fields.extensionNumbers = count + 2;
    return end;
  }

  let others = 0;

  function other(bytes: Buffer, keyAt: number, keyLength: number, at: number, end: number): number {
    if (others === otherKeys.length || keyLength > 64) return -1;
    for (let i = keyAt; i < keyAt + keyLength; i += 1) {
      const byte = bytes[i] ?? 0;
      const isLetter = byte >= 0x61 && byte <= 0x7a;
      if (!isLetter && (i === keyAt || byte < 0x30 || byte > 0x39)) return -1;
    }
    for (const name of NO_EXTENSIONS) if (name.length === keyLength && isWord(bytes, keyAt, name)) return -1;
    for (let i = 0; i < others; i += 2)
      if (compareRanges(bytes, otherKeys[i] ?? 0, otherKeys[i + 1] ?? 0, keyAt, keyAt + keyLength) === 0)
        return -1;
    otherKeys[others] = keyAt;
    otherKeys[others + 1] = keyAt + keyLength;
    others += 2;
    // The tape is the data's: of other attributes only plain values are taken.
    const first = bytes[at];
    if (first === 0x22) {
      const textEnd = scanner.string(bytes, at, end);
      attributes.push({ start: at, end: textEnd, isId: false, checks: [] });
      return extension(textEnd, keyAt);
    }
    if (first === 0x74) return isWord(bytes, at, 'true') ? extension(at + 4, keyAt) : -1;
    if (first === 0x66) return isWord(bytes, at, 'false') ? extension(at + 5, keyAt) : -1;
    return -1;
  }

  /** Behind the text of an id that begins at `at`, before its quote; -1 where it is none, or has anything escaped. */
  function idEnd(bytes: Buffer, at: number, end: number): number {
    const behind = scanner.string(bytes, at, end);
    if (behind === -1 || scanner.stringEscaped) return -1;
    const length = behind - at - 2;
    return length === 0 || length > MAX_ID_BYTES ? -1 : behind - 1;
  }

  function typeOf(bytes: Buffer, start: number, end: number): number {
    const candidates = byHash[hashOfRange(bytes, start, end)] ?? [];
    for (const candidate of candidates)
      if (candidate.name.length === end - start && isWord(bytes, start, candidate.name))
        return candidate.index;
    return -1;
  }

  /** Reads the event byte by byte. */
  function walk(bytes: Buffer, start: number, end: number): boolean {
    if (bytes[start] !== 0x7b || end - start > MAX_BYTES) return false;
    scanner.begin();
    typeIndex = -1;
    schemaversion = 0;
    seen = 0;
    others = 0;
    fields.bytes = bytes;
    fields.start = start;
    fields.end = end;
    fields.dataStart = start;
    fields.dataEnd = start;
    attributes.length = 0;
    fields.extensionNumbers = 0;
    let at = start + 1;
    for (;;) {
      const keyAt = at + 1;
      at = scanner.string(bytes, at, end);
      if (at === -1 || scanner.stringEscaped || bytes[at] !== 0x3a) return false;
      at = attribute(bytes, keyAt, at - 1 - keyAt, at + 1, end);
      if (at === -1) return false;
      const divider = bytes[at];
      at += 1;
      if (divider === 0x7d) break;
      if (divider !== 0x2c) return false;
    }
    const type = known[typeIndex];
    if (at !== end || (seen & REQUIRED) !== REQUIRED || type === undefined) return false;
    if (schemaversion !== type.version) return false;
    if (scanner.beyondAscii && !isUtf8(bytes.subarray(start, end))) return false;
    fields.type = type.index;
    return hasSoundData(bytes, type);
  }

  function hasSoundData(bytes: Buffer, { shape, people }: KnownType): boolean {
    if (fields.dataEnd === fields.dataStart) {
      // A class accepts no data at all only where none of its fields must be there.
      tape.next[0] = 1;
      return shape.accepts(bytes, tape, 0);
    }
    for (let member = 1; member < scanner.nodes; member = tape.next[member] ?? 0) {
      const at = tape.keyStart[member] ?? 0;
      const length = (tape.keyEnd[member] ?? 0) - at;
      for (const name of people) if (length === name.length && isWord(bytes, at, name)) return false;
    }
    return shape.accepts(bytes, tape, 0);
  }

  /** Whether an event like one that was walked through before; then the fields tell of it. */
  function resembles(bytes: Buffer, start: number, end: number, text: string, at: number): boolean {
    // Whether it is the attribute is for the template to say. The search goes by the first letter: a rare one.
    const found = text.indexOf('ype":"', at) - at;
    if (found < 0 || found > end - start) return false;
    const typeStart = start + found + 6;
    let typeEnd = typeStart;
    while (typeEnd < end && bytes[typeEnd] !== 0x22) typeEnd += 1;
    const type = typeOf(bytes, typeStart, typeEnd);
    if (type === -1) return false;
    const templates = known[type]?.templates ?? [];
    for (const template of templates) if (template.accepts(text, at, bytes, start, end, fields)) return true;
    return false;
  }

  function learn(bytes: Buffer): void {
    const type = known[typeIndex];
    if (type === undefined) return;
    if (type.templates.length === MAX_TEMPLATES || type.attempts === MAX_ATTEMPTS) return;
    type.attempts += 1;
    const nodes = fields.dataEnd === fields.dataStart ? 0 : scanner.nodes;
    const checks = nodes === 0 ? [] : type.shape.checksOf(bytes, tape, 0);
    if (checks === undefined) return;
    const template = compileTemplate(
      { bytes, fields, tape, nodes, attributes, timeStart, checks },
      plausible,
    );
    if (template !== undefined) type.templates.push(template);
  }

  return {
    types,
    fields,
    accepts(bytes, start, end, text, at) {
      const isShort = end - start <= MAX_TEMPLATE_BYTES;
      if (isShort && resembles(bytes, start, end, text, at)) return true;
      if (!walk(bytes, start, end)) return false;
      if (isShort) learn(bytes);
      return true;
    },
  };
}

const IS_INSTANT = [(text: unknown): boolean => typeof text === 'string' && parseInstant(text) !== undefined];

/** id, type, time, source, subject, specversion, schemaversion. */
const REQUIRED = 1 | 2 | 4 | 16 | 32 | 64 | 256;

function hashOfText(text: string): number {
  const bytes = Buffer.from(text);
  return hashOfRange(bytes, 0, bytes.length);
}

function hashOfRange(bytes: Uint8Array, start: number, end: number): number {
  const middle = (start + end) >> 1;
  return (
    ((end - start) * 7 + (bytes[start] ?? 0) * 31 + (bytes[middle] ?? 0) * 17 + (bytes[end - 1] ?? 0)) & 255
  );
}
