import { loadPolicy } from '#config/load-policy.js';
import type { Policy } from '#domain/policy/policy.js';
import { describe } from '../lines.js';
import { UserError } from '../user-error.js';
import { type DataDirectory, dataDirectory, policyInForce } from './data-directory.js';
import { type DeployedConfig, namesKafka, readDeployedConfig } from './deployed-config.js';

/** Where data is kept unless told otherwise. */
export const DEFAULT_DATA = '.plumbline/data';

/** What `--data` means to commands that work on either. */
export const DATA_HELP = `where the data is kept (default: Kafka and ClickHouse where PLUMBLINE_KAFKA_BROKERS is set, else ${DEFAULT_DATA})`;

/** Where a command finds its system: in a data directory, or deployed, by the environment of its services. */
export type Place =
  | { readonly kind: 'directory'; readonly directory: DataDirectory }
  | { readonly kind: 'deployed'; readonly config: DeployedConfig };

/**
 * @param data what `--data` says
 * @param say told where both are given
 * @throws UserError that lists every fault of the environment, where it is what counts
 */
export function placeOf(
  data: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
  say: (message: string) => void = (message) => void process.stderr.write(`${message}\n`),
): Place {
  if (!namesKafka(env)) return { kind: 'directory', directory: dataDirectory(data ?? DEFAULT_DATA) };
  if (data === undefined) return { kind: 'deployed', config: readDeployedConfig(env) };
  const directory = dataDirectory(data);
  say(`--data is given: using ${directory.path}, not the Kafka that PLUMBLINE_KAFKA_BROKERS names.`);
  return { kind: 'directory', directory };
}

/**
 * The policy in force there.
 * @param file what `--policy` says
 * @throws UserError that lists every fault of it, or where services have their own
 */
export async function policyAt(place: Place, file: string | undefined): Promise<Policy> {
  if (place.kind === 'directory') return (await policyInForce(place.directory, file)).policy;
  expectNoPolicy(file);
  try {
    return await loadPolicy(place.config.policyFile);
  } catch (error) {
    throw new UserError(describe(error));
  }
}

/** @throws UserError where a policy is given for services that have their own */
export function expectNoPolicy(file: string | undefined): void {
  if (file === undefined) return;
  throw new UserError(
    '--policy: deployed services have the policy that PLUMBLINE_POLICY names: change that file, restart them, then rebuild',
    2,
  );
}
