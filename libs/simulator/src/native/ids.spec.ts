import { describe, expect, it } from '@jest/globals';
import { calendarEventId, opportunityId, salesforceId, withCheck } from './ids.js';

describe('ids of the systems', () => {
  it('end, in Salesforce, with which of their letters are capitals', () => {
    expect(withCheck('001D000000IqhSL')).toBe('001D000000IqhSLIAZ');
  });

  it('say of what object a record is, and are the same for the same name', () => {
    const prefixes = {
      Account: '001',
      Contact: '003',
      User: '005',
      Opportunity: '006',
      OpportunityContactRole: '00K',
      Task: '00T',
    } as const;
    for (const [object, prefix] of Object.entries(prefixes)) {
      const id = salesforceId(object as keyof typeof prefixes, 'deal-000001');
      expect(id).toMatch(new RegExp(`^${prefix}[A-Za-z0-9]{15}$`));
      expect(salesforceId(object as keyof typeof prefixes, 'deal-000001')).toBe(id);
    }
  });

  it('are different for each deal, also without regard to case', () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => opportunityId(`deal-${n}`).toLowerCase());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are, in the calendar, of the characters that it takes', () => {
    expect(calendarEventId('meeting-deal-000001-1')).toMatch(/^[a-v0-9]{5,1024}$/);
  });
});
