/** How functions are bundled, once for CDK, the package, the benchmark and the tests. */
import type { BuildOptions } from 'esbuild';
import { withoutUnusedCode } from './unused-code.ts';

/** CommonJS packages call require() for Node's own modules, which an ES module does not have. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** Left out of the bundles: see the file that takes its place. Relative to the project's root, as esbuild runs there. */
const ALIAS = {
  '@aws-sdk/credential-provider-node': './lib/aws/environment-credentials.ts',
  '@aws-sdk/endpoint-cache': './lib/aws/no-endpoint-cache.ts',
  '@smithy/core/event-streams': './lib/aws/no-event-streams.ts',
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
  'again',
  'ownership',
  'notifier',
  'api',
  'starter',
  'watchdog',
  'site',
  'queue',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/**
 * Bytes that a bundle may have, so that what one function doesn't need is noticed when it comes in: at most 4 % above what it
 * has. What is large in them, and why: the dispatcher has STS' client (30 kB), since it assumes roles of other accounts. The plan
 * has the resolver (60 kB), since it looks up which hosts have IPv6. The prober, which carries no schemas, fetches and reads
 * revocation lists (15 kB), since only the machine that has the certificates can do so. Wherever names are looked up, DNSSEC
 * signatures are verified and name servers asked (35 kB); what probes or judges has the mail routes of domains (15 kB); what
 * writes reports has the table of TLS clients (15 kB), and the German texts of the page (up to 180 kB), which no other function has.
 */
export const MAX_BUNDLE_BYTES = {
  prober: 348_000,
  dispatcher: 480_000,
  plan: 590_000,
  judge: 650_000,
  // The German texts of every message and cause, too: it writes the page in both languages.
  report: 1_060_000,
  publish: 545_000,
  // It renders the pages of links that may check again or ask an office, and calls what does their work.
  share: 495_000,
  again: 1_020_000,
  // It reads web pages over TLS, and with them staples, of which the probers now also tell why they do not count.
  ownership: 360_000,
  notifier: 1_010_000,
  // It joins reports with the logs of listeners, knows site vantages, and lists what a redacted report leaves out.
  api: 1_610_000,
  starter: 640_000,
  watchdog: 562_000,
  site: 490_000,
  queue: 443_000,
} as const satisfies { readonly [Name in FunctionName]: number };

/** The file of a function, from the project's root. */
export const functionEntry = (name: FunctionName): string => `${FUNCTIONS_FOLDER}/${name}.ts`;

/**
 * Settings for esbuild.
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
    format: 'esm',
    target: 'node20.19',
    minify: true,
    // A map is one to two megabytes of each function, and Node reads it only when it is told to at each start.
    sourcemap: false,
    // Letters as they are: a sign beyond ASCII takes three bytes in place of six.
    charset: 'utf8',
    mainFields: ['module', 'main'],
    // The runtime's own SDK is not relied upon: its version changes without notice.
    external: [],
    banner: { js: REQUIRE },
    alias: ALIAS,
    plugins: [withoutUnusedCode],
    logLevel: 'warning',
  }) satisfies BuildOptions;
