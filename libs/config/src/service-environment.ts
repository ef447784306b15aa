import 'reflect-metadata';
import { IsOptional, IsString, IsUrl, ValidateIf, validateSync } from 'class-validator';
import type { WarehouseConfig } from '#warehouse/config.js';

/** The environment variables of the services ingest and scorer. Empty ones count as not set. */
class ServiceEnvironment {
  /** Directory of the embedded log. */
  @IsString({ message: 'expected the directory of the log' })
  PLUMBLINE_LOG_PATH!: string;

  /** Directory of the embedded ClickHouse engine; or the URL of a server. */
  @ValidateIf(({ PLUMBLINE_CLICKHOUSE_URL: url }: ServiceEnvironment) => url === undefined)
  @IsString({ message: 'expected a directory, or PLUMBLINE_CLICKHOUSE_URL instead' })
  PLUMBLINE_CLICKHOUSE_PATH?: string;

  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'expected an http or https URL such as http://clickhouse:8123' },
  )
  PLUMBLINE_CLICKHOUSE_URL?: string;

  @IsOptional()
  @IsString()
  PLUMBLINE_CLICKHOUSE_USER?: string;

  @IsOptional()
  @IsString()
  PLUMBLINE_CLICKHOUSE_PASSWORD?: string;

  @IsOptional()
  @IsString()
  PLUMBLINE_CLICKHOUSE_DATABASE?: string;

  @IsOptional()
  @IsString()
  PLUMBLINE_CLICKHOUSE_CLUSTER?: string;

  /** Policy file (YAML); the defaults where not set. */
  @IsOptional()
  @IsString()
  PLUMBLINE_POLICY?: string;
}

export interface ServiceConfig {
  readonly logPath: string;
  readonly warehouse: WarehouseConfig;
  readonly policyFile: string | undefined;
}

const NAMES = [
  'PLUMBLINE_LOG_PATH',
  'PLUMBLINE_CLICKHOUSE_PATH',
  'PLUMBLINE_CLICKHOUSE_URL',
  'PLUMBLINE_CLICKHOUSE_USER',
  'PLUMBLINE_CLICKHOUSE_PASSWORD',
  'PLUMBLINE_CLICKHOUSE_DATABASE',
  'PLUMBLINE_CLICKHOUSE_CLUSTER',
  'PLUMBLINE_POLICY',
] as const satisfies readonly (keyof ServiceEnvironment)[];

/**
 * Reads what a service needs to know from its environment.
 * @returns the configuration, or every fault at once, by the name of the variable; values are never in it: they may
 * be secrets
 */
export function readServiceEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): { readonly config: ServiceConfig } | { readonly faults: readonly string[] } {
  const given = new ServiceEnvironment();
  for (const name of NAMES) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const faults = validateSync(given).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((expected) => `${property}: ${expected}`),
  );
  return faults.length > 0 ? { faults } : { config: configOf(given) };
}

function configOf(given: ServiceEnvironment): ServiceConfig {
  const url = given.PLUMBLINE_CLICKHOUSE_URL;
  const warehouse: WarehouseConfig =
    url === undefined
      ? { kind: 'embedded', path: given.PLUMBLINE_CLICKHOUSE_PATH ?? '' }
      : {
          kind: 'server',
          url,
          ...optional('user', given.PLUMBLINE_CLICKHOUSE_USER),
          ...optional('password', given.PLUMBLINE_CLICKHOUSE_PASSWORD),
          ...optional('database', given.PLUMBLINE_CLICKHOUSE_DATABASE),
          ...optional('cluster', given.PLUMBLINE_CLICKHOUSE_CLUSTER),
        };
  return { logPath: given.PLUMBLINE_LOG_PATH, warehouse, policyFile: given.PLUMBLINE_POLICY };
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
