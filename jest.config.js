/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test', '<rootDir>/tools'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['reflect-metadata'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^#(domain|config|operations|sources|log|warehouse|simulator)/(.*)\\.js$': '<rootDir>/libs/$1/src/$2.ts',
    '^#(ingest|scorer)/(.*)\\.js$': '<rootDir>/apps/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // Starting the embedded engine takes seconds on a busy machine; a test that hangs is still found.
  testTimeout: 120_000,
  // The embedded engine is one per process and its directory one per engine: each worker is a process.
  maxWorkers: 2,
};
