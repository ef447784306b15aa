/** Places for work that goes on at one time. */
export interface Slots {
  /** Takes a place; undefined where all are taken. What it returns gives the place back, once. */
  enter(): (() => void) | undefined;
}

export function createSlots(places: number): Slots {
  let taken = 0;
  return {
    enter() {
      if (taken >= places) return undefined;
      taken += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        taken -= 1;
      };
    },
  };
}
