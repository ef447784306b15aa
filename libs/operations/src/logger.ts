import type { LoggerService } from '@nestjs/common';
import type { Instant } from '#domain/time/instant.js';
import { currentCorrelation } from './correlation.js';
import { describeError, redactField, redactText } from './redact.js';

/** From the most to the least important; `log` of Nest is `info` here, `fatal` is `error`, `verbose` is `debug`. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Counts, names and positions; never records. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Fits wherever Nest takes a logger, and takes fields beside a message. */
export interface StructuredLogger extends LoggerService {
  info(message: string, fields?: LogFields): void;
  log(message: unknown, ...details: unknown[]): void;
  warn(message: unknown, ...details: unknown[]): void;
  /** @param details the error, fields; from Nest a stack and a context */
  error(message: unknown, ...details: unknown[]): void;
  fatal(message: unknown, ...details: unknown[]): void;
  debug(message: unknown, ...details: unknown[]): void;
  verbose(message: unknown, ...details: unknown[]): void;
}

export interface LoggerOptions {
  /** Takes one line with its end. */
  readonly write: (line: string) => void;
  readonly now: () => Instant;
  /** The least important level that is written. */
  readonly level: LogLevel;
  readonly service: string;
}

const OWN_FIELDS: ReadonlySet<string> = new Set(['time', 'level', 'service', 'message', 'correlation_id']);

/**
 * Writes one JSON object a line: time, level, service, message, correlation_id where there is one, and fields. Errors
 * are told by message and stack. Fields named like a secret or like the contents of a record are not written.
 */
export function createLogger({ write, now, level: least, service }: LoggerOptions): StructuredLogger {
  const written = new Set<LogLevel>(logLevels.slice(0, logLevels.indexOf(least) + 1));
  const emit = (level: LogLevel, message: unknown, details: readonly unknown[]): void => {
    if (!written.has(level)) return;
    const correlation = currentCorrelation();
    const line = {
      time: new Date(now()).toISOString(),
      level,
      service,
      message: '',
      ...(correlation === undefined ? {} : { correlation_id: correlation }),
      ...fieldsOf(message, details),
    };
    write(`${JSON.stringify(line)}\n`);
  };
  const at =
    (level: LogLevel) =>
    (message: unknown, ...details: unknown[]): void => {
      emit(level, message, details);
    };
  return {
    info: at('info'),
    log: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
    debug: at('debug'),
    verbose: at('debug'),
  };
}

function fieldsOf(message: unknown, details: readonly unknown[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (message instanceof Error) Object.assign(fields, describeError(message));
  else fields['message'] = typeof message === 'string' ? redactText(message) : messageOf(message);
  details.forEach((detail, index) => {
    if (detail instanceof Error) {
      const { message: error, stack } = describeError(detail);
      Object.assign(fields, { error }, stack === undefined ? {} : { stack });
    } else if (typeof detail === 'string') {
      // Nest hands over texts: a stack, which has several lines, and last the context.
      if (detail.includes('\n')) fields['stack'] = placesOf(detail);
      else if (index === details.length - 1) fields['context'] = redactText(detail);
    } else if (typeof detail === 'object' && detail !== null) {
      for (const [name, value] of Object.entries(detail)) {
        if (!OWN_FIELDS.has(name)) fields[name] = redactField(name, value);
      }
    }
  });
  return fields;
}

/** What was handed over in the place of a message: only a plain value is one. */
function messageOf(message: unknown): string {
  return typeof message === 'number' || typeof message === 'boolean'
    ? String(message)
    : `[${typeof message}]`;
}

function placesOf(stack: string): string {
  const holder = new Error();
  holder.stack = stack;
  return describeError(holder).stack ?? '';
}
