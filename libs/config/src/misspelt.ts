const PREFIX = 'PLUMBLINE_';

/**
 * Kubernetes tells each container of every service of its namespace in variables: with one named plumbline-ingest, in
 * PLUMBLINE_INGEST_SERVICE_HOST, PLUMBLINE_INGEST_PORT_8080_TCP and others. Nobody has misspelt those.
 */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/;

/**
 * Faults of variables that look like ours and are not: a setting that is not read is worse than one that is refused.
 * @param known all names that are read
 */
export function misspeltFaults(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  return Object.keys(env)
    .filter((name) => name.toUpperCase().startsWith(PREFIX) && !known.includes(name))
    .filter((name) => !name.startsWith(`${PREFIX}TEST_`) && !isServiceLink(name, env[name] ?? ''))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const near = nearest(name.toUpperCase(), known);
      return `${name}: there is no such variable${near === undefined ? '; .env.example names all of them' : `; did you mean ${near}?`}`;
    });
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value));
}

/** The known name that was most likely meant: a slip, a word too few or too many, a word cut short. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const rest = name.slice(PREFIX.length);
  const words = rest.split('_');
  const candidates = known
    .map((other) => ({ other, distance: distanceOf(rest, other.slice(PREFIX.length)) }))
    .sort((a, b) => a.distance - b.distance);
  const found =
    candidates.find(({ distance }) => distance <= 2) ??
    candidates.find(({ other }) => shareAllWords(words, other.slice(PREFIX.length).split('_'))) ??
    candidates.find(({ other }) => other.startsWith(name) || name.startsWith(other)) ??
    candidates.find(({ distance }) => distance <= rest.length / 3);
  return found?.other;
}

function shareAllWords(a: readonly string[], b: readonly string[]): boolean {
  return a.every((word) => b.includes(word)) || b.every((word) => a.includes(word));
}

/** How many letters must be put in, taken out, changed, or swapped with their neighbour. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(changed, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && swapped) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      current.push(least);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
