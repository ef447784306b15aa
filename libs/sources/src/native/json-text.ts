/**
 * JSON text of a value of parsed JSON, however deeply it nests: what is refused for its nesting must still be written
 * out whole.
 */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return withoutRecursion(value);
    throw error;
  }
}

/** A list or object that is being written: what is left of it. */
interface Open {
  readonly items: readonly unknown[] | readonly (readonly [string, unknown])[];
  readonly isList: boolean;
  at: number;
}

function withoutRecursion(value: unknown): string {
  const parts: string[] = [];
  const open: Open[] = [];
  const write = (item: unknown): void => {
    if (typeof item !== 'object' || item === null) {
      parts.push(JSON.stringify(item));
      return;
    }
    const isList = Array.isArray(item);
    parts.push(isList ? '[' : '{');
    open.push({ items: isList ? (item as unknown[]) : Object.entries(item), isList, at: 0 });
  };
  write(value);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { items, isList, at } = top;
    if (at === items.length) {
      parts.push(isList ? ']' : '}');
      open.pop();
      continue;
    }
    if (at > 0) parts.push(',');
    top.at += 1;
    if (isList) {
      write(items[at]);
    } else {
      const [key, item] = items[at] as readonly [string, unknown];
      parts.push(`${JSON.stringify(key)}:`);
      write(item);
    }
  }
  return parts.join('');
}
