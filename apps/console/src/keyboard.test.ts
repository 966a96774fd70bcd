import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { hasFocus, tabsOf } from './keyboard.fixture.ts';
import { openVisits, type Visits } from './visits.fixture.ts';

/** Whole journeys of people who use no mouse: keys alone, and the focus is seen after each. */

let visits: Visits;

beforeAll(async () => {
  visits = await openVisits();
}, 60_000);
afterAll(() => visits?.close());
afterEach(async () => expect(await visits.leave()).toEqual([]));

it('creates an application, and goes on to a live code of it', async () => {
  const page = await visits.open('/overview');
  const { keyboard } = page;
  const tabs = tabsOf(page);
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  await heading('Overview').waitFor();
  // The first stop of each page leads past the navigation.
  const skip = page.getByRole('link', { name: /^Skip/ });
  expect(await tabs.to(skip)).toBe(1);
  await tabs.to(page.getByRole('navigation').getByRole('link', { name: 'Applications' }));
  await keyboard.press('Enter');
  await expect.poll(() => hasFocus(heading('Applications'))).toBe(true);
  expect(await tabs.to(page.getByRole('link', { name: 'New application' }))).toBe(1);
  await keyboard.press('Enter');
  await expect.poll(() => hasFocus(heading('New application'))).toBe(true);
  await tabs.to(page.getByRole('link', { name: 'Web site with a backend' }));
  await keyboard.press('Enter');
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.waitFor();
  await expect.poll(() => hasFocus(heading('New application'))).toBe(true);
  expect(await tabs.to(name)).toBe(1);
  await keyboard.type('By keys');
  await tabs.to(page.getByRole('textbox', { name: /^Domain/ }));
  await keyboard.type('keys.example.com');
  await tabs.to(page.getByRole('button', { name: 'Create' }));
  await keyboard.press('Enter');
  await expect.poll(() => hasFocus(heading('By keys is ready'))).toBe(true);
  await tabs.to(page.getByRole('button', { name: 'Show the secret' }));
  await keyboard.press('Space');
  await page.getByText(/APP_SECRET=\w+/).waitFor();
  // Examples are one stop; arrows choose among them.
  await tabs.to(page.getByRole('tab', { selected: true }));
  const chosen = await page.getByRole('tab', { selected: true }).textContent();
  await keyboard.press('ArrowRight');
  expect(await page.getByRole('tab', { selected: true }).textContent()).not.toBe(chosen);
  expect(await hasFocus(page.getByRole('tab', { selected: true }))).toBe(true);
  await tabs.to(page.getByRole('link', { name: 'Try it' }));
  await keyboard.press('Enter');
  await expect.poll(() => hasFocus(heading('By keys is ready'))).toBe(true);
  await page.locator('passbeam-qr').waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Code shown' }).first().waitFor();
});

it('finds a person, suspends them, and stands at the button again when the dialog has closed', async () => {
  const page = await visits.open('/users');
  const { keyboard } = page;
  const tabs = tabsOf(page);
  await tabs.to(page.getByRole('searchbox'), { most: 30 });
  await keyboard.type('bo');
  await expect.poll(() => page.getByRole('link', { name: 'Alice' }).count()).toBe(0);
  await tabs.to(page.getByRole('link', { name: 'Bob' }));
  await keyboard.press('Enter');
  const heading = page.getByRole('heading', { level: 1, name: 'Bob' });
  await expect.poll(() => hasFocus(heading)).toBe(true);
  const suspend = page.getByRole('button', { name: 'Suspend', exact: true });
  expect(await tabs.to(suspend)).toBe(1);
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const cancel = dialog.getByRole('button', { name: 'Cancel' });
  // Whoever presses Enter twice does no harm.
  await expect.poll(() => hasFocus(cancel)).toBe(true);
  await keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(() => hasFocus(suspend)).toBe(true);
  await keyboard.press('Space');
  await expect.poll(() => hasFocus(cancel)).toBe(true);
  const deed = dialog.getByRole('button', { name: 'Suspend' });
  expect(await tabs.to(deed)).toBe(1);
  // Nothing behind the dialog takes the focus.
  await tabs.to(cancel);
  await tabs.to(deed);
  await keyboard.press('Enter');
  await page.getByText('Bob is suspended').waitFor();
  const activate = page.getByRole('button', { name: 'Activate' });
  await expect.poll(() => hasFocus(activate)).toBe(true);
  await keyboard.press('Enter');
  await page.getByText('Bob is active again').waitFor();
});

it('rotates a secret while the old one goes on for a week', async () => {
  const page = await visits.open(`/applications/${visits.double.site}`);
  const { keyboard } = page;
  const tabs = tabsOf(page);
  await page.getByRole('heading', { level: 1, name: 'Demo web site' }).waitFor();
  await tabs.to(page.getByRole('link', { name: 'Secrets' }), { most: 30 });
  await keyboard.press('Enter');
  const rotate = page.getByRole('button', { name: 'Rotate' });
  await tabs.to(rotate);
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Make a new secret' });
  await tabs.to(dialog.getByRole('radio', { name: '24 hours', checked: true }));
  await keyboard.press('ArrowDown');
  expect(await dialog.getByRole('radio', { name: '7 days' }).isChecked()).toBe(true);
  await tabs.to(dialog.getByRole('button', { name: 'Make the new secret' }));
  await keyboard.press('Enter');
  const shown = page.getByRole('dialog', { name: 'The new secret' });
  await shown.waitFor();
  // A slip of the hand closes nothing that is not shown again.
  await keyboard.press('Escape');
  await tabs.to(shown.getByRole('button', { name: 'I have stored it' }));
  await keyboard.press('Enter');
  await shown.waitFor({ state: 'hidden' });
  await expect.poll(() => hasFocus(rotate)).toBe(true);
  const days = (endsAt: string) => Math.round((new Date(endsAt).getTime() - Date.now()) / 86_400_000);
  const { list } = await visits.double.ask<{ list: { state: string; endsAt: string | null }[] }>(
    'list-application-secrets',
    { appId: visits.double.site },
  );
  expect(list.filter(({ state }) => state === 'current')).toHaveLength(1);
  expect(list.filter(({ state }) => state === 'ending').map(({ endsAt }) => days(endsAt ?? ''))).toEqual([7]);
});

it('saves a changed setting, and stands at its field again when nothing is left to save', async () => {
  const page = await visits.open('/settings/security/basic/login');
  const { keyboard } = page;
  const tabs = tabsOf(page);
  const validity = page.getByRole('textbox', { name: 'QR code validity period' });
  await tabs.to(validity, { most: 40 });
  await keyboard.press('Control+A');
  await keyboard.type('90');
  await tabs.to(page.getByRole('button', { name: 'Save' }), { most: 60 });
  await keyboard.press('Enter');
  await page.getByText('Saved. In force here now').waitFor();
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' });
  // The last field before the button.
  const focused = page.locator(':focus');
  await expect.poll(() => focused.count()).toBe(1);
  await tabs.to(validity, { most: 40, key: 'Shift+Tab' });
});
