import { defineConfig } from 'vitest/config';

/** Tests that need root, network namespaces, or servers and a browser from Debian packages. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    passWithNoTests: false,
  },
});
