import { defineConfig } from 'vitest/config';

/**
 * Once more, and the report says so: databases, browsers and whole clusters are started and killed here, on machines that are
 * busy with other things.
 */
const retry = 1;
const ignored = ['**/node_modules/**', '**/dist/**'];

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
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ignored,
          // One journey at a time: each starts a server and browsers of its own.
          fileParallelism: false,
          testTimeout: 90_000,
          retry,
          hookTimeout: 120_000,
        },
      },
      // `npm run test:image`: installs twice, so it is run by hand and before a release.
      { test: { name: 'image', include: ['deploy/image/*.check.ts'], exclude: ignored } },
    ],
  },
});
