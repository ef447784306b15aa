import type { Instant } from '#domain/time/instant.js';

/** What is going to happen, in the order of its instants; at equal instants, in the order it was entered. */
export interface Agenda {
  enter(at: Instant, happens: () => void): void;
  /** Lets everything up to and including `until` happen, also what is entered meanwhile. */
  runUntil(until: Instant, onTurn: (at: Instant) => void): void;
  isEmpty(): boolean;
  clear(): void;
}

export function createAgenda(): Agenda {
  const items: { at: Instant; happens: () => void }[] = [];
  return {
    enter: (at, happens) => {
      let place = items.length;
      while (place > 0 && (items[place - 1]?.at ?? at) > at) place--;
      items.splice(place, 0, { at, happens });
    },
    runUntil: (until, onTurn) => {
      for (let first = items[0]; first !== undefined && first.at <= until; first = items[0]) {
        items.shift();
        onTurn(first.at);
        first.happens();
      }
    },
    isEmpty: () => items.length === 0,
    clear: () => {
      items.length = 0;
    },
  };
}
