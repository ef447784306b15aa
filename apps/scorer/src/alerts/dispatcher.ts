import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { AlertSettings, Delivery, Endpoint } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { createWaiting } from '#log/waiting.js';
import { afterAttempt, askedFor } from './sending/after-attempt.js';
import { breakerDefaults, type BreakerOptions } from './sending/breaker.js';
import {
  acceptedThisHour,
  countAccepted,
  gatheredUntil,
  hourOf,
  isOpen,
  type Lane,
  nextStep,
  openLane,
} from './sending/lane.js';
import { createEndpointsInUse } from './sending/endpoints-in-use.js';
import { type DigestParts, makeDigest, MOST_ITEMS } from './sending/make-digest.js';
import { createOutcomeWriter } from './sending/outcome-writer.js';
import type { Outbox } from './sending/outbox.js';
import { gatherOverCap } from './sending/over-cap.js';
import type { Outcome, Send } from './sending/send.js';
import { createVersions } from './sending/versions.js';
import { sha256 } from './sha256.js';

export interface DispatcherParts {
  readonly store: Outbox;
  readonly settings: AlertSettings;
  /** Whether this replica sends for the endpoint. */
  readonly owns: (endpoint: string) => boolean;
  readonly now: () => Instant;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly send: Send;
  readonly renderDigest: DigestParts['render'];
  /** Told what people should know of, in one line. */
  readonly warn: (line: string) => void;
  readonly breaker?: BreakerOptions;
  /**
   * How long nothing is sent to an endpoint that has come to this replica, milliseconds: the replica that had it may
   * have messages under way, and write down what became of them. Default 0.
   */
  readonly handover?: number;
  /** How many deliveries a digest takes. */
  readonly mostItems?: number;
}

export interface EndpointLane {
  readonly endpoint: string;
  readonly waiting: number;
  readonly underWay: number;
  readonly breaker: 'closed' | 'open' | 'probing';
  /** Nothing is sent before this. */
  readonly notBefore: Instant;
  readonly acceptedThisHour: number;
}

/** Sends what waits in the outbox for the endpoints of this replica. */
export interface Dispatcher {
  /** There is something new in the outbox. */
  wake(): void;
  /**
   * Sends until the signal says to stop; then ends what is under way, within a few seconds, and stores what became of
   * it. A store that fails is asked again; nothing is sent twice meanwhile.
   */
  run(signal: AbortSignal): Promise<void>;
  /** One round: sends all that is due and may be sent, and stores what became of it. Not while it runs. */
  tick(): Promise<void>;
  /** Lanes, and how many outcomes are not stored yet. */
  state(): { readonly lanes: readonly EndpointLane[]; readonly unwritten: number };
}

const POLL_EVERY_MS = 1_000;
/** The scorer tells of every batch; asking the store more often than this delivers nothing sooner. */
const POLL_GAP_MS = 25;
const WRITE_EVERY_MS = 100;
const WRITE_AT = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Within this what is under way comes to its end when the process is to. */
const STOP_WITHIN_MS = 5_000;
const WRITES_WHEN_STOPPING = 3;

/** Messages of one endpoint in memory. */
const LANE_ROOM = 500;
/** More outcomes than this mean that the store doesn't take them: nothing more is sent until it does. */
const MOST_UNWRITTEN = 5_000;

export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { store, settings, now, warn } = parts;
  const digestParts: DigestParts = {
    store,
    sha256,
    render: parts.renderDigest,
    mostItems: parts.mostItems ?? MOST_ITEMS,
  };
  const lanes = new Map<string, Lane>();
  /** Messages that wait in a lane, are under way, or whose outcome isn't stored yet, with their endpoints. */
  const held = new Map<string, string>();
  /** What the store was told last, which a query that was asked before doesn't know. */
  const stored = createVersions();
  const overCap: { readonly message: Delivery; readonly endpoint: Endpoint }[] = [];
  let isStopping = false;
  const cutOff = new AbortController();
  // Each attempt that is under way listens.
  setMaxListeners(0, cutOff.signal);
  const work = createWaiting();
  const outcomes = createWaiting();
  let isWoken = false;
  let underWay = 0;
  let attemptEnded: () => void = () => undefined;

  const writer = createOutcomeWriter((rows) => store.writeDeliveries(rows), written);
  const endpoints = createEndpointsInUse({
    store,
    settings,
    owns: parts.owns,
    now,
    isBusy: ({ webhook_id: id, version }) => held.has(id) || stored.isOld(id, version),
    written,
  });

  function written(rows: readonly Delivery[]): void {
    for (const row of rows) {
      stored.remember(row.webhook_id, row.version);
      held.delete(row.webhook_id);
    }
  }

  function wake(): void {
    isWoken = true;
    work.wake();
  }

  function record(row: Delivery): void {
    writer.add(row);
    if (writer.size() >= WRITE_AT) outcomes.wake();
  }

  function release(lane: Lane): void {
    for (const { webhook_id: id } of lane.waiting) held.delete(id);
    lane.waiting = [];
  }

  /** Starts what may be started now. What may not for a while goes back to the outbox. */
  function pump(lane: Lane): void {
    const at = now();
    if (!isOpen(lane, at) || !endpoints.isOurs(lane.endpoint.name)) release(lane);
    while (!isStopping && writer.size() < MOST_UNWRITTEN) {
      const [next] = lane.waiting;
      if (next === undefined) break;
      const step = nextStep(lane, next, at);
      if (step === 'wait') break;
      lane.waiting.shift();
      if (step === 'send') void attempt(lane, next, at);
      else overCap.push({ message: next, endpoint: lane.endpoint });
    }
    if (overCap.length > 0 || (lane.hasMore && lane.waiting.length < LANE_ROOM / 2)) wake();
  }

  async function attempt(lane: Lane, delivery: Delivery, at: Instant): Promise<void> {
    const { endpoint } = lane;
    lane.underWay += 1;
    underWay += 1;
    const { webhook_id: id, body } = delivery;
    const outcome = await parts.send({ endpoint, id, body, at }, { signal: cutOff.signal });
    lane.underWay -= 1;
    underWay -= 1;
    settle(lane, delivery, at, outcome);
    pump(lane);
    attemptEnded();
  }

  function settle(lane: Lane, delivery: Delivery, at: Instant, outcome: Outcome): void {
    const { name } = lane.endpoint;
    if (outcome.result === 'stopped') {
      held.delete(delivery.webhook_id);
      return;
    }
    const ended = now();
    const row = afterAttempt(delivery, outcome, { at, now: ended, random: parts.random() });
    record(row);
    const asked = askedFor(outcome, ended);
    if (outcome.result === 'delivered') {
      lane.breaker.succeeded();
      countAccepted(lane, ended);
    } else if (outcome.result === 'gone') {
      endpoints.gone(name);
      warn(
        `endpoint ${name} answered 410 and is disabled: alerts replay --endpoint ${name} puts it in use again`,
      );
      wake();
    } else if (asked !== null) {
      // It answers, only not now: nothing for the breaker.
      lane.notBefore = Math.max(lane.notBefore, ended + asked);
    } else {
      const before = lane.breaker.state(ended);
      lane.breaker.failed(ended);
      if (before === 'closed' && lane.breaker.state(ended) === 'open') {
        warn(`endpoint ${name} fails again and again and is left alone for a while: ${outcome.error ?? ''}`);
      }
    }
    if (row.state === 'failed' && outcome.result === 'failed') {
      warn(
        `endpoint ${name}: gave up on ${delivery.webhook_id} after ${row.attempts} attempts: ${row.error ?? ''}`,
      );
    }
  }

  /** Lanes are those of this replica's endpoints that are in use. */
  async function tendLanes(): Promise<void> {
    const at = now();
    for (const [name, lane] of lanes) {
      if (endpoints.isOurs(name)) continue;
      release(lane);
      lanes.delete(name);
    }
    for (const endpoint of settings.endpoints) {
      if (lanes.has(endpoint.name) || !endpoints.isOurs(endpoint.name)) continue;
      const lane = openLane(endpoint, parts.breaker ?? breakerDefaults, at + (parts.handover ?? 0));
      const hour = hourOf(at);
      lane.accepted = { hour, count: await store.countSent(endpoint.name, hour, at) };
      lanes.set(endpoint.name, lane);
    }
  }

  async function fillLanes(): Promise<void> {
    const at = now();
    for (const lane of lanes.values()) if (!isOpen(lane, at)) release(lane);
    const hungry = [...lanes.values()].filter(
      (lane) => isOpen(lane, at) && lane.waiting.length <= LANE_ROOM / 2,
    );
    // What is held already comes again, and must not hide what is new.
    const names = hungry.map(({ endpoint }) => endpoint.name);
    const limit = LANE_ROOM + mostHeld(names);
    const due = await store.outbox(names, { now: at, limit });
    const toGather = new Set<string>();
    const given = new Map<string, number>();
    for (const delivery of due) {
      const { endpoint, webhook_id: id } = delivery;
      given.set(endpoint, (given.get(endpoint) ?? 0) + 1);
      if (delivery.state === 'gathered') toGather.add(endpoint);
      else if (!held.has(id) && !stored.isOld(id, delivery.version)) admit(endpoint, delivery);
    }
    for (const lane of hungry) lane.hasMore = (given.get(lane.endpoint.name) ?? 0) >= limit;
    for (const lane of lanes.values()) pump(lane);
    for (const name of toGather) await digest(name, at);
  }

  /** Of one of these endpoints. */
  function mostHeld(names: readonly string[]): number {
    const counts = new Map<string, number>();
    for (const endpoint of held.values()) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
    return Math.max(0, ...names.map((name) => counts.get(name) ?? 0));
  }

  function admit(endpoint: string, delivery: Delivery): void {
    const lane = lanes.get(endpoint);
    if (lane === undefined || lane.waiting.length >= LANE_ROOM) return;
    held.set(delivery.webhook_id, endpoint);
    lane.waiting.push(delivery);
  }

  async function digest(name: string, at: Instant): Promise<void> {
    const lane = lanes.get(name);
    if (lane === undefined) return;
    try {
      const made = await makeDigest(digestParts, lane.endpoint, at);
      if (made !== undefined) admit(name, made);
    } catch (error) {
      // The others' messages are not to wait for it.
      warn(`the digest of endpoint ${name} could not be made: ${messageOf(error)}`);
      return;
    }
    pump(lane);
  }

  async function gather(): Promise<void> {
    const taken = [...overCap];
    if (taken.length === 0) return;
    const at = now();
    const gathered = await gatherOverCap(
      store,
      sha256,
      taken.map(({ message, endpoint }) => ({ message, due: gatheredUntil(endpoint, at) })),
    );
    overCap.splice(0, taken.length);
    for (const row of gathered) record(row);
  }

  async function round(): Promise<void> {
    await endpoints.tend();
    await tendLanes();
    await gather();
    await fillLanes();
  }

  async function untilNothingIsUnderWay(): Promise<void> {
    while (underWay > 0) {
      await new Promise<void>((resolve) => {
        attemptEnded = resolve;
      });
    }
  }

  async function keepRounds(): Promise<void> {
    while (!isStopping) {
      isWoken = false;
      try {
        await round();
      } catch (error) {
        warn(`alerts wait for the store: ${messageOf(error)}`);
        await work.until(() => (isStopping ? true : null), POLL_EVERY_MS);
        continue;
      }
      await work.until(() => (isStopping ? true : null), POLL_GAP_MS);
      await work.until(() => (isStopping || isWoken ? true : null), POLL_EVERY_MS - POLL_GAP_MS);
    }
  }

  async function keepWriting(): Promise<void> {
    let failures = 0;
    while (!isStopping) {
      const wait = failures === 0 ? WRITE_EVERY_MS : Math.min(2 ** (failures - 1) * 1_000, LONGEST_PAUSE_MS);
      await outcomes.until(
        () => (isStopping || (failures === 0 && writer.size() >= WRITE_AT) ? true : null),
        wait,
      );
      const wasFull = writer.size() >= MOST_UNWRITTEN;
      failures = (await flush()) ? 0 : failures + 1;
      if (wasFull) for (const lane of lanes.values()) pump(lane);
    }
  }

  async function flush(): Promise<boolean> {
    try {
      await writer.flush();
      return true;
    } catch (error) {
      warn(`${writer.size()} outcomes of messages wait for the store: ${messageOf(error)}`);
      return false;
    }
  }

  return {
    wake,
    async run(signal) {
      isStopping = signal.aborted;
      const stop = (): void => {
        isStopping = true;
        work.wake();
        outcomes.wake();
      };
      signal.addEventListener('abort', stop);
      await Promise.all([keepRounds(), keepWriting()]);
      signal.removeEventListener('abort', stop);
      const waited = new AbortController();
      await Promise.race([
        untilNothingIsUnderWay(),
        pause(STOP_WITHIN_MS, undefined, { signal: waited.signal }).catch(() => undefined),
      ]);
      waited.abort();
      cutOff.abort();
      await untilNothingIsUnderWay();
      for (let write = 0; write < WRITES_WHEN_STOPPING && writer.size() > 0; write += 1) await flush();
    },
    async tick() {
      await round();
      await untilNothingIsUnderWay();
      await gather();
      await flush();
      await endpoints.tend();
    },
    state() {
      const at = now();
      return {
        lanes: [...lanes.values()].map((lane) => ({
          endpoint: lane.endpoint.name,
          waiting: lane.waiting.length,
          underWay: lane.underWay,
          breaker: lane.breaker.state(at),
          notBefore: lane.notBefore,
          acceptedThisHour: acceptedThisHour(lane, at),
        })),
        unwritten: writer.size(),
      };
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
