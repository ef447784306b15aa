import { describe, expect, it } from '@jest/globals';
import { dealOf, endpointOf, episodeOf } from '../testing/alerts.js';
import { wants } from './matching.js';
import type { AlertDeal, AlertFinding, Endpoint } from './types.js';

type Case = [string, Partial<Endpoint>, Partial<AlertDeal>, Partial<AlertFinding>, boolean];

describe('an endpoint', () => {
  it.each<Case>([
    ['all that is grave enough', {}, {}, {}, true],
    ['the graver', {}, {}, { severity: 'critical' }, true],
    ['nothing below its minimum', {}, {}, { severity: 'info' }, false],
    ['hints, where it says so', { minimumSeverity: 'info' }, {}, { severity: 'info' }, true],
    ['a kind it names', { kinds: ['stalled'] }, {}, {}, true],
    ['no kind it does not name', { kinds: ['idle_meeting'] }, {}, {}, false],
    ['a family it names', { families: ['stall'] }, {}, {}, true],
    ['no family it does not name', { families: ['success'] }, {}, {}, false],
    ['a kind it names beside other families', { kinds: ['stalled'], families: ['success'] }, {}, {}, true],
    ['a family, beside other kinds', { kinds: ['poor_fit'], families: ['stall'] }, {}, {}, true],
    ['an amount that reaches its minimum', { minimumAmount: 900 }, {}, {}, true],
    ['no smaller amount', { minimumAmount: 900.01 }, {}, {}, false],
    ['no unknown amount', { minimumAmount: 0 }, { amount_reporting: null }, {}, false],
    ['an unknown amount, without a minimum', {}, { amount_reporting: null }, {}, true],
    ['an owner by id', { owners: ['O1'] }, {}, {}, true],
    ['an owner by name', { owners: ['x', 'kim'] }, {}, {}, true],
    ['no other owner', { owners: ['lee'] }, {}, {}, false],
    ['no deal without an owner', { owners: ['lee'] }, { owner: { id: null, name: null } }, {}, false],
    ['a team', { teams: ['north'] }, {}, {}, true],
    ['no other team', { teams: ['south'] }, {}, {}, false],
    ['no deal without a team', { teams: ['north'] }, { team: null }, {}, false],
    ['a segment', { segments: ['SMB'] }, {}, {}, true],
    ['no other segment', { segments: ['enterprise'] }, {}, {}, false],
    ['a pipeline', { pipelines: ['default'] }, {}, {}, true],
    ['no other pipeline', { pipelines: ['partners'] }, {}, {}, false],
    ['only what meets all of it', { teams: ['north'], segments: ['enterprise'] }, {}, {}, false],
  ])('wants %s', (_, endpoint, deal, finding, wanted) => {
    expect(wants(endpointOf(endpoint), dealOf(deal), episodeOf(finding))).toBe(wanted);
  });
});
