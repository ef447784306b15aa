import { type ConsumeOptions, type Consumption, handleHeld } from '#log/consume.js';
import type { Batch, Log, Reader } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import type { Mappings } from '../mappings.js';
import { consumeLoads } from './consume-loads.js';
import { createFastPath, fastTypes, type FastPath, storedTypes } from './fast-path.js';
import { publishThrough } from './publish.js';

/** Records of a load: enough for large blocks, and memory stays bounded. */
const LOAD_RECORDS = 50_000;
/** How long a load is waited for to fill: what an event may take longer for the sake of the others. */
const FILL_MS = 50;

/** @returns undefined where the warehouse takes no columns */
export function openFastPath(parts: {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly topics: Topics;
  readonly mappings: Mappings;
  readonly now: () => number;
  readonly maxRecords: number;
}): FastPath | undefined {
  const { log, warehouse, topics, mappings, now, maxRecords } = parts;
  const types = fastTypes(mappings.cloudevents);
  const events = warehouse.fastEvents(storedTypes(types));
  if (events === undefined) return undefined;
  return createFastPath({
    events,
    warehouse,
    publish: publishThrough(log, topics.dealEvents),
    now,
    maxRecords: LOAD_RECORDS,
    maxBatchRecords: maxRecords,
    topics: new Set([topics.bySource.cloudevents]),
    types,
  });
}

/** Like `consume`, with the fast path for what it takes, and `handle` for the rest. */
export function consumeFast(
  reader: Reader,
  handle: (batches: readonly Batch[]) => Promise<unknown>,
  options: ConsumeOptions & {
    readonly fast: FastPath;
    readonly isAside: (batches: readonly Batch[]) => boolean;
  },
): Consumption {
  let stopping = false;
  const isStopping = (): boolean => stopping;
  const loop = async (): Promise<void> => {
    try {
      await consumeLoads({
        ...options,
        reader,
        careful: (batches) => handleHeld(reader, handle, batches, { ...options, isStopping }),
        failed: (error) => {
          options.failed(error, 1);
        },
        fillMs: FILL_MS,
        waitMs: options.waitMs ?? 250,
        // Only how long a load waits: a clock that runs on, whatever time it is said to be.
        now: () => performance.now(),
        isStopping: () => {
          void options.between?.();
          return stopping;
        },
      });
    } finally {
      await reader.close();
    }
  };
  const ended = loop();
  return {
    ended,
    async stop() {
      stopping = true;
      await ended;
    },
  };
}
