import type { Locator, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openVisits, type Visits } from './visits.fixture.ts';

/** What somebody types while a save is on its way is neither lost nor taken for saved. */

let visits: Visits;

beforeAll(async () => {
  visits = await openVisits();
}, 60_000);
afterAll(() => visits?.close());
afterEach(async () => expect(await visits.leave()).toEqual([]));

/** Holds the answer of the next such call back. The server has carried it out by then. */
async function holdBack(page: Page, call: string) {
  const answered = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const hold = async (route: Route) => {
    const response = await route.fetch();
    answered.resolve();
    await released.promise;
    await route.fulfill({ response });
  };
  await page.route(`**/${call}`, hold, { times: 1 });
  return { answered: answered.promise, release: released.resolve };
}

const site = '0123456789abcdef01234567';
const forms: {
  path: string;
  call: string;
  first: (page: Page) => Locator;
  second: (page: Page) => Locator;
  values: [first: string, again: string, second: string];
}[] = [
  {
    path: '/settings/security/basic/login',
    call: 'update-security-settings',
    first: (page) => page.getByRole('textbox', { name: 'QR code validity period' }),
    second: (page) => page.getByRole('textbox', { name: 'Ticket validity period' }),
    values: ['60', '75', '90'],
  },
  {
    path: `/applications/${site}?tab=settings`,
    call: 'update-application',
    first: (page) => page.getByRole('textbox', { name: 'Name' }),
    second: (page) => page.getByRole('textbox', { name: 'Description' }),
    values: ['Shop', 'Shop front', 'Sells things'],
  },
  {
    path: '/users?q=bo',
    call: 'update-user',
    first: (page) => page.getByRole('textbox', { name: 'Nickname' }),
    second: (page) => page.getByRole('textbox', { name: 'Your own id of the person' }),
    values: ['Robert', 'Rob', 'crm-7'],
  },
];

it.each(forms)('of $call: the field that was saved, and another one', async ({ path, call, first, second, values }) => {
  const page = await visits.open(path);
  if (path.startsWith('/users')) await page.getByRole('link', { name: 'Bob' }).click();
  const save = page.getByRole('button', { name: 'Save' });
  const [typed, typedAgain, other] = values;
  await first(page).fill(typed);
  const held = await holdBack(page, call);
  await save.click();
  await held.answered;
  await first(page).fill(typedAgain);
  await second(page).fill(other);
  held.release();
  await page.getByRole('status').getByText('Saved').waitFor();
  await expect.poll(() => save.isEnabled()).toBe(true);
  expect([await first(page).inputValue(), await second(page).inputValue()]).toEqual([typedAgain, other]);
  // The server has the first value, and the form says that it has more.
  await save.click();
  await save.waitFor({ state: 'hidden' });
  await page.reload();
  await first(page).waitFor();
  await expect.poll(() => first(page).inputValue()).toBe(typedAgain);
  expect(await second(page).inputValue()).toBe(other);
});

it.each(forms)('of $call: the old value is not shown again for an instant', async ({ path, call, first, values }) => {
  const page = await visits.open(path);
  if (path.startsWith('/users')) await page.getByRole('link', { name: 'Rob' }).click();
  await first(page).fill(values[0]);
  const held = await holdBack(page, call);
  await page.getByRole('button', { name: 'Save' }).click();
  await held.answered;
  // React keeps the attribute equal to what the field shows.
  const shown = await first(page).evaluateHandle((input) => {
    const values: (string | null)[] = [];
    new MutationObserver(() => values.push(input.getAttribute('value'))).observe(input, { attributes: true });
    return values;
  });
  held.release();
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' });
  await page.getByRole('status').getByText('Saved').waitFor();
  expect((await shown.jsonValue()).filter((value) => value !== values[0])).toEqual([]);
  expect(await first(page).inputValue()).toBe(values[0]);
});

it('of origins: a line that was added meanwhile', async () => {
  const page = await visits.open('/settings/security/basic/web');
  const origins = page.getByRole('textbox', { name: 'Allowed origins' });
  const stored = async () =>
    (await visits.double.read<{ allowedOrigins: string }>('get-security-settings')).allowedOrigins;
  await origins.fill('https://one.example.com');
  const held = await holdBack(page, 'update-security-settings');
  await page.getByRole('button', { name: 'Save' }).click();
  await held.answered;
  await origins.fill('https://one.example.com\nhttps://two.example.com');
  held.release();
  await page.getByRole('status').getByText('Saved').waitFor();
  expect(await stored()).not.toContain('two');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(stored).toContain('two');
});

it('of custom fields: the next one is begun already', async () => {
  const page = await visits.open('/settings/fields');
  const key = page.getByRole('textbox', { name: 'Key' });
  await key.fill('department');
  const held = await holdBack(page, 'set-custom-fields');
  await page.getByRole('button', { name: 'Add' }).click();
  await held.answered;
  await key.fill('floor');
  held.release();
  await page.getByRole('cell', { name: 'department' }).first().waitFor();
  expect(await key.inputValue()).toBe('floor');
});

it('of the own password: another one', async () => {
  const page = await visits.open('/$/account');
  const password = page.getByRole('textbox', { name: 'New password' });
  await password.fill('the first password');
  const held = await holdBack(page, 'change-password');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await held.answered;
  await password.fill('the second password');
  held.release();
  await page
    .getByRole('status')
    .getByText(/changed/)
    .waitFor();
  expect(await password.inputValue()).toBe('the second password');
});
