import { describe, expect, it } from '@jest/globals';
import { eventCatalogue, type EventType } from './catalogue.js';
import { upcast, type Upcasters } from './upcast.js';

/** Version 2 names the channel's medium, version 3 turns it into a list. */
const registry: Upcasters = {
  'message.sent@1': (data) => ({ medium: (data as { channel: string }).channel }),
  'message.sent@2': (data) => ({ media: [(data as { medium: string }).medium] }),
  'message.received@2': (data) => data,
};

describe('an upcast', () => {
  it.each([
    [1, { channel: 'email' }],
    [2, { medium: 'email' }],
    [3, { media: ['email'] }],
  ])('brings version %d to the current one, step by step', (version, data) => {
    expect(upcast('message.sent', version, data, registry, 3)).toEqual({ data: { media: ['email'] } });
  });

  it('leaves the data of the current version as they are', () => {
    const data = { channel: 'email' };
    expect(upcast('message.sent', 1, data, registry, 1)?.data).toBe(data);
  });

  it('does not change the data that it was given', () => {
    const data = Object.freeze({ channel: 'email' });
    upcast('message.sent', 1, data, registry, 3);
    expect(data).toEqual({ channel: 'email' });
  });

  it.each([0, 4, 1.5, -1, Number.NaN])('knows no version %d', (version) => {
    expect(upcast('message.sent', version, {}, registry, 3)).toBeUndefined();
  });

  it('finds no way where a step is missing', () => {
    expect(upcast('message.received', 1, {}, registry, 3)).toBeUndefined();
  });

  it('leads from every version that was ever written to the current one', () => {
    for (const [type, { version: current }] of Object.entries(eventCatalogue)) {
      for (let version = 1; version <= current; version += 1) {
        expect(upcast(type as EventType, version, {})).toBeDefined();
      }
    }
  });
});
