/** What ClickHouse calls its errors, and the codes that clients tell them apart by. */
const CODES = {
  UNSUPPORTED_METHOD: 1,
  BAD_ARGUMENTS: 36,
  UNKNOWN_FUNCTION: 46,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_FORMAT: 73,
  UNKNOWN_DATABASE: 81,
  UNKNOWN_COMPRESSION_METHOD: 89,
  READONLY: 164,
  REQUIRED_PASSWORD: 194,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  QUERY_IS_TOO_LARGE: 229,
  ZLIB_INFLATE_FAILED: 354,
  QUERY_WAS_CANCELLED: 394,
  SETTING_CONSTRAINT_VIOLATION: 452,
  INVALID_SETTING_VALUE: 471,
  ACCESS_DENIED: 497,
  AUTHENTICATION_FAILED: 516,
  UNKNOWN_EXCEPTION: 1002,
} as const;

export type ErrorName = keyof typeof CODES;

/** Statuses by code, where ClickHouse answers with another than 500. */
const STATUSES: ReadonlyMap<number, number> = new Map([
  [1, 400],
  // Arguments, literals and texts that can't be read; syntax; types that don't fit.
  ...[6, 26, 27, 36, 38, 41, 43, 53, 62, 69, 72, 117, 130, 167, 168, 190, 456, 471].map(
    (code) => [code, 400] as const,
  ),
  // Tables, functions, columns, types, databases, formats and settings that there are not.
  ...[46, 47, 50, 56, 60, 63, 73, 78, 81, 115].map((code) => [code, 404] as const),
  [48, 501],
  [89, 415],
  [194, 401],
  [202, 503],
  [229, 413],
  [354, 400],
  [452, 400],
  [497, 403],
  [516, 403],
]);

/** An answer in ClickHouse's own form that isn't a result. */
export class ClickHouseError extends Error {
  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
  ) {
    super(message);
    this.name = 'ClickHouseError';
  }

  /** HTTP status. */
  get status(): number {
    return STATUSES.get(this.code) ?? 500;
  }

  /** The body of the answer. */
  text(version: string): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.codeName}) (version ${version})\n`;
  }
}

export function clickHouseError(name: ErrorName, message: string): ClickHouseError {
  return new ClickHouseError(CODES[name], name, message);
}

const PREFIX = /^(?:[A-Za-z ]+: )?Code: (\d+)\. DB::\w+: /;
const SUFFIX = / \(([A-Z0-9_]+)\)(?: \(version [^)]*\))?\.?$/;

/** An error of the engine, which at times repeats the code and the name around its words. */
export function fromEngine(error: unknown): ClickHouseError {
  if (error instanceof ClickHouseError) return error;
  let message = (error instanceof Error ? error.message : String(error)).trim();
  let code: number | undefined;
  let name: string | undefined;
  for (let match = PREFIX.exec(message); match !== null; match = PREFIX.exec(message)) {
    code = Number(match[1]);
    message = message.slice(match[0].length);
  }
  for (let match = SUFFIX.exec(message); match !== null; match = SUFFIX.exec(message)) {
    name = match[1];
    message = message.slice(0, match.index);
  }
  if (code === undefined) return clickHouseError('UNKNOWN_EXCEPTION', message);
  return new ClickHouseError(code, name ?? 'UNKNOWN_EXCEPTION', message);
}
