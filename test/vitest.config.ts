import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Unit tests and probes against real sockets on loopback: nothing beyond npm packages is needed. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'test/fleet-rig/**', 'test/lab/**', 'test/bench/**'],
    globalSetup: ['test/cli/build-once.ts'],
    setupFiles: ['test/property-seed.ts', 'test/messages-fit.ts'],
    // Vitest would leave a core idle, which on a machine of two is half of it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A bound for what hangs, no measure of speed: a busy machine may take ten times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    passWithNoTests: false,
  },
});
