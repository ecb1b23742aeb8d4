import { defineConfig } from 'vitest/config';

/**
 * The long loop: every probe kind against random and mutated server bytes. `FUZZ_COUNT` exchanges in all (default
 * 20,000), the same ones for the same `FUZZ_SEED`. One process for each file, so that handles can be counted.
 */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.fuzz.ts'],
    globalSetup: ['test/fuzz/flight-recorder.ts'],
    pool: 'forks',
    // Vitest would leave a core idle on a machine of two.
    maxWorkers: 2,
    // Bounds for what hangs, no measure of speed: each exchange has a bound of its own.
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    passWithNoTests: false,
    disableConsoleIntercept: true,
  },
});
