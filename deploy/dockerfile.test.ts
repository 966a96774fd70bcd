import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';

const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8');

// That its steps lead to a server that runs is `npm run test:image`.
it('the Dockerfile has nothing that its linter complains about', () => {
  expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
});

it('the image runs as somebody without rights, is process 1 itself, and keeps one folder', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^CMD \["node", /m);
  expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
  expect([...last.matchAll(/^VOLUME (.*)$/gm)].map(([, path]) => path)).toEqual(['/data']);
});
