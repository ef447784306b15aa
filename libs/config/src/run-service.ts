/** A service as its process runs it. */
export interface RunningService {
  /** Rejects where it gave up: the process should end, and be started anew. */
  readonly ended: Promise<void>;
  /** Ends it after the work in hand. */
  close(): Promise<void>;
}

/**
 * Runs a service until it fails or the process is asked to end. A failure is one line on stderr and exit status 1.
 * @param start opens what the service needs and starts it
 */
export async function runService(name: string, start: () => Promise<RunningService>): Promise<void> {
  try {
    const service = await start();
    process.stdout.write(`${name} runs\n`);
    const asked = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          resolve();
        });
      }
    });
    try {
      await Promise.race([service.ended, asked]);
    } finally {
      await service.close();
    }
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
