import { setTimeout as pause } from 'node:timers/promises';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import { validateEvent } from '#domain/events/validate.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook, type RuleBook } from '#domain/policy/rules.js';
import { openEmbeddedLog } from '#log/embedded-log.js';
import { defaultTopics } from '#log/topics.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { type DataDirectory, dataDirectory } from '../../apps/plumbline/src/system/data-directory.js';
import { type EmbeddedSystem, openEmbeddedSystem } from '../../apps/plumbline/src/system/embedded-system.js';
import { drained } from '../../apps/plumbline/src/system/drained.js';

/** All items of pages. */
export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/** All records of the scorer, each as text, in their order: two stores that are equal here are equal byte for byte. */
export async function recordsOf(warehouse: Warehouse): Promise<string[]> {
  const records = await collect(warehouse.read.records());
  return records.map((record) => JSON.stringify(record));
}

/** Waits until everything that was appended is taken in and scored. */
export function settled(system: EmbeddedSystem): Promise<void> {
  return drained(system, { pause: (ms) => pause(ms) });
}

/** Appends events as one batch of raw records, and waits until they are scored. */
export async function feed(system: EmbeddedSystem, events: readonly CloudEvent[]): Promise<void> {
  await system.append(events);
  await settled(system);
}

/** Opens the system in a folder, lets the work be done, and closes it whatever comes. */
export async function withSystem<T>(
  folder: string,
  options: Parameters<typeof openEmbeddedSystem>[1],
  work: (system: EmbeddedSystem, directory: DataDirectory) => Promise<T>,
): Promise<T> {
  const directory = dataDirectory(folder);
  const system = await openEmbeddedSystem(directory, options);
  try {
    return await work(system, directory);
  } finally {
    await system.close();
  }
}

/** Puts raw records into the log of a folder that no process has open, as any producer might. */
export async function appendRaw(folder: string, values: readonly (string | Buffer)[]): Promise<void> {
  const log = await openEmbeddedLog({ path: dataDirectory(folder).log });
  try {
    await log.append(
      defaultTopics.bySource.cloudevents,
      values.map((value) => ({ key: null, value: Buffer.from(value), timestamp: 0 })),
    );
  } finally {
    await log.close();
  }
}

/** The rules of a policy. */
export function ruleBook(policy: string): RuleBook {
  const parsed = parsePolicy(policy);
  if (parsed.policy === undefined) throw new Error(parsed.faults.map(({ message }) => message).join('\n'));
  return createRuleBook(parsed.policy);
}

/** The events of each deal ready to be folded, each identity once; read apart from ingest, to be held against it. */
export function foldable(events: Iterable<CloudEvent>): Map<string, DomainEvent[]> {
  const deals = new Map<string, Map<string, DomainEvent>>();
  for (const event of events) {
    const verdict = validateEvent(event);
    if (verdict.outcome !== 'valid') throw new Error(`not valid: ${JSON.stringify(event)}`);
    const dealId = event.subject ?? '';
    const known = deals.get(dealId) ?? new Map<string, DomainEvent>();
    known.set(JSON.stringify([event.source, event.id]), verdict.domain);
    deals.set(dealId, known);
  }
  return new Map([...deals].map(([dealId, known]) => [dealId, [...known.values()].sort(compareEvents)]));
}
