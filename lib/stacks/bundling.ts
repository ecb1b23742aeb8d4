/** How functions are bundled, once for CDK's NodejsFunction, the benchmark and the tests. */

/** CommonJS packages call require() for Node's own modules, which an ES module does not have. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** By esbuild's own names; CDK takes the same values under nearly the same. */
export const bundling = {
  format: 'esm',
  target: 'node20.19',
  minify: true,
  sourceMap: true,
  mainFields: ['module', 'main'],
  /** The runtime's own SDK is not relied upon: its version changes without notice. */
  externalModules: [] as string[],
  banner: REQUIRE,
} as const;

/** Folder and names of the handlers; each file exports `handler`. */
export const FUNCTIONS_FOLDER = 'functions';
export const FUNCTIONS = ['prober', 'dispatcher', 'plan', 'judge', 'report', 'publish'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** The file of a function, from the project's root. */
export const functionEntry = (name: FunctionName): string => `${FUNCTIONS_FOLDER}/${name}.ts`;
