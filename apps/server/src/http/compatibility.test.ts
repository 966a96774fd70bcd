import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { routeDecisions } from './rights.fixture.ts';

interface Operation {
  summary?: string;
  deprecated?: boolean;
}

const generations: { title: string; note: string; holds(path: string): boolean }[] = [
  {
    title: 'v3',
    note: 'For the current server, web and phone SDKs. Envelope `{statusCode, message, apiCode?, requestId, data}`.',
    holds: (path) => path.startsWith('/api/v3/'),
  },
  {
    title: 'v2',
    note: 'For authing-js-sdk 4, Guard and the phone SDKs. Envelope `{code, message, data}`.',
    holds: (path) => /^\/(api\/v2|api\/qrcode|api\/oidc|graphql|cas|logout)\b/.test(path),
  },
  {
    title: 'OpenID Connect and OAuth 2',
    note: 'Standard shapes and HTTP codes.',
    holds: (path) => /^\/(oidc|oauth|\{\w+\}\/oidc)\b/.test(path),
  },
  { title: 'Our own', note: 'Images, links and health.', holds: () => true },
];

/** What browsers open or draw: routes that the reference leaves out. */
const leftOut: Record<string, string> = {
  'GET /': 'The page that says that the server runs',
  'GET /avatars/default.png': 'The picture of people who have none',
  'GET /avatars/default.svg': 'The same',
  'GET /console': 'The console',
  'GET /console/*': 'The console',
  'GET /docs': 'The API reference, as a page',
  'GET /login': 'The page where people sign in',
  'GET /login/page.css': 'Its looks',
  'GET /login/page.js': 'Its program',
  'GET /logos/default.png': 'The logo of applications that have none',
  'GET /logos/default.svg': 'The same',
  'GET /openapi.json': 'The API reference',
  'GET /svg-string/guard': 'The icons that Guard does not start without',
};
/** What the console and the page at `/login` call for themselves. */
const isOfOwnPages = (route: string) => /^\w+ \/(console\/api|login\/interactions)\//.test(route);

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
});
afterAll(() => passbeam.close());

const pageFile = '../../../../docs/reference/compatibility.md';
/** The title from which on the page is written by hand. */
const differencesTitle = '## Where this server decides for itself';

/** `vitest run apps/server/src/http/compatibility.test.ts -u` writes the page anew, up to what is written by hand. */
it('docs/reference/compatibility.md lists every endpoint served, and nothing else', async () => {
  const { paths } = (await passbeam.app.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, Operation>>;
  };
  const left = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  left.sort((a, b) => (a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path)));

  const sections = generations.map(({ title, note, holds }) => {
    const rows = left.filter(({ path }) => holds(path));
    for (const row of rows) left.splice(left.indexOf(row), 1);
    const lines = rows.map(
      ({ method, path, summary, deprecated }) =>
        `| ${method} | \`${path}\` | ${summary ?? ''}${deprecated && !summary?.includes('older name') ? ' (older name)' : ''} |`,
    );
    return `## ${title}\n\n${note}\n\n| method | path | what it does |\n|---|---|---|\n${lines.join('\n')}\n`;
  });
  const described = new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    ),
  );
  const others = Object.values(routeDecisions)
    .flat()
    .filter((route) => !described.has(route) && !isOfOwnPages(route));
  expect(others.sort()).toEqual(Object.keys(leftOut).sort());
  const page = [
    '# Endpoints served',
    '',
    'Every address, by generation, and [where this server decides for itself](#where-this-server-decides-for-itself), but for what the',
    'console and the page at `/login` call for themselves. A test makes the tables from the routes. `/openapi.json` of a running server',
    'has every field. How to move a team here is in [leaving-genauth.md](../guide/leaving-genauth.md).',
    '',
    ...sections,
    `## Pages and pictures\n\nNot in \`/openapi.json\`. The files of the widget, the SDK and the reference are below \`/widget/\`, \`/sdk/\` and \`/docs/\`.\n\n| method | path | what it is |\n|---|---|---|\n${Object.entries(
      leftOut,
    )
      .map(([route, what]) => `| ${route.replace(' ', ' | `')}\` | ${what} |`)
      .join('\n')}\n`,
    differences(),
  ].join('\n');
  await expect(page).toMatchFileSnapshot(pageFile);
});

it('what people read first teaches the current names', async () => {
  const { paths } = (await passbeam.app.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, Operation>>;
  };
  const olderNames = Object.entries(paths)
    .filter(([path, methods]) => path.startsWith('/api/v3/') && Object.values(methods).every((each) => each.deprecated))
    .map(([path]) => path.slice('/api/v3/'.length));
  expect(olderNames).toContain('change-qrcode-status');

  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  for (const file of globSync(['README.md', 'docs/guide/integrate.md', 'docs/guide/phone.md', 'packages/*/README.md'], {
    cwd: root,
  })) {
    // `change-qrcode-status` in an address, `changeQrCodeStatus` in a client.
    const text = readFileSync(`${root}${file}`, 'utf8').toLowerCase();
    const taught = olderNames.filter((name) => text.includes(name) || text.includes(`${name.replaceAll('-', '')}(`));
    expect(taught, file).toEqual([]);
  }
});

function differences(): string {
  const page = readFileSync(new URL(pageFile, import.meta.url), 'utf8');
  expect(page).toContain(differencesTitle);
  return page.slice(page.indexOf(differencesTitle));
}
