import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<string>();

/** Does a piece of work under an id: every line logged from within carries it. */
export function withCorrelation<T>(id: string, work: () => T): T {
  return storage.run(id, work);
}

/** The id of the work in hand; undefined outside of any. */
export function currentCorrelation(): string | undefined {
  return storage.getStore();
}
