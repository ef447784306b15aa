import type { IncomingMessage } from 'node:http';
import type { NewRecord } from '#log/log.js';
import { currentCorrelation } from '#operations/correlation.js';
import { TimeoutError, within } from '#operations/within.js';
import { createBearerTokens } from './bearer-tokens.js';
import { callerAddress } from './caller-address.js';
import { cloudEventRecords } from './cloud-events.js';
import { contentModeOf } from './content-mode.js';
import { isJson, onlyHeader, parseMediaType, requireUtf8 } from './headers.js';
import { hubspotRecords } from './hubspot-records.js';
import { type HubspotProof, isFresh, isSignedByHubspot } from './hubspot-signature.js';
import { DEFAULT_LIMITS, DEFAULT_TOPICS, type IntakeOptions } from './intake-options.js';
import { createRateLimit } from './rate-limit.js';
import { readBody } from './read-body.js';
import { CORRELATION_HEADER } from './request-id.js';
import { Refusal, unavailable } from './refusal.js';
import { createSlots, type Slots } from './slots.js';

/** How many records of a request are durably in the log. */
export interface Accepted {
  readonly accepted: number;
}

/** Takes requests in. Both reject with a `Refusal` where nothing, or not certainly everything, was taken. */
export interface Intake {
  events(request: IncomingMessage): Promise<Accepted>;
  hubspot(request: IncomingMessage): Promise<Accepted>;
}

const RETRY_AFTER_SECONDS = 5;

/** @throws where a token is too short */
export function createIntake(options: IntakeOptions): Intake {
  const { log, now, logger, hubspot, trustedProxies = 0, topics = DEFAULT_TOPICS } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const tokens = createBearerTokens(options.tokens ?? []);
  const rate = createRateLimit({ perMinute: limits.requestsPerMinute, now });
  // Each route its own: whoever has no token can't keep out those who do.
  const slots = { events: createSlots(limits.maxConcurrent), hubspot: createSlots(limits.maxConcurrent) };

  const limit = (caller: string): void => {
    const seconds = rate.take(caller);
    if (seconds === 0) return;
    throw new Refusal(429, `too many requests: at most ${limits.requestsPerMinute} a minute are taken`, [], {
      'retry-after': String(seconds),
    });
  };

  /** Reads, judges and appends, on one of the route's places. */
  const take = async (
    request: IncomingMessage,
    route: { readonly slots: Slots; readonly topic: string },
    recordsOf: (body: Buffer, headers: Readonly<Record<string, string>>) => readonly NewRecord[],
  ): Promise<Accepted> => {
    const leave = route.slots.enter();
    if (leave === undefined) throw unavailable('too many requests are under way: send it again', 1);
    let records: readonly NewRecord[];
    try {
      const body = await readBody(request, limits);
      const id = currentCorrelation();
      records = recordsOf(body, id === undefined ? {} : { [CORRELATION_HEADER]: id });
    } catch (error) {
      leave();
      throw error;
    }
    // The place is free once the log is done with the records, also where it was not waited for.
    const appended = appendTo(route.topic, records).finally(leave);
    try {
      await within(appended, limits.appendTimeoutMs, `the log took longer than ${limits.appendTimeoutMs} ms`);
    } catch (error) {
      logger.error('records not taken in', error, { topic: route.topic, count: records.length });
      const message =
        error instanceof TimeoutError ? 'the log does not answer' : 'the log does not take records';
      throw unavailable(`${message}: send the request again`, RETRY_AFTER_SECONDS);
    }
    logger.info('records taken in', { topic: route.topic, count: records.length });
    return { accepted: records.length };
  };

  const appendTo = async (topic: string, records: readonly NewRecord[]): Promise<void> => {
    if (records.length > 0) await log.append(topic, records);
  };

  return {
    async events(request) {
      if (options.tokens === undefined || options.tokens.length === 0) {
        throw new Refusal(404, 'POST /events takes nothing here: no token is configured for it');
      }
      const holder = tokens.holderOf(onlyHeader(request, 'authorization'));
      limit(holder === undefined ? callerAddress(request, trustedProxies) : `token ${holder}`);
      if (holder === undefined) {
        throw new Refusal(401, 'expected Authorization: Bearer and a token that is known here', [], {
          'www-authenticate': 'Bearer',
        });
      }
      const mode = contentModeOf(request);
      const types = options.types ?? new Map<string, string>();
      return take(request, { slots: slots.events, topic: topics.events }, (body, headers) =>
        cloudEventRecords(request, mode, body, { receivedAt: now(), types, headers }),
      );
    },

    async hubspot(request) {
      if (hubspot === undefined) {
        throw new Refusal(
          404,
          'POST /hooks/hubspot takes nothing here: no client secret is configured for it',
        );
      }
      limit(callerAddress(request, trustedProxies));
      const proof = proofOf(request);
      if (!isFresh(proof.timestamp, now())) {
        throw new Refusal(401, 'X-HubSpot-Request-Timestamp is more than five minutes from now');
      }
      const media = parseMediaType(onlyHeader(request, 'content-type'));
      requireUtf8(media);
      if (!isJson(media.type)) throw new Refusal(415, 'expected Content-Type application/json');
      return take(request, { slots: slots.hubspot, topic: topics.hubspot }, (body, headers) => {
        const signed = { method: request.method ?? 'POST', url: hubspot.publicUrl, body };
        if (!isSignedByHubspot(signed, proof, hubspot.clientSecret)) {
          throw new Refusal(
            401,
            'X-HubSpot-Signature-v3 does not fit the request and the configured URL and secret',
          );
        }
        return hubspotRecords(body, now(), headers);
      });
    },
  };
}

function proofOf(request: IncomingMessage): HubspotProof {
  const signature = onlyHeader(request, 'x-hubspot-signature-v3');
  const timestamp = onlyHeader(request, 'x-hubspot-request-timestamp');
  if (signature !== undefined && timestamp !== undefined) return { signature, timestamp };
  throw new Refusal(401, 'expected the headers X-HubSpot-Signature-v3 and X-HubSpot-Request-Timestamp');
}
