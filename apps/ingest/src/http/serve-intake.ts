import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { listen, type Serving } from '#operations/serve.js';
import { DEFAULT_LIMITS, type IntakeServerOptions } from './intake-options.js';
import { IntakeModule } from './intake.module.js';

const LOOPBACK = '127.0.0.1';
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the idle timeout of usual load balancers, which otherwise send into a closing connection. */
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 1_000;

/** Listens for records over HTTP until it is closed. */
export async function serveIntake(options: IntakeServerOptions): Promise<Serving> {
  const app = await NestFactory.create<NestExpressApplication>(IntakeModule.register(options), {
    abortOnError: false,
    bodyParser: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const server = app.getHttpServer();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = HEADERS_TIMEOUT_MS + limits.bodyTimeoutMs;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  return listen(app, options.host ?? LOOPBACK, options.port);
}
