import { describe, expect, it } from '@jest/globals';
import { table, wrapped } from './table.js';

const columns = [
  { title: 'NAME', cell: ({ name }: { name: string }) => name, maxWidth: 6 },
  { title: 'SIZE', cell: ({ name }: { name: string }) => String(name.length), align: 'right' as const },
];

describe('a table on the terminal', () => {
  it('is as wide as what it holds, cuts what is too long, and aligns numbers to the right', () => {
    expect(table([{ name: 'a' }, { name: 'longer than that' }], columns)).toBe(
      ['NAME    SIZE', 'a          1', 'longe…    16', ''].join('\n'),
    );
  });

  it('counts what a reader takes for one character as one', () => {
    expect(
      table([{ name: '👩‍💻é' }], [{ title: 'N', cell: ({ name }: { name: string }) => name, maxWidth: 2 }]),
    ).toBe('N\n👩‍💻é\n');
  });

  it('lets no name move the cursor or colour the rest', () => {
    expect(table([{ name: '\u001b[2J\na' }], columns)).not.toMatch(/\u001b|\na/);
  });
});

describe('wrapped text', () => {
  it('breaks at spaces and keeps the indent', () => {
    expect(wrapped('one two three four five six', '  ', 24)).toBe('  one two three four\n  five six\n');
  });

  it('leaves a word that is too long in one piece', () => {
    expect(wrapped('a '.concat('x'.repeat(40)), '', 20)).toBe(`a\n${'x'.repeat(40)}\n`);
  });
});
