import { createRequire } from 'node:module';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { readRecordSet, type RecordSet } from './record-set.js';

/** The release whose insides this file knows; with any other, kafkajs decodes as ever. */
const VERSION = '2.2.4';
/** Of Kafka's protocol: the only form of the answer that is read here, which all brokers since 2.3 speak. */
const FETCH_VERSION = 11;

/** What kafkajs passes on in place of messages: it counts as one whose offset is its last record's. */
export type SetMessage = KafkaMessage & { readonly set: RecordSet };

export function setOf(message: KafkaMessage | undefined): RecordSet | undefined {
  return message !== undefined && 'set' in message ? (message as SetMessage).set : undefined;
}

interface Exchange {
  readonly request: { readonly apiName: string; readonly apiVersion: number };
  readonly response: { readonly decode: (bytes: Buffer) => Promise<unknown>; readonly parse: unknown };
}

interface ConnectionPool {
  send(exchange: Exchange): Promise<unknown>;
}

interface Cluster {
  findBroker(of: { nodeId: string }): Promise<{ readonly connectionPool: ConnectionPool }>;
}

type Decode = (decoder: unknown) => Promise<readonly KafkaMessage[]>;
type Decoder = new (bytes: Buffer) => unknown;

/**
 * Makes the consumers of a client take the records of a fetch as one set instead of an object, several views and a
 * BigInt each, which is most of what reading costs. What a set can't be made of is decoded as ever. To be called before
 * the first consumer is made.
 * @returns false where this kafkajs is another than the one that is known here: nothing is changed then
 */
export function usePackedFetch(client: Kafka): boolean {
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version?: unknown };
  const symbol = Object.getOwnPropertySymbols(client).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create: unknown = symbol === undefined ? undefined : Reflect.get(client, symbol);
  if (version !== VERSION || symbol === undefined || typeof create !== 'function') return false;
  const decodeStock = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js') as Decode;
  const Decoder = require('kafkajs/src/protocol/decoder.js') as Decoder;
  const decode = answerDecoder((bytes) => decodeStock(new Decoder(bytes)));
  const changed = new WeakSet<ConnectionPool>();
  Reflect.set(client, symbol, (options: object): Cluster => {
    const cluster = (create as (options: object) => Cluster)(options);
    const findBroker = cluster.findBroker.bind(cluster);
    cluster.findBroker = async (of) => {
      const broker = await findBroker(of);
      const { connectionPool } = broker;
      if (!changed.has(connectionPool)) {
        changed.add(connectionPool);
        const send = connectionPool.send.bind(connectionPool);
        connectionPool.send = (exchange) => {
          const { request, response } = exchange;
          const isKnown = request.apiName === 'Fetch' && request.apiVersion === FETCH_VERSION;
          return send(isKnown ? { ...exchange, response: { ...response, decode } } : exchange);
        };
      }
      return broker;
    };
    return cluster;
  });
  return true;
}

/** @param stock decodes the records of a partition, their length before them, as kafkajs does */
function answerDecoder(stock: (bytes: Buffer) => Promise<readonly KafkaMessage[]>) {
  return async (bytes: Buffer): Promise<object> => {
    let at = 0;
    const int16 = (): number => bytes.readInt16BE((at += 2) - 2);
    const int32 = (): number => bytes.readInt32BE((at += 4) - 4);
    const int64 = (): string => bytes.readBigInt64BE((at += 8) - 8).toString();
    const text = (): string => {
      const length = int16();
      return bytes.toString('utf8', at, (at += length));
    };
    const clientSideThrottleTime = int32();
    const errorCode = int16();
    const sessionId = int32();
    const responses: object[] = [];
    for (let topics = int32(); topics > 0; topics -= 1) {
      const topicName = text();
      const partitions: object[] = [];
      for (let count = int32(); count > 0; count -= 1) {
        const partition = {
          partition: int32(),
          errorCode: int16(),
          highWatermark: int64(),
          lastStableOffset: int64(),
          lastStartOffset: int64(),
        };
        const abortedTransactions: object[] = [];
        for (let aborted = int32(); aborted > 0; aborted -= 1)
          abortedTransactions.push({ producerId: int64(), firstOffset: int64() });
        const preferredReadReplica = int32();
        const start = at;
        at += 4 + Math.max(bytes.readInt32BE(at), 0);
        const set =
          abortedTransactions.length > 0
            ? undefined
            : readRecordSet(bytes, start + 4, Math.min(at, bytes.length));
        const messages = set === undefined ? await stock(bytes.subarray(start, at)) : [messageOf(set)];
        partitions.push({ ...partition, abortedTransactions, preferredReadReplica, messages });
      }
      responses.push({ topicName, partitions });
    }
    return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
  };
}

function messageOf(set: RecordSet): SetMessage {
  return {
    set,
    offset: String(set.lastOffset),
    key: null,
    value: null,
    timestamp: '0',
    attributes: 0,
    headers: {},
  };
}
