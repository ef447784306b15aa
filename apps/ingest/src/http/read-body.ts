import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}

/**
 * The body of a request as it came: signatures are of bytes.
 * @throws Refusal 400 where it ends early, 408 where it comes too slowly, 413 where it is too large, 415 where it is
 * compressed
 */
export function readBody(
  request: IncomingMessage,
  { maxBodyBytes, bodyTimeoutMs }: BodyLimits,
): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw new Refusal(415, 'compressed bodies are not taken: send it without Content-Encoding');
  }
  const tooLarge = new Refusal(413, `the body is larger than ${maxBodyBytes} bytes: send less at once`);
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge;
  if (request.readableEnded) {
    throw new Error('the body was read before: the application must be created with bodyParser: false');
  }
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      // Until it is said what becomes of the rest.
      request.pause();
      outcome();
    };
    const refuse = (refusal: Refusal): void => {
      settle(() => {
        reject(refusal);
      });
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBodyBytes) refuse(tooLarge);
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      settle(() => {
        resolve(Buffer.concat(chunks, size));
      });
    };
    const onClose = (): void => {
      refuse(new Refusal(400, 'the body ended early'));
    };
    const timer = setTimeout(() => {
      const late = `the body took longer than ${bodyTimeoutMs} ms`;
      refuse(new Refusal(408, late, [], { connection: 'close' }));
    }, bodyTimeoutMs);
    request.on('data', onData).once('end', onEnd).once('close', onClose).once('error', onClose);
  });
}

/**
 * Reads what is left of a refused request to nowhere, so that its sender gets to read the answer; ends the connection
 * of one who does not come to an end.
 */
export function discardRest(
  request: IncomingMessage,
  { bodyTimeoutMs }: Pick<BodyLimits, 'bodyTimeoutMs'>,
): void {
  if (request.complete || request.destroyed) return;
  const { socket } = request;
  const timer = setTimeout(() => {
    socket.destroy();
  }, bodyTimeoutMs);
  const done = (): void => {
    clearTimeout(timer);
    request.off('end', done);
    socket.off('close', done);
  };
  // Once it is answered, a request says nothing of a connection that breaks; the connection does.
  request.once('end', done);
  socket.once('close', done);
  request.resume();
}
