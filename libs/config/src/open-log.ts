import { openEmbeddedLog } from '#log/embedded-log.js';
import { type KafkaLog, openKafkaLog } from '#log/kafka/kafka-log.js';
import type { Log } from '#log/log.js';
import type { StructuredLogger } from '#operations/logger.js';
import type { KafkaConfig, LogConfig } from './service-config.js';

/**
 * Opens the log that the configuration names.
 * @param logger told what the Kafka client says of its connections
 * @throws Error where no broker answers, or another process has the embedded log
 */
export async function openLog(
  config: LogConfig,
  logger: Pick<StructuredLogger, 'warn' | 'error'>,
): Promise<Log> {
  if (config.kind === 'embedded') return openEmbeddedLog({ path: config.path });
  return openKafka(config, logger);
}

/**
 * @param logger told what the Kafka client says of its connections
 * @throws Error where no broker answers
 */
export async function openKafka(
  config: KafkaConfig,
  logger: Pick<StructuredLogger, 'warn' | 'error'>,
): Promise<KafkaLog> {
  const { kind: _kind, ...options } = config;
  return openKafkaLog({
    ...options,
    logged: ({ level, message }) => {
      logger[level](`kafka: ${message}`);
    },
  });
}
