import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DomainEvent } from './domain-event.js';
import { type ClaimedEvent, createIdentityRegister } from './identity.js';

interface Told {
  readonly time?: number;
  readonly into?: string;
  readonly dealId?: string;
  readonly source?: string;
  readonly id?: string;
}

function claimed({ time = 1, into = 'd2', dealId = 'd1', source = 's', id = 'e1' }: Told = {}): ClaimedEvent {
  const event: DomainEvent = { type: 'deal.merged', source, id, time, data: { into } };
  return { event, dealId, where: 'line 1' };
}

describe('an identity', () => {
  it('is claimed by the first event that has it', () => {
    expect(createIdentityRegister().claim(claimed()).outcome).toBe('new');
  });

  it('counts once, however often the same event is delivered and whatever the order of its keys', () => {
    const register = createIdentityRegister();
    const told = claimed();
    register.claim({ ...told, event: { ...told.event, data: { into: 'd2', x: 1 } } as DomainEvent });
    const again = register.claim({
      ...told,
      event: { ...told.event, data: { x: 1, into: 'd2' } } as DomainEvent,
    });
    expect(again.outcome).toBe('duplicate');
  });

  it('belongs to the earlier of two that differ', () => {
    const register = createIdentityRegister();
    const late = claimed({ time: 2, into: 'a' });
    const early = claimed({ time: 1, into: 'b' });
    register.claim(late);
    expect(register.claim(early)).toEqual({ outcome: 'supersedes', refused: late });
    expect(register.claim(late)).toEqual({ outcome: 'refused', by: early });
  });

  it('belongs at equal times to the one whose JSON text sorts first', () => {
    const register = createIdentityRegister();
    const second = claimed({ into: 'b' });
    const first = claimed({ into: 'a' });
    register.claim(second);
    expect(register.claim(first)).toEqual({ outcome: 'supersedes', refused: second });
    expect(register.claim(second)).toEqual({ outcome: 'refused', by: first });
  });

  it('is global: the same one in another deal is the same one', () => {
    const register = createIdentityRegister();
    register.claim(claimed({ dealId: 'd1' }));
    expect(register.claim(claimed({ dealId: 'd2' })).outcome).toBe('refused');
  });

  it.each([
    [{ source: 's', id: 'e2' }],
    [{ source: 't', id: 'e1' }],
    [{ source: '', id: 'se1' }],
    [{ source: 'se', id: '1' }],
  ])('of %j is not that of source s and id e1', (other) => {
    const register = createIdentityRegister();
    register.claim(claimed());
    expect(register.claim(claimed(other)).outcome).toBe('new');
  });

  it('is not mistaken for another by any character in its parts', () => {
    const register = createIdentityRegister();
    register.claim(claimed({ source: 'a\u0000b', id: 'c' }));
    expect(register.claim(claimed({ source: 'a', id: 'b\u0000c' })).outcome).toBe('new');
    expect(register.claim(claimed({ source: '1:a', id: 'b' })).outcome).toBe('new');
    expect(register.claim(claimed({ source: '1', id: ':ab' })).outcome).toBe('new');
  });

  it('belongs to the same event whatever the order of the claims', () => {
    const told = fc.record({
      time: fc.integer({ min: 1, max: 3 }),
      into: fc.constantFrom('a', 'b', 'c'),
      dealId: fc.constantFrom('d1', 'd2'),
    });
    const holder = (claims: readonly ClaimedEvent[]): ClaimedEvent | undefined => {
      const register = createIdentityRegister();
      let holds: ClaimedEvent | undefined;
      for (const claim of claims) {
        const { outcome } = register.claim(claim);
        if (outcome === 'new' || outcome === 'supersedes') holds = claim;
      }
      return holds;
    };
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 8 }), (all) => {
        const claims = all.map(claimed);
        const forwards = holder(claims);
        expect(holder([...claims].reverse())).toEqual(forwards);
        expect(forwards?.event.time).toBe(Math.min(...claims.map(({ event }) => event.time)));
      }),
      { numRuns: 500 },
    );
  });
});
