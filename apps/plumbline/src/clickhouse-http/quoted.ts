/** A text as a literal of SQL. */
export function literal(text: string): string {
  return `'${escaped(text)}'`;
}

/** A name as SQL writes it where it isn't a plain word. */
export function name(text: string): string {
  return `\`${escaped(text)}\``;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\'`]/g, '\\$&');
}
