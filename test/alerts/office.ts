import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Instant, parseInstant } from '#domain/time/instant.js';
import { dataDirectory } from '../../apps/plumbline/src/system/data-directory.js';
import { type EmbeddedSystem, openEmbeddedSystem } from '../../apps/plumbline/src/system/embedded-system.js';
import { settled } from '../support/system.js';
import { temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';
import type { Received } from '../support/webhook-receiver.js';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** @param text RFC 3339 */
export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError(`not an instant: ${text}`);
  return instant;
}

/** What a message of the standard format says that is looked at here. */
export interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly alert_id?: string;
    readonly status?: string;
    readonly total?: number;
    readonly deal?: { readonly id: string };
    readonly finding?: {
      readonly kind: string;
      readonly severity: string;
      readonly since: string;
      readonly advice: string;
      readonly numbers: Readonly<Record<string, unknown>>;
    };
  };
}

export function toldBy({ body }: Received): Told {
  return JSON.parse(body) as Told;
}

/**
 * Writes a file of endpoints for a receiver on this machine.
 * @param endpoints of each what differs from one that wants every stall at once
 * @returns its path
 */
export function alertsFile(
  origin: string,
  endpoints: readonly Readonly<Record<string, unknown>>[],
  settings: object = {},
): string {
  const file = join(temporaryFolder(), 'alerts.yaml');
  const whole = endpoints.map((own) => ({
    ...{ url: `${origin}/${String(own['name'])}`, secret: SECRET },
    ...{ allow_private: true, allow_http: true, kinds: ['stalled'], ...own },
  }));
  writeFileSync(file, stringify({ ...settings, endpoints: whole }));
  return file;
}

/** The whole system on a folder, at a time that only the test moves. */
export interface Office {
  readonly system: () => EmbeddedSystem;
  readonly now: () => Instant;
  /** Moves the clock, and waits until nothing is due any more: scored, planned, sent, and so stored. */
  moveTo(instant: Instant): Promise<void>;
  /** Waits until all that was appended is scored, and nothing is due any more. */
  quiet(): Promise<void>;
  /** Ends the system and opens it on the same folder, where given with another file of endpoints, or at another time. */
  restart(anew?: { readonly alerts?: string; readonly at?: Instant }): Promise<void>;
  close(): Promise<void>;
}

export async function openOffice(alerts: string, start: Instant, policyFile?: string): Promise<Office> {
  const directory = dataDirectory(temporaryFolder());
  let file = alerts;
  let now = start;
  const open = (): Promise<EmbeddedSystem> =>
    openEmbeddedSystem(directory, { alertsFile: file, now: () => now, policyFile });
  let system = await open();

  /** What is due stands in the store until it is done, so that its absence there proves that it is done. */
  async function due(): Promise<string | undefined> {
    const { read, alerts: store } = system.warehouse;
    const states = await store.endpointStates();
    if (states.length === 0 || states.some(({ baseline_at: gathered }) => gathered === null))
      return 'an endpoint is to be put in use';
    const deals = await read.dealsDue(now, { limit: 1 });
    if (deals.length > 0) return `to be scored: ${JSON.stringify(deals)}`;
    const alerts_ = await store.alertsToLookAt(now, { limit: 1 });
    if (alerts_.length > 0) return `to be looked at: ${JSON.stringify(alerts_)}`;
    const names = states.map(({ endpoint }) => endpoint);
    const messages = await store.outbox(names, { now, limit: 1 });
    return messages.length > 0 ? `to be sent: ${JSON.stringify(messages)}` : undefined;
  }

  async function untilNothingIsDue(): Promise<void> {
    let left: string | undefined;
    try {
      await until('nothing is due', async () => (left = await due()) === undefined, 20_000);
    } catch (error) {
      throw new Error(`${String(error)}; ${left ?? ''}`, { cause: error });
    }
  }

  async function quiet(): Promise<void> {
    // Gathering appends deals to be looked at: what is settled before it is done is not settled after it.
    await untilNothingIsDue();
    await settled(system);
    await untilNothingIsDue();
  }

  return {
    system: () => system,
    now: () => now,
    quiet,
    async moveTo(instant) {
      now = instant;
      await quiet();
    },
    async restart(anew = {}) {
      await system.close();
      file = anew.alerts ?? file;
      now = anew.at ?? now;
      system = await open();
    },
    close: () => system.close(),
  };
}
