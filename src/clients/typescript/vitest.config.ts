import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // A patience and no claim: some start a server twice, which takes seconds each where all tests share one processor.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The end-to-end tests start servers of their own and wait for them most of the time: so more files at once than a small machine would be given.
    maxWorkers: 3,
  },
});
