import { defineConfig } from 'vitest/config';

/** Tests that need root, network namespaces, or servers and a browser from Debian packages. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    // Bounds for what hangs, no measure of speed.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 120_000 } },
    // Each file names its own network namespaces and ports, so two run side by side.
    maxWorkers: 2,
    passWithNoTests: false,
  },
});
