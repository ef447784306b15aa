/** One instruction of a Dockerfile: its name in capitals, and what follows, on one line. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** A stage: what follows a FROM, up to the next. */
export interface Stage {
  /** With the values of the arguments before the first FROM in it. */
  readonly image: string;
  readonly alias: string | undefined;
  readonly instructions: readonly Instruction[];
}

/**
 * Takes a Dockerfile apart: comments, continued lines and the defaults of arguments in FROM, and no more than that.
 * @throws where a line is no instruction
 */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { image: string; alias: string | undefined; instructions: Instruction[] }[] = [];
  const args = new Map<string, string>();
  for (const { name, rest } of instructionsOf(text)) {
    const current = stages.at(-1);
    if (name === 'FROM') {
      const [image = '', , alias] = rest.split(/\s+/);
      const named = image.replace(/\$\{(\w+)\}/g, (_, argument: string) => args.get(argument) ?? '');
      stages.push({ image: named, alias, instructions: [] });
    } else if (current !== undefined) {
      current.instructions.push({ name, rest });
    } else if (name === 'ARG') {
      const [argument = '', value = ''] = rest.split('=');
      args.set(argument, value);
    } else {
      throw new Error(`${name} stands before the first FROM`);
    }
  }
  return stages;
}

function instructionsOf(text: string): readonly Instruction[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => {
      const found = /^([A-Z]+)\s+(.+)$/.exec(line);
      if (found === null) throw new Error(`not an instruction: ${line}`);
      return { name: found[1] ?? '', rest: found[2] ?? '' };
    });
}
