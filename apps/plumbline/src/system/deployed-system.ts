import { loadPolicy } from '#config/load-policy.js';
import { openKafka } from '#config/open-log.js';
import { createRuleBook, type RuleBook, sellerDomainsOf } from '#domain/policy/rules.js';
import type { Instant } from '#domain/time/instant.js';
import { relinkAll } from '#ingest/relink.js';
import { tellScorers } from '#ingest/tell-scorers.js';
import { groups } from '#log/groups.js';
import type { KafkaLog } from '#log/kafka/kafka-log.js';
import { rawTopics, type Topics } from '#log/topics.js';
import { rebuild } from '#scorer/rebuild.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { UserError } from '../user-error.js';
import type { DeployedConfig } from './deployed-config.js';
import { overStore } from './over-store.js';
import type { Lag, System } from './system.js';

/** The part of a log in Kafka by which one reaches services that run elsewhere. */
export type OutsideLog = Pick<KafkaLog, 'append' | 'positions' | 'close'>;

export interface DeployedParts {
  /** Connects: called only where the log is needed, as reading the store takes none. */
  readonly openLog: () => Promise<OutsideLog>;
  readonly warehouse: Warehouse;
  readonly book: RuleBook;
  readonly topics: Topics;
  /** Names of the groups that the services read in. */
  readonly groups: { readonly ingest: string; readonly scorer: string };
  readonly now: () => Instant;
}

/**
 * The system whose services run elsewhere, by the configuration that they have.
 * @throws Error where the store can't be reached or its schema is not this version's, or the policy has faults
 */
export async function openDeployedSystem(config: DeployedConfig): Promise<System> {
  const policy = await loadPolicy(config.policyFile);
  const warehouse = await openWarehouse(config.warehouse);
  try {
    await expectSchema(warehouse);
  } catch (error) {
    await warehouse.close();
    throw error;
  }
  // What the client says of its attempts is told by the error that the last one ends with.
  const silent = { warn: () => undefined, error: () => undefined };
  return deployedSystem({
    openLog: () => openKafka(config.log, silent),
    warehouse,
    book: createRuleBook(policy),
    topics: config.topics,
    groups,
    now: Date.now,
  });
}

/** Commands change no schema that services rely on: `plumbline migrate` does. */
async function expectSchema(warehouse: Warehouse): Promise<void> {
  const { applied, known } = await warehouse.read.schemaVersion().catch((error: unknown) => {
    throw isMissingDatabase(error)
      ? new UserError('the database of PLUMBLINE_CLICKHOUSE_URL is not there: make it with plumbline migrate')
      : error;
  });
  if (applied === known) return;
  throw new UserError(
    applied < known
      ? `the schema of the store is version ${applied}, and this program works with version ${known}: bring it up to date with plumbline migrate`
      : `the schema of the store is version ${applied}, and this program knows versions up to ${known}: use the newer program`,
  );
}

function isMissingDatabase(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'type' in error && error.type === 'UNKNOWN_DATABASE';
}

/** The system over a log and a store that its services share with this process; closing it closes both. */
export function deployedSystem(parts: DeployedParts): System {
  const { openLog, warehouse, book, topics, now } = parts;
  let opened: Promise<OutsideLog> | undefined;
  const connected = (): Promise<OutsideLog> => (opened ??= openLog());
  const ends = createEnds();
  const log = {
    async append(...[topic, records]: Parameters<OutsideLog['append']>): Promise<void> {
      await (await connected()).append(topic, records);
      ends.forget();
    },
  };
  const tell = (dealIds: Iterable<string>): Promise<void> => tellScorers({ log, topics, now }, dealIds);

  return {
    ...overStore({ log, warehouse, book, topics, now }),
    lag: async () => lagUpTo(ends, await connected(), parts),
    async rebuild(dealIds, progress) {
      const options = { tell, ...(progress === undefined ? {} : { progress }) };
      if (dealIds.length > 0) return rebuild(warehouse, book, now(), { ...options, dealIds });
      const sellerDomains = sellerDomainsOf(book.policy);
      // Before anything is linked anew that the scorers could then not be told of.
      await connected();
      const linked = await relinkAll({ warehouse, sellerDomains, now });
      try {
        return await rebuild(warehouse, book, now(), options);
      } finally {
        // Not before it: scorers that are quicker would change what the rebuild then finds in order.
        await tell(linked);
      }
    },
    async close() {
      const log = await opened?.catch(() => undefined);
      await log?.close();
      await warehouse.close();
    },
  };
}

/** Where topics ended when they were asked first after an append: others append on and on, and nobody waits for that. */
function createEnds() {
  const known = new Map<string, number>();
  return {
    /** @returns how many records the group has not done, of those before the ends */
    behind(positions: Awaited<ReturnType<OutsideLog['positions']>>, isFixed = true): number {
      let records = 0;
      for (const { topic, partition, committed, low, high } of positions) {
        const place = `${topic}/${partition}`;
        const end = known.get(place) ?? high;
        if (isFixed) known.set(place, end);
        records += Math.max(0, end - Math.max(committed ?? low, low));
      }
      return records;
    },
    forget(): void {
      known.clear();
    },
  };
}

async function lagUpTo(
  ends: ReturnType<typeof createEnds>,
  log: OutsideLog,
  { topics, groups }: Pick<DeployedParts, 'topics' | 'groups'>,
): Promise<Lag> {
  // Ingest first: what it has done by then has reached the scorer's topic, whose end counts from then on only.
  const ingest = ends.behind(await log.positions(groups.ingest, rawTopics(topics)));
  const scorer = ends.behind(await log.positions(groups.scorer, [topics.dealEvents]), ingest === 0);
  return { ingest, scorer };
}
