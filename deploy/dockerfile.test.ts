import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';

const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8');

// `npm run test:image` tests that the steps of the Dockerfile lead to a server that runs.
it('the linter finds nothing wrong in the Dockerfile', () => {
  expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
});

it('the image runs as an unprivileged user, with the server as process 1, and keeps only /data', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^CMD \["node", /m);
  expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
  // Otherwise what publishes the port of the console reaches nobody.
  for (const name of ['HOST', 'CONSOLE_HOST'])
    expect(last).toMatch(new RegExp(`^ENV (.* )?${name}=0\\.0\\.0\\.0( |$)`, 'm'));
  expect([...last.matchAll(/^VOLUME (.*)$/gm)].map(([, path]) => path)).toEqual(['/data']);
});
