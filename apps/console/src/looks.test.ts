import { readFileSync } from 'node:fs';
import { findings } from '@passbeam/workshop/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { addressOf, openVisits, type Visits } from './visits.fixture.ts';

/**
 * Every page in light and dark, on a phone and at a desk, in English and Chinese: no finding of axe, no wider than the window, and no
 * table wider than its frame.
 */

let visits: Visits;
let bob: string;
let importId: string;

beforeAll(async () => {
  visits = await openVisits();
  const people = await visits.double.ask<{ list: { userId: string }[] }>('search-users', { text: 'bob' });
  bob = people.list[0]?.userId ?? '';
  const job = await visits.double.ask<{ importId: string }>('create-user-import', { format: 'csv' });
  importId = job.importId;
  const { server } = visits.double;
  await fetch(`${server}/api/v3/gene-qrcode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-authing-app-id': visits.double.site },
    body: JSON.stringify({ type: 'MOBILE_APP' }),
  });
}, 60_000);
afterAll(() => visits?.close());
afterEach(async () => expect(await visits.leave()).toEqual([]));

const isWhole = process.env.CONSOLE_LOOKS === 'all';
const site = '/applications/0123456789abcdef01234567';
/** Pages that stand below in another state. */
const states = () => [
  '/overview?range=30d',
  '/applications?q=nothing-has-this-name',
  '/applications/new?kind=site&step=2',
  `${site}?tab=activity`,
  '/applications/of-nobody',
  '/users?q=nobody&status=Suspended',
  `/users/${bob}?tab=activity`,
  `/users/${bob}?tab=danger`,
  '/audit?type=accounts&outcome=failure',
];
/** A path beginning with `/$` is of no pool. */
const paths = () => [
  ...(isWhole ? states() : []),
  '/overview',
  '/applications',
  '/applications/new',
  '/applications/new?app=0123456789abcdef01234567&kind=site&step=3',
  site,
  `${site}?tab=settings`,
  `${site}?tab=security`,
  `${site}?tab=secrets`,
  '/users',
  '/users/new',
  '/users/import',
  `/users/import/${importId}`,
  `/users/${bob}`,
  `/users/${bob}?tab=logins`,
  '/live',
  '/logins',
  '/audit',
  '/settings/security/basic/login',
  '/settings/security/basic/web',
  '/settings/security/basic/registration',
  '/settings/security/report',
  '/settings/messages',
  '/settings/fields',
  '/settings/pool',
  '/access-keys',
  '/$/account',
  '/$/administrators',
  '/$/installation',
  '/$/sign-in',
  '/$/set-up#a-link',
  '/$/accept',
  '/$/no/such/page',
];

const languages = ['en-US', 'zh-CN'] as const;
const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 390].map((width) => ({ scheme, width })));
/** Each page in one of the eight, the next page in the next; by CONSOLE_LOOKS=all every page and state in every one, which takes ten times as long. */
function looksOf(index: number, locale: (typeof languages)[number]) {
  if (isWhole) return looks;
  const turn = index % (looks.length * languages.length);
  return languages[Math.floor(turn / looks.length)] === locale ? looks.slice(turn % looks.length).slice(0, 1) : [];
}

it('knows a path of every route', () => {
  const routes = readFileSync(new URL('./router.tsx', import.meta.url), 'utf8');
  const names = [...routes.matchAll(/path: '(\/[^']*)'/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(20);
  const all = paths();
  const isVisited = (name: string) => {
    const pattern = new RegExp(`${name.replaceAll(/\$\w+/g, '[^/]+')}($|[/?#])`);
    return all.some((path) => pattern.test(path));
  };
  // `/` leads on to the first pool.
  expect(names.filter((name) => name !== '/' && !isVisited(name))).toEqual([]);
});

it.each(languages)(
  'is accessible, and no wider than the window: %s',
  async (locale) => {
    const page = await visits.open('/overview', { locale });
    for (const [index, path] of paths().entries()) {
      const chosen = looksOf(index, locale);
      if (chosen.length === 0) continue;
      // Another address alone would keep the page, and with it what it has loaded.
      await page.goto('about:blank');
      await page.goto(addressOf(visits.double, path));
      for (const look of chosen) {
        await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width: look.width, height: 860 });
        await settled(page);
        expect.soft([path, look, await findings(page)]).toEqual([path, look, []]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect.soft([path, look, width]).toEqual([path, look, look.width]);
        const isTableCut = await page.evaluate(() =>
          [...document.querySelectorAll('.table-frame')].some((frame) => frame.scrollWidth > frame.clientWidth),
        );
        expect.soft([path, look, isTableCut]).toEqual([path, look, false]);
      }
    }
  },
  isWhole ? 900_000 : 240_000,
);

/** Everything that the page asks for has come and was drawn. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}
