import { defineConfig } from 'vitest/config';

/**
 * The deployed fleet without AWS: state machines of the synthesized templates, bundled functions in processes of their
 * own, local S3, DynamoDB, Lambda and EventBridge. Needs nothing beyond npm packages.
 */
export default defineConfig({
  test: {
    include: ['test/fleet-rig/**/*.test.ts'],
    globalSetup: ['test/cli/build-once.ts', 'test/fleet-rig/synthesized.ts'],
    // A rig starts some twenty processes; more parallel files than cores would only make each other late.
    maxWorkers: 2,
    maxConcurrency: 2,
    // Bounds for what hangs, no measure of speed.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    passWithNoTests: false,
  },
});
