import { defineConfig } from 'vitest/config';

/** Unit tests and probes against real sockets on loopback: nothing beyond npm packages is needed. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'test/fleet-rig/**', 'test/lab/**', 'test/bench/**'],
    globalSetup: ['test/cli/build-once.ts'],
    setupFiles: ['test/property-seed.ts'],
    testTimeout: 20_000,
    passWithNoTests: false,
  },
});
