/** What was noted lately by key, the oldest dropped first: it doesn't grow with what there is. */
export interface Latest<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  clear(): void;
}

export function createLatest<T>(most: number): Latest<T> {
  const noted = new Map<string, T>();
  return {
    get: (key) => noted.get(key),
    set(key, value) {
      noted.delete(key);
      noted.set(key, value);
      for (const oldest of noted.keys()) {
        if (noted.size <= most) break;
        noted.delete(oldest);
      }
    },
    delete(key) {
      noted.delete(key);
    },
    clear() {
      noted.clear();
    },
  };
}
