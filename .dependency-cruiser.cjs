/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The core knows no I/O, no framework and no other folder of ours.',
      severity: 'error',
      from: { path: '^libs/domain/src', pathNot: '(\\.spec\\.ts$|/testing/)' },
      to: {
        pathNot:
          '^(libs/domain/src|node_modules/(class-validator|class-transformer|class-validator-jsonschema|ajv|yaml|@js-temporal/polyfill|reflect-metadata|jsbi)/)',
      },
    },
    {
      name: 'libs-depend-on-domain-only',
      comment: 'Sources, log, warehouse and simulator know the domain, never each other.',
      severity: 'error',
      from: { path: '^libs/(sources|log|warehouse|simulator)/src', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: '^libs/(domain|$1)/' },
    },
    {
      name: 'nothing-imports-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'services-stand-alone',
      comment: 'ingest and scorer meet on the log, not in code; only the plumbline app composes them.',
      severity: 'error',
      from: { path: '^apps/(ingest|scorer)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { pathNot: '(\\.spec\\.ts$|/testing/|^test/)' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
