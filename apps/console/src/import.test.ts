import type { UserImportDto } from '@passbeam/protocol';
import { findings } from '@passbeam/workshop/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Double } from './double.fixture.ts';
import { openVisits, type Visits } from './visits.fixture.ts';

/** People are imported through the built console, before a real server. */

let visits: Visits;
let double: Double;

beforeAll(async () => {
  visits = await openVisits();
  double = visits.double;
}, 60_000);
afterAll(() => visits?.close());
afterEach(async () => expect(await visits.leave()).toEqual([]));

const open = (path = '/users/import', width = 1280): Promise<Page> => visits.open(path, { width });

const file = (text: string, name = 'people.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const choose = (page: Page, text: string) => page.locator('input[type=file]').setInputFiles(file(text));
const idIn = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';
const imports = () => double.ask<UserImportDto[]>('list-user-imports', {});
const found = (importId: string) => double.ask<UserImportDto>('get-user-import', { importId });
const lines = (name: string, n: number, of: (index: number) => string) =>
  [name, ...Array.from({ length: n }, (_, index) => of(index))].join('\n');

/** Begins an import without a check. */
async function importAll(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Import without checking first' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
  await page.waitForURL(/import\/\w{24}$/);
  return idIn(page);
}

it('checks a file with foreign columns, says which rows are bad, and imports it from the same page', async () => {
  const page = await open('/users');
  await page.getByRole('link', { name: 'Import' }).click();
  await choose(
    page,
    'Login;E-Mail;Shoe size;Team\nann;ann@example.com;42;blue\nben;not an address;43;red\nalice;;44;red\n',
  );
  expect(await page.getByLabel('Field of Login').inputValue()).toBe('username');
  expect(await page.getByLabel('Field of Shoe size').inputValue()).toBe('');
  await page.getByLabel('Field of Team').selectOption('company');
  const preview = page.getByRole('region', { name: 'The first rows' });
  expect(await preview.getByRole('row').count()).toBe(4);
  expect(await preview.textContent()).not.toContain('42');

  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByText('Checked: nobody was written.').waitFor();
  await page.getByText('Importing makes 1 new person; 2 rows would be refused.').waitFor();
  await page.getByRole('cell', { name: 'must be an e-mail address' }).waitFor();
  expect(await found(idIn(page))).toMatchObject({ dryRun: true, created: 1, refused: 2 });

  await page.getByRole('button', { name: 'Import this file' }).click();
  await page.getByRole('heading', { name: 'Import of people' }).waitFor();
  await page.getByText('Finished').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('import-report.csv');
  await page.goto(`${double.origin}/console/${double.pool}/users?q=ann`);
  await page.getByRole('link', { name: 'ann' }).first().waitFor();
});

it('takes a column of ids for those of people where they look so, and says what that means', async () => {
  const page = await open();
  const note = page.getByText('New people keep the ids of the file');
  await choose(page, 'User ID,Login\n1001,ida\n');
  expect(await page.getByLabel('Field of User ID').inputValue()).toBe('externalId');
  expect(await note.count()).toBe(0);
  await choose(page, '用户 ID,Login\n5f9d0c1e2b3a4d5e6f708192,ida\n');
  await page.getByLabel('Field of 用户 ID').waitFor();
  expect(await page.getByLabel('Field of 用户 ID').inputValue()).toBe('userId');
  await note.waitFor();
  const importId = await importAll(page);
  await expect.poll(async () => (await found(importId)).state).toBe('finished');
  expect(await double.ask('search-users', { text: '5f9d0c1e2b3a4d5e6f708192' })).toMatchObject({
    list: [{ userId: '5f9d0c1e2b3a4d5e6f708192', username: 'ida' }],
  });
});

it('imports people with bad rows among them while the browser is closed half-way', async () => {
  const n = 2_500;
  const bad = (index: number) => index % 68 === 5;
  const page = await open();
  await choose(
    page,
    lines('username,email', n, (index) => `p${index},${bad(index) ? 'nowhere' : `p${index}@example.com`}`),
  );
  const importId = await importAll(page);
  await expect.poll(async () => (await found(importId)).created, { timeout: 20_000 }).toBeGreaterThan(0);
  await page.getByRole('progressbar').waitFor();
  await page.context().close();
  await expect.poll(async () => (await found(importId)).state, { timeout: 60_000, interval: 250 }).toBe('finished');

  const again = await open(`/users/import/${importId}`);
  await again.getByText('2,500 of 2,500 rows').waitFor();
  expect(await found(importId)).toMatchObject({ created: n - 37, refused: 37, done: n });
  expect(await again.getByRole('row').count()).toBe(38);
  await again.getByRole('link', { name: 'All imports' }).click();
  await again.getByRole('cell', { name: '2,463 new, 0 changed, 37 refused' }).waitFor();
}, 120_000);

it('goes on with a half uploaded file when it is chosen again', async () => {
  const text = lines('username,name', 9_000, (index) => `half${index},${'x'.repeat(40)}`);
  const page = await open();
  let uploads = 0;
  await page.route('**/upload-user-import', (route) => (++uploads === 1 ? route.continue() : route.abort()));
  await choose(page, text);
  const importId = await importAll(page);
  await expect.poll(async () => (await found(importId)).parts).toBe(1);
  await page.reload();
  await page.unroute('**/upload-user-import');
  await page.getByText('The file is half uploaded').waitFor();
  await choose(page, text);
  await expect.poll(async () => (await found(importId)).state, { timeout: 20_000 }).toBe('running');
  expect((await found(importId)).rows).toBe(9_000);

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Go on' }).waitFor();
  const { done } = await found(importId);
  await page.reload();
  await page.getByText('Paused').waitFor();
  expect((await found(importId)).done).toBe(done);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(async () => (await found(importId)).done, { timeout: 20_000 }).toBeGreaterThan(done);

  const second = await page.context().newPage();
  await second.goto(`${double.origin}/console/${double.pool}/users/import`);
  await second.getByText('An import has not ended yet').waitFor();
  await second.close();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Go on' }).count()).toBe(0);
}, 90_000);

it('says what is wrong with a file before anything is sent', async () => {
  const page = await open();
  const before = (await imports()).length;
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from([0x6e, 0xe9, 0x0a]) });
  await page.getByText('The file is not UTF-8').waitFor();
  await choose(page, '\n');
  await page.getByText('No rows were found').waitFor();
  await choose(page, 'name,nickname\nAnn,A\n');
  await page.getByText('Nothing to sign in with').waitFor();
  expect(await page.getByRole('button', { name: 'Check the file' }).isDisabled()).toBe(true);
  await choose(page, 'username,login,password\nann,ann,secret word\n');
  await page.getByText('Two columns hold the same field.').waitFor();
  await page.getByLabel('Field of login').selectOption('');
  expect(await page.content()).not.toContain('secret word');
  await page.getByRole('radio', { name: 'The passwords themselves' }).check();
  await page.getByText('some 20 to 50 people a second').waitFor();
  expect((await imports()).length).toBe(before);
});

it('shows an import to a viewer, and lets them begin none', async () => {
  const [last] = await imports();
  double.become('viewer');
  const page = await open();
  await choose(page, 'username\nzoe\n');
  expect(await page.getByRole('button', { name: 'Check the file' }).getAttribute('aria-disabled')).toBe('true');
  await page.goto(`${double.origin}/console/${double.pool}/users/import/${last?.importId}`);
  await page.getByRole('progressbar').waitFor();
  expect((await imports())[0]?.importId).toBe(last?.importId);
});

it.each([1280, 390])('is accessible and no wider than the window: %i px', async (width) => {
  const page = await open('/users/import', width);
  await choose(
    page,
    lines(
      'username,email,a column that has quite a long name for a phone',
      30,
      (index) => `w${index},${'w'.repeat(60)}${index}@example.com,x`,
    ),
  );
  await page.getByRole('button', { name: 'Check the file' }).waitFor();
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  await page.goto(`${double.origin}/console/${double.pool}/users/import/${(await imports()).at(-1)?.importId}`);
  await page.getByRole('progressbar').waitFor();
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});
