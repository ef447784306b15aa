import { parse } from 'yaml';

/** What the tests look at of a service in a Compose file. */
export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly mem_limit?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** Reads a Compose file with its anchors and merges, and without filling in variables. */
export function parseCompose(text: string): ComposeFile {
  return parse(text, { merge: true }) as ComposeFile;
}

/** The variables that a Compose file takes from `.env`: those it can't do without, and those with a default. */
export function variablesOf(text: string): {
  readonly required: ReadonlySet<string>;
  readonly optional: ReadonlyMap<string, string>;
} {
  const required = new Set<string>();
  const optional = new Map<string, string>();
  for (const [whole, name = '', operator, value = ''] of text.matchAll(
    /\$\{?(\w+)(?:(:\?|:-)([^}]*))?\}?/g,
  )) {
    if (operator === ':?') required.add(name);
    else if (operator === ':-') optional.set(name, value);
    else throw new Error(`${whole} has neither a default nor a message for where it is missing`);
  }
  return { required, optional };
}

/** Fills in a value as Compose does. */
export function interpolate(value: string, env: Readonly<Record<string, string>>): string {
  return value.replaceAll(
    /\$\{(\w+)(:\?|:-)([^}]*)\}/g,
    (_, name: string, operator: string, otherwise: string) => {
      const given = env[name] ?? '';
      if (given !== '') return given;
      if (operator === ':-') return otherwise;
      throw new Error(`${name}: ${otherwise}`);
    },
  );
}
