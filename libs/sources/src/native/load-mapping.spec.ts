import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { nativeSources } from '../sources.js';
import { loadSourceMapping } from './load-mapping.js';
import { defaultMapping } from './mapping.js';

function faultsIn(yaml: string): readonly string[] {
  const loaded = loadSourceMapping('salesforce', yaml);
  return 'faults' in loaded ? loaded.faults.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('a mapping file', () => {
  it.each(['', '# nothing to say\n', '{}'])('says nothing (%j): the defaults count', (yaml) => {
    expect(loadSourceMapping('hubspot', yaml)).toEqual({ mapping: defaultMapping });
  });

  it('is read with all its keys', () => {
    const loaded = loadSourceMapping(
      'salesforce',
      `
source: salesforce/acme
timezone: Europe/Berlin
currency: EUR
deal_id_prefix: "sf-"
assume_accepted: true
stages: { won: [closedwon, " Signed "], lost: Closed Lost, walked_away: [17] }
roles: { Budget Owner: economic_buyer }
association_roles: { 36: champion }
people: { contact/003xx0000001: { email: " Ann@Customer.Example ", name: Ann } }
types: { com.example.opened: deal.opened }
rules:
  - { object: Opportunity, field: A__c, values: { X: criteria_agreed }, emit: buying.milestone_reached, data: { milestone: { value: true } } }
  - { object: O__c, field: B__c, deal: D__c, time: T__c, emit: fit.assessed, data: { score: { field: B__c, as: number, divide: 100 } } }
  - { object: Task, field: C__c, equals: true, set: { mutual: true } }
`,
    );
    expect(loaded).toEqual({
      mapping: {
        source: 'salesforce/acme',
        timezone: 'Europe/Berlin',
        currency: 'EUR',
        dealIdPrefix: 'sf-',
        assumeAccepted: true,
        stages: {
          won: new Set(['closedwon', 'signed']),
          lost: new Set(['closed lost']),
          walked_away: new Set(['17']),
        },
        roles: new Map([['budget owner', 'economic_buyer']]),
        associationRoles: new Map([['36', 'champion']]),
        people: new Map([['contact/003xx0000001', { email: 'ann@customer.example', name: 'Ann' }]]),
        types: new Map([['com.example.opened', 'deal.opened']]),
        rules: [
          {
            object: 'Opportunity',
            field: 'A__c',
            values: new Map([['X', 'criteria_agreed']]),
            emit: 'buying.milestone_reached',
            data: { milestone: { value: true } },
          },
          {
            object: 'O__c',
            field: 'B__c',
            deal: 'D__c',
            time: 'T__c',
            emit: 'fit.assessed',
            data: { score: { field: 'B__c', as: 'number', divide: 100 } },
          },
          { object: 'Task', field: 'C__c', equals: true, data: {}, set: { mutual: true } },
        ],
      },
    });
  });

  it('keeps keys such as __proto__ as data', () => {
    const loaded = loadSourceMapping('salesforce', 'roles: { __proto__: champion, constructor: user }');
    expect('mapping' in loaded && [...loaded.mapping.roles]).toEqual([
      ['__proto__', 'champion'],
      ['constructor', 'user'],
    ]);
  });

  it.each(readdirSync('examples/mappings'))('is shipped as an example without a fault: %s', (file) => {
    const source = nativeSources.find((name) => file.startsWith(name)) ?? 'cloudevents';
    expect(loadSourceMapping(source, readFileSync(`examples/mappings/${file}`, 'utf8'))).toMatchObject({
      mapping: { rules: expect.any(Array) },
    });
  });

  it.each<[string, string]>([
    ['a: [', ': line 1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['- a', ': expected keys and values, got a list'],
    [
      'sourse: x',
      'sourse: unknown key; known here: source, timezone, currency, deal_id_prefix, assume_accepted, stages, roles, association_roles, people, types, rules',
    ],
    ['source: 7', 'source: expected a text such as salesforce/acme, got 7'],
    ['timezone: Mars', 'timezone: expected an IANA time zone such as Europe/Berlin, got "Mars"'],
    ['timezone: +01:00', 'timezone: expected an IANA time zone such as Europe/Berlin, got "+01:00"'],
    ['currency: euro', 'currency: expected a currency such as EUR, got "euro"'],
    ['deal_id_prefix: 7', 'deal_id_prefix: expected a text, got 7'],
    ['assume_accepted: yes', 'assume_accepted: expected true or false, got "yes"'],
    ['stages: [won]', 'stages: expected won, lost and walked_away, each a list of stages, got a list'],
    ['stages: { gone: [x] }', 'stages.gone: unknown key; known here: won, lost, walked_away'],
    ['stages: { won: { a: b } }', 'stages.won: expected a list of stages, got keys and values'],
    ['stages: { won: [""] }', 'stages.won: expected a list of stages, got a list'],
    [
      'roles: { Boss: king }',
      'roles.Boss: expected one of champion, economic_buyer, approver, evaluator, user, other, got "king"',
    ],
    [
      'association_roles: { 36: 7 }',
      'association_roles.36: expected one of champion, economic_buyer, approver, evaluator, user, other, got ""',
    ],
    [
      'people: { 003xx: { email: a@b.example } }',
      'people.003xx: expected a reference such as contact/003xx0000001, lead/…, user/…, owner/…, person/…',
    ],
    ['people: { user/1: { name: A } }', 'people.user/1.email: missing; expected an address'],
    ['people: { user/1: { email: ann } }', 'people.user/1.email: expected an address, got "ann"'],
    [
      'people: { user/1: { email: a@b.example, mail: x } }',
      'people.user/1.mail: unknown key; known here: email, name',
    ],
    ['types: { a: deal.opend }', 'types.a: expected an event type such as deal.opened, got "deal.opend"'],
    ['rules: {}', 'rules: expected a list of rules, got keys and values'],
    ['rules: [x]', 'rules[0]: expected keys and values, got "x"'],
  ])('is refused with the path of the fault: %s', (yaml, fault) => {
    expect(faultsIn(yaml)).toEqual([fault]);
  });

  it.each<[string, string, string]>([
    ['no object', 'field: F, emit: reference.given', 'rules[0].object: missing; expected an object such as Opportunity or deal'], // prettier-ignore
    ['no field', 'object: O, emit: reference.given', 'rules[0].field: missing; expected the field that makes the rule fire'], // prettier-ignore
    ['a wrong key', 'object: O, field: F, emit: reference.given, when: x', 'rules[0].when: unknown key; known here: object, field, equals, values, deal, emit, time, data, set'], // prettier-ignore
    ['nothing to do', 'object: O, field: F', 'rules[0].emit: missing; a rule emits an event or sets fields'],
    ['an unknown type', 'object: O, field: F, emit: fit.assesed', 'rules[0].emit: there is no event type "fit.assesed"'], // prettier-ignore
    ['data without an event', 'object: O, field: F, set: { mutual: true }, data: { a: 1 }', 'rules[0].data: only for a rule that emits an event'], // prettier-ignore
    ['two conditions', 'object: O, field: F, equals: a, values: [b], emit: reference.given', 'rules[0].values: either equals or values, not both'], // prettier-ignore
    ['no values', 'object: O, field: F, values: {}, emit: reference.given', 'rules[0].values: expected values, each with what it stands for, got keys and values'], // prettier-ignore
    ['a condition that is no value', 'object: O, field: F, equals: [a], emit: reference.given', 'rules[0].equals: expected a text, a number, true or false, got a list'], // prettier-ignore
    ['an unknown field', 'object: O, field: F, emit: close.asked, data: { for: order, from: x }', 'rules[0].data.from: close.asked has no such field; it has for, by'], // prettier-ignore
    ['a field of an event without any', 'object: O, field: F, emit: reference.given, data: { to: x }', 'rules[0].data.to: reference.given has no such field; it has no fields'], // prettier-ignore
    ['a missing field', 'object: O, field: F, emit: close.asked', 'rules[0].data.for: missing; close.asked needs it'], // prettier-ignore
    ['a wrong constant', 'object: O, field: F, emit: close.asked, data: { for: money }', 'rules[0].data.for: expected one of order, next_step, got "money"'], // prettier-ignore
    ['a wrong constant within an object', 'object: O, field: F, emit: close.asked, data: { for: order, by: { email: 7 } }', 'rules[0].data.by.email: expected a text of at most 100000 characters, got 7'], // prettier-ignore
    ['an unknown field within an object', 'object: O, field: F, emit: close.asked, data: { for: order, by: { mail: x } }', 'rules[0].data.by.mail: by has no such field; it has email, name, ref'], // prettier-ignore
    ['an object where a value belongs', 'object: O, field: F, emit: close.asked, data: { for: { x: 1 } }', 'rules[0].data.for: expected a value, such as { field: Name }, not an object'], // prettier-ignore
    ['one value where an object belongs', 'object: O, field: F, emit: close.asked, data: { for: order, by: { field: B } }', 'rules[0].data.by: expected an object of email, name, ref, not one value'], // prettier-ignore
    ['a wrong result', 'object: O, field: F, values: { A: agreed }, emit: buying.milestone_reached, data: { milestone: { value: true } }', "rules[0].values.A: as buying.milestone_reached's milestone: expected one of need_recognised, process_defined, criteria_agreed, solution_validated, business_case_accepted, decision_approved, order_placed, got \"agreed\""], // prettier-ignore
    ['a value that is not true', 'object: O, field: F, emit: deal.lost, data: { reason: { value: F } }', 'rules[0].data.reason.value: expected true, got "F"'], // prettier-ignore
    ['a wrong kind', 'object: O, field: F, emit: deal.lost, data: { reason: { field: F, as: txt } }', 'rules[0].data.reason.as: expected text, number, boolean, date or instant, got "txt"'], // prettier-ignore
    ['division by nothing', 'object: O, field: F, emit: fit.assessed, data: { score: { field: F, divide: 0 } }', 'rules[0].data.score.divide: expected a number other than 0, got 0'], // prettier-ignore
    ['division of a text', 'object: O, field: F, emit: fit.assessed, data: { score: { field: F, as: text, divide: 2 } }', 'rules[0].data.score.divide: only for a field read as: number'], // prettier-ignore
    ['a split by nothing', 'object: O, field: F, emit: business_case.validated, data: { objectives: { field: F, split: "" } }', 'rules[0].data.objectives.split: expected what stands between the items, such as ";", got ""'], // prettier-ignore
    ['a wrong key of a field', 'object: O, field: F, emit: deal.lost, data: { reason: { field: F, at: x } }', 'rules[0].data.reason.at: unknown key; known here: field, as, divide, split'], // prettier-ignore
    ['a set field of no event', 'object: O, field: F, set: { mutal: true }', 'rules[0].set.mutal: no event has such a field'], // prettier-ignore
    ['a set value of no event', 'object: O, field: F, set: { owner_side: ours }', 'rules[0].set.owner_side: expected one of customer, seller, both, got "ours"'], // prettier-ignore
    ['nothing to set', 'object: O, field: F, set: {}', 'rules[0].set: expected fields and their values, got nothing'], // prettier-ignore
  ])('is refused for a rule with %s', (_, yaml, fault) => {
    expect(faultsIn(`rules:\n  - { ${yaml} }`)).toEqual([fault]);
  });

  it('is told all of its faults at once', () => {
    const yaml =
      'timezone: Mars\ncurrency: euro\nrules:\n  - { object: O, field: F }\n  - { field: F, emit: x }';
    expect(faultsIn(yaml).map((fault) => fault.split(': ')[0])).toEqual([
      'timezone',
      'currency',
      'rules[0].emit',
      'rules[1].object',
      'rules[1].emit',
    ]);
  });
});
