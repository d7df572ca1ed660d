import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Each file by itself: the end-to-end tests start servers, and wait for them.
    fileParallelism: false,
  },
});
