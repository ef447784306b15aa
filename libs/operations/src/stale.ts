/** How long a service may go without a batch finished or asked for: longer than the slowest one with all its attempts. */
export const STALE_AFTER_MS = 5 * 60_000;
