import { defineConfig } from 'vitest/config';

/**
 * Once more, and the report says so: databases, browsers and whole clusters are started and killed here, on machines that are
 * busy with other things.
 */
const retry = 1;
const ignored = ['**/node_modules/**', '**/dist/**'];
/** What judges times, or kills and restarts whole servers: beside anything else it would measure that. */
const alone = ['e2e/src/{faults,soak}/*.test.ts', 'e2e/src/{cluster,rolling-restart}.test.ts'];
/** Minutes over a million people, by `npm run test:large` alone. */
const large = 'e2e/src/large/*.test.ts';
const isLarge = process.env.LARGE_STORE === 'on';
const journeys = { testTimeout: 90_000, retry, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // By default one core is left alone, which on two is half of the machine.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/**/*.test.ts',
            'apps/**/*.test.ts',
            'bench/**/*.test.ts',
            'scripts/**/*.test.{js,ts}',
            'deploy/**/*.test.ts',
            'workshop/**/*.test.ts',
          ],
          exclude: ignored,
          // A process loads the server once, not once a file: half of the time. Tests leave no global thing changed.
          isolate: false,
          testTimeout: 20_000,
          retry,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          // A server and a browser of its own each, on two cores one beside the other: they wait for one another most of the time.
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [...ignored, ...alone, large],
          maxWorkers: 2,
          ...journeys,
        },
      },
      {
        test: {
          name: 'alone',
          include: isLarge ? [...alone, large] : alone,
          exclude: ignored,
          fileParallelism: false,
          ...journeys,
        },
      },
      // `npm run test:image`: installs twice, so it is run by hand and before a release.
      { test: { name: 'image', include: ['deploy/image/*.check.ts'], exclude: ignored } },
    ],
  },
});
