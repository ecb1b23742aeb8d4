/** How functions are bundled, once for CDK's NodejsFunction, the benchmark and the tests. */
import type { BuildOptions } from 'esbuild';

/** CommonJS packages call require() for Node's own modules, which an ES module does not have. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** Left out of the bundles: see the file that takes its place. Relative to the project's root, as esbuild runs there. */
const ALIAS = {
  '@aws-sdk/credential-provider-node': './lib/adapters/aws/environment-credentials.ts',
} as const;

/** By esbuild's own names; CDK takes the same values under nearly the same. */
export const bundling = {
  format: 'esm',
  target: 'node20.19',
  minify: true,
  sourceMap: true,
  /** The map is for the lines of a stack; the sources are in the repository. */
  sourcesContent: false,
  mainFields: ['module', 'main'],
  /** The runtime's own SDK is not relied upon: its version changes without notice. */
  externalModules: [] as string[],
  banner: REQUIRE,
  /** What CDK has no option for. */
  esbuildArgs: { '--alias': Object.entries(ALIAS).map(([from, to]) => `${from}=${to}`) },
} as const;

/** Folder and names of the handlers; each file exports `handler`. */
export const FUNCTIONS_FOLDER = 'functions';
export const FUNCTIONS = [
  'prober',
  'dispatcher',
  'plan',
  'judge',
  'report',
  'publish',
  'share',
  'ownership',
  'notifier',
  'api',
  'starter',
  'watchdog',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** The file of a function, from the project's root. */
export const functionEntry = (name: FunctionName): string => `${FUNCTIONS_FOLDER}/${name}.ts`;

/**
 * The same settings for esbuild's own API.
 *
 * @param root the project's root
 * @param entry a handler's file, from there
 * @param outfile ends in `.mjs`, so that Node takes it for the ES module that it is
 */
export const esbuildOptions = (root: string, entry: string, outfile: string) =>
  ({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: bundling.format,
    target: bundling.target,
    minify: bundling.minify,
    sourcemap: bundling.sourceMap,
    sourcesContent: bundling.sourcesContent,
    mainFields: [...bundling.mainFields],
    external: bundling.externalModules,
    banner: { js: bundling.banner },
    alias: ALIAS,
    logLevel: 'warning',
  }) satisfies BuildOptions;
