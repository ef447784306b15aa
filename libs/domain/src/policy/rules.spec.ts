import { describe, expect, it } from '@jest/globals';
import { bookOf } from '../testing/given.js';

const stages = [
  { id: 'intake', order: 1, expected_days: 3, called_for_at: null },
  { id: 'trial', order: 3, expected_days: null, called_for_at: 4, aliases: ['POC'] },
  { id: 'sign', order: 2, expected_days: 5, called_for_at: 1 },
];

describe('the rules of a pipeline', () => {
  it('layer its own findings over those of the policy, and leave the others’ alone (62)', () => {
    const book = bookOf({
      findings: { disconnected: { days: 7 } },
      pipelines: {
        enterprise: { findings: { disconnected: { critical_messages: 5 }, stalled: { enabled: false } } },
      },
    });
    const { findings, judged } = book.forPipeline('enterprise');
    expect(findings.disconnected).toEqual({ enabled: true, days: 7, critical_messages: 5 });
    expect(judged.open.map(({ kind }) => kind)).not.toContain('stalled');
    expect(book.forPipeline('default').findings.disconnected.critical_messages).toBe(3);
    expect(book.forPipeline('default').judged.open.map(({ kind }) => kind)).toContain('stalled');
  });

  it('have its own stages, or those of default where it has none', () => {
    const book = bookOf({ pipelines: { enterprise: { stages }, small: {} } });
    expect(book.forPipeline('enterprise').stage('trial')?.order).toBe(3);
    expect(book.forPipeline('enterprise').stage('closing')).toBeUndefined();
    expect(book.forPipeline('small').stage('closing')?.order).toBe(6);
  });

  it('are those of default for any pipeline that the policy does not know, whatever its name (21)', () => {
    const book = bookOf();
    for (const name of ['nowhere', '', '__proto__', 'constructor', 'toString'])
      expect(book.forPipeline(name)).toBe(book.forPipeline('default'));
  });

  it('know stages by id and alias in any case, what each position calls for, and the days still to come', () => {
    const rules = bookOf({ pipelines: { default: { stages } } }).forPipeline('default');
    expect(rules.stage('Poc')?.id).toBe('trial');
    expect([0, 1, 3, 4, 7].map((position) => rules.calledForAt(position))).toEqual([0, 2, 2, 3, 3]);
    expect([1, 2, 3].map((order) => rules.expectedFrom(order))).toEqual([8, 5, 0]);
  });
});
