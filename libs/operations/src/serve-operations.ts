import { NestFactory } from '@nestjs/core';
import { LOOPBACK, type OperationsServerOptions } from './operations-options.js';
import { OperationsModule } from './operations.module.js';
import { listen, type Serving } from './serve.js';

/**
 * Listens for questions about a service's health, on a port of its own: what is open to senders of events is not
 * what is open to those who operate the service.
 */
export async function serveOperations(options: OperationsServerOptions): Promise<Serving> {
  const app = await NestFactory.create(OperationsModule.register(options), {
    abortOnError: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  return listen(app, options.host ?? LOOPBACK, options.port);
}
