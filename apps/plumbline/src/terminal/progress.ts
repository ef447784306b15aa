/** Shows how far long work is, on one line that is written over. Quiet where nobody looks: in a pipe or a file. */
export interface Progress {
  update(text: string): void;
  /** Takes the line away. */
  done(): void;
}

/** @param now milliseconds, to redraw ten times a second at most */
export function createProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    update(text) {
      if (!stream.isTTY || now() - drawnAt < 100) return;
      drawnAt = now();
      drawn = true;
      stream.write(`\r\u001b[K${text.slice(0, Math.max(20, stream.columns - 1))}`);
    },
    done() {
      if (drawn) stream.write('\r\u001b[K');
      drawn = false;
      drawnAt = Number.NEGATIVE_INFINITY;
    },
  };
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}
