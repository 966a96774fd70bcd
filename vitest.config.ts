import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
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
          ],
          exclude: ignored,
          testTimeout: 20_000,
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
          hookTimeout: 120_000,
        },
      },
      // `npm run test:image`: installs twice, so it is run by hand and before a release.
      { test: { name: 'image', include: ['deploy/image/*.check.ts'], exclude: ignored } },
    ],
  },
});
