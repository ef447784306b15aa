/** A node of a parsed statement, as the engine's EXPLAIN AST writes it. */
export interface SyntaxNode {
  /** `Function`, `TableIdentifier`, … */
  readonly kind: string;
  /** What follows the kind: a name, a literal, an alias. */
  readonly detail: string;
  readonly children: readonly SyntaxNode[];
}

interface Growing {
  readonly kind: string;
  readonly detail: string;
  readonly expected: number;
  readonly children: Growing[];
}

const CHILDREN = / \(children (\d+)\)$/;
const LINE = /^( *)(\S+)(?: (.*))?$/;

/**
 * Reads what EXPLAIN AST wrote. Names stand in it as they are, so one with a line break looks like nodes of its own.
 * Such lines can only add nodes, never take away or move one that is there: each node says how many children it has,
 * and a tree in which that isn't so is none.
 * @returns undefined where the text is no such tree
 */
export function parseSyntaxTree(text: string): SyntaxNode | undefined {
  const path: Growing[] = [];
  const all: Growing[] = [];
  for (const line of text.replace(/\n+$/, '').split('\n')) {
    const children = CHILDREN.exec(line);
    const match = LINE.exec(children === null ? line : line.slice(0, children.index));
    if (match === null) return undefined;
    const [, indentation = '', kind = '', detail = ''] = match;
    const depth = indentation.length;
    if (depth > path.length || (depth === 0 && all.length > 0)) return undefined;
    const node: Growing = {
      kind,
      detail: detail.trim(),
      expected: Number(children?.[1] ?? 0),
      children: [],
    };
    path.length = depth;
    path.at(-1)?.children.push(node);
    path.push(node);
    all.push(node);
  }
  return all.every(({ expected, children }) => children.length === expected) ? all[0] : undefined;
}

/** The node and all below it. */
export function* nodesOf(node: SyntaxNode): Generator<SyntaxNode> {
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...next.children);
  }
}

/** The name that a node begins with; names with spaces are cut, which makes them names of nothing. */
export function nameOf({ detail }: SyntaxNode): string {
  return detail.split(' ', 1)[0] ?? '';
}
