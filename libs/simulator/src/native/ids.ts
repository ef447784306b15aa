import { createHash } from 'node:crypto';

/** The first three characters of a Salesforce id say of what object the record is. */
const PREFIXES = {
  Account: '001',
  Contact: '003',
  User: '005',
  Opportunity: '006',
  OpportunityContactRole: '00K',
  Task: '00T',
} as const;

/** The objects of Salesforce that have records here. */
export type SalesforceObject = keyof typeof PREFIXES;

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

function digestOf(name: string): Buffer {
  return createHash('sha256').update(name).digest();
}

/** An id of 15 characters with the three that say which of its letters are capitals, five in each. */
export function withCheck(id: string): string {
  const bits = Array.from(id, (letter) => (letter >= 'A' && letter <= 'Z' ? 1 : 0));
  const check = [0, 5, 10].map((from) =>
    CHECK.charAt(bits.slice(from, from + 5).reduce<number>((sum, bit, place) => sum + bit * 2 ** place, 0)),
  );
  return id + check.join('');
}

/**
 * The id of a record, 18 characters: the same for the same name.
 * @param name what the record stands for, different for each record of the object
 */
export function salesforceId(object: SalesforceObject, name: string): string {
  const letters = [...digestOf(`${object}/${name}`).subarray(0, 10)].map((byte) => BASE62.charAt(byte % 62));
  return withCheck(`${PREFIXES[object]}5f${letters.join('')}`);
}

/** The Salesforce id of a deal. */
export function opportunityId(dealId: string): string {
  return salesforceId('Opportunity', dealId);
}

/** The id of a meeting in Google's calendar, which takes the digits and the letters from a to v. */
export function calendarEventId(meetingId: string): string {
  return digestOf(`calendar/${meetingId}`).toString('hex').slice(0, 26);
}

/** A UUID that is the same for the same name. */
export function uuidOf(name: string): string {
  const hex = digestOf(name).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** A whole number below 2^32 that is the same for the same name. */
export function numberOf(name: string): number {
  return digestOf(name).readUInt32BE(0);
}
