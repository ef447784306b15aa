import type { Policy } from '#domain/policy/policy.js';
import { loadSourceMapping } from '#sources/native/load-mapping.js';
import { defaultMapping, type SourceMapping } from '#sources/native/mapping.js';
import { type NativeSource, nativeSources } from '#sources/sources.js';

export type Mappings = Readonly<Record<NativeSource, SourceMapping>>;

/**
 * The mapping of each source, to which the policy's names of closed stages are added.
 * @param files texts of mapping files by source, each with its name for messages; a source without one has the defaults
 * @throws Error with every fault of every file, each with its path
 */
export function loadMappings(
  files: Readonly<Partial<Record<NativeSource, { readonly name: string; readonly text: string }>>>,
  policy: Policy,
): Mappings {
  const faults: string[] = [];
  const policyStages = closedStages(policy);
  const mappings = Object.fromEntries(
    nativeSources.map((source) => {
      const file = files[source];
      const loaded = file === undefined ? { mapping: defaultMapping } : loadSourceMapping(source, file.text);
      if ('mapping' in loaded) return [source, { ...loaded.mapping, policyStages }];
      for (const { path, message } of loaded.faults)
        faults.push(`${file?.name ?? source}: ${path === '' ? '' : `${path}: `}${message}`);
      return [source, defaultMapping];
    }),
  ) as unknown as Mappings;
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return mappings;
}

function closedStages({ pipelines }: Policy): NonNullable<SourceMapping['policyStages']> {
  const named = (kind: 'won' | 'lost'): ReadonlySet<string> =>
    new Set(
      Object.values(pipelines).flatMap((pipeline) =>
        (pipeline[kind] ?? []).map((name) => name.toLowerCase()),
      ),
    );
  return { won: named('won'), lost: named('lost') };
}
