import { describe, expect, it } from '@jest/globals';
import { nameOf, nodesOf, parseSyntaxTree } from './syntax-tree.js';

describe('the tree of a statement', () => {
  it('has the nodes with their names, literals and aliases', () => {
    const tree = parseSyntaxTree(
      [
        'SelectQuery (children 2)',
        ' ExpressionList (children 2)',
        "  Literal 'a b' (alias x)",
        '  Function plus (alias y (children 7)) (children 0)',
        ' TablesInSelectQuery',
        '',
      ].join('\n'),
    );
    expect(tree).toEqual({
      kind: 'SelectQuery',
      detail: '',
      expected: 2,
      children: [
        expect.objectContaining({
          kind: 'ExpressionList',
          children: [
            { kind: 'Literal', detail: "'a b' (alias x)", expected: 0, children: [] },
            { kind: 'Function', detail: 'plus (alias y (children 7))', expected: 0, children: [] },
          ],
        }),
        expect.objectContaining({ kind: 'TablesInSelectQuery', children: [] }),
      ],
    });
    const nodes = tree === undefined ? [] : [...nodesOf(tree)];
    expect(nodes).toHaveLength(5);
    expect(nodes.map(nameOf)).toContain('plus');
  });

  it.each([
    ['a name that adds a node beside another', 'A (children 1)\n B x\n C'],
    ['a name that takes a node over from another', 'A (children 2)\n B x\n C (children 1)\n  D\n E'],
    ['a name that ends the tree', 'A (children 1)\n B x\nC'],
    ['a name that skips a level', 'A (children 1)\n B (children 1)\n   C'],
    ['a name that ends in an empty line', 'A (children 1)\n B\n\n C'],
    ['nothing', ''],
  ])('is none with %s', (_, text) => {
    expect(parseSyntaxTree(text)).toBeUndefined();
  });

  it('a name can only hang nodes below itself', () => {
    // B's name is "x (children 1)\n  C y": its real neighbour stays where it is.
    const tree = parseSyntaxTree('A (children 2)\n B x (children 1)\n  C y\n D');
    expect(tree?.children.map(({ kind }) => kind)).toEqual(['B', 'D']);
  });
});
