import { describe, expect, it } from '@jest/globals';
import { at, sha256 } from '../testing/alerts.js';
import { alertId, digestWebhookId, messageId } from './ids.js';

const since = at('2026-03-02T12:00:00');

describe('ids', () => {
  it('are hashes that stay the same from version to version', () => {
    expect(alertId(sha256, 'd1', 'stalled', since, null)).toBe(
      `al_${sha256('["d1","stalled","2026-03-02T12:00:00.000Z"]').slice(0, 24)}`,
    );
    const message = {
      alertId: 'al_1',
      endpoint: 'ops',
      type: 'deal.stalled',
      severity: 'warning',
      before: 0,
    } as const;
    expect(messageId(sha256, message)).toBe(
      `msg_${sha256('["al_1","ops","deal.stalled","warning",0]').slice(0, 24)}`,
    );
    expect(digestWebhookId(sha256, 'ops', since, 0)).toBe(
      `msg_${sha256('["digest","ops","2026-03-02T12:00:00.000Z",0]').slice(0, 24)}`,
    );
  });

  it('differ with whatever they are made of', () => {
    const ids = [
      alertId(sha256, 'd1', 'stalled', since, null),
      alertId(sha256, 'd2', 'stalled', since, null),
      alertId(sha256, 'd1', 'disconnected', since, null),
      alertId(sha256, 'd1', 'stalled', since + 1, null),
      alertId(sha256, 'd1', 'stalled', since, 'al_1'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
