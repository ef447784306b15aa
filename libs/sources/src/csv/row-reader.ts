import { quoted, type Json } from '../translation.js';
import { PLAIN_COLUMN, readCell, readMoment, readText, type Reading } from './cells.js';
import type { Clock } from './clock.js';
import { comparable } from './load-events.js';
import type { CellReference, Condition, CsvMapping, LookUp, ValueRule } from './mapping.js';
import type { Moment } from './moments.js';

/** Reads the values of one row by the rules of the mapping, and collects every reason why it can't be read. */
export class RowReader {
  /** Each once, in the order in which they were found. */
  readonly reasons = new Set<string>();

  constructor(
    private readonly mapping: CsvMapping,
    private readonly clock: Clock,
    private readonly places: ReadonlyMap<string, number>,
    private readonly cells: readonly string[],
  ) {}

  /** The text of a cell; "" where it is empty or can't be read. */
  text(column: string): string {
    return (
      this.noted(column, readText(this.mapping.columns.get(column) ?? PLAIN_COLUMN, this.bytes(column))) ?? ''
    );
  }

  holds(condition: Condition): boolean {
    const has = (column: string, words: ReadonlySet<string>): boolean =>
      words.has(comparable(this.text(column)));
    // Every column is looked at, so that all that can't be read are told.
    const all = [...condition.when].map(([column, words]) => has(column, words));
    const any = [...condition.unless].map(([column, words]) => has(column, words));
    return all.every(Boolean) && !any.some(Boolean);
  }

  moment(column: string): Moment | undefined {
    const rule = this.mapping.columns.get(column) ?? PLAIN_COLUMN;
    return this.noted(column, readMoment(rule, this.bytes(column), this.clock));
  }

  /** The value of a rule; undefined where the cells that it needs are empty or can't be read. */
  value(rule: ValueRule): Json | undefined {
    switch (rule.kind) {
      case 'constant':
        return rule.value;
      case 'cell':
        return this.cell(rule.cell);
      case 'join': {
        const texts = rule.cells.map((cell) => this.cell(cell)).filter((value) => value !== undefined);
        return texts.length === 0 ? undefined : texts.map(wordsOf).join(rule.between);
      }
      case 'list': {
        const items = rule.items.map((item) => this.value(item)).filter((value) => value !== undefined);
        return items.length === 0 && rule.items.length > 0 ? undefined : items;
      }
      case 'object':
        return this.object(rule.fields);
    }
  }

  /** An object of empty cells says nothing, whatever constants stand beside them. */
  private object(fields: ReadonlyMap<string, ValueRule>): Json | undefined {
    const object: [string, Json][] = [];
    let asked = 0;
    let told = 0;
    for (const [field, rule] of fields) {
      const value = this.value(rule);
      if (value !== undefined) object.push([field, value]);
      if (rule.kind === 'constant') continue;
      asked += 1;
      if (value !== undefined) told += 1;
    }
    return asked > 0 && told === 0 ? undefined : Object.fromEntries(object);
  }

  private cell({ column, lookUp, at }: CellReference): Json | undefined {
    if (lookUp === undefined) {
      const rule = this.mapping.columns.get(column) ?? PLAIN_COLUMN;
      return this.noted(column, readCell(rule, this.bytes(column), this.clock, at));
    }
    const table = this.mapping.lookUps.get(lookUp);
    const bytes = table === undefined ? undefined : this.lookedUp(table)?.get(column);
    if (table === undefined || bytes === undefined) return undefined;
    const rule = table.columns.get(column) ?? PLAIN_COLUMN;
    return this.noted(`${table.file} ${column}`, readCell(rule, bytes, this.clock, at));
  }

  private lookedUp(table: LookUp): ReadonlyMap<string, string> | undefined {
    const key = this.text(table.by).trim();
    if (key === '') return undefined;
    const row = table.rows.get(key);
    if (row === undefined && table.unknown === 'refuse') {
      this.reasons.add(`${table.by}: ${quoted(key)} is not in ${table.file}`);
    }
    return row;
  }

  private bytes(column: string): string {
    return this.cells[this.places.get(column) ?? -1] ?? '';
  }

  private noted<T>(name: string, reading: Reading<T>): T | undefined {
    if (reading === undefined || 'value' in reading) return reading?.value;
    this.reasons.add(`${name}: ${reading.fault}`);
    return undefined;
  }
}

function wordsOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
