// Asks the service in this container whether it makes progress; the image has neither curl nor wget.
const port = process.env.PLUMBLINE_HTTP_PORT || '8080';

try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
