import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Double, toldAddress } from './double.fixture.ts';
import { openVisits, type Visits } from './visits.fixture.ts';

/** Journeys of operators through the built console, before a real server; one browser for all. */

let visits: Visits;
let double: Double;

beforeAll(async () => {
  // Nobody listens there.
  visits = await openVisits({ SMTP_URL: 'smtp://mailer:secret@127.0.0.1:1', MAIL_FROM: 'Shop <no-reply@example.com>' });
  double = visits.double;
}, 60_000);
afterAll(() => visits?.close());
afterEach(async () => expect(await visits.leave()).toEqual([]));

const open: Visits['open'] = (path, look) => visits.open(path, look);

it('changes the validity of codes to one minute, and back to the default', async () => {
  const page = await open('/settings/security/basic/login');
  await page.getByRole('textbox', { name: 'QR code validity period' }).fill('60');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. In force here now').waitFor();
  expect(await validity()).toBe(60);
  await page.getByRole('button', { name: 'Back to default' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(validity).toBe(120);
});

const validity = async () => {
  const settings = await double.read<{ qrcodeLoginStrategy: { qrcodeExpiresIn: number } }>('get-security-settings');
  return settings.qrcodeLoginStrategy.qrcodeExpiresIn;
};

it('asks before it lets polls return the whole person, and shows what a page would see', async () => {
  const page = await open('/settings/security/basic/login');
  const seen = page.getByRole('region', { name: 'What a page sees: AUTHORIZED' });
  const shown = page.locator('.seen-by-page pre');
  expect(await shown.textContent()).toContain('"ticket"');
  await page.getByRole('switch', { name: 'Web polling interface' }).click({ force: true });
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await shown.textContent()).toContain('"ticket"');
  await page.getByRole('switch', { name: 'Web polling interface' }).click({ force: true });
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect.poll(() => shown.textContent()).toContain('"tokenSet"');
  expect(await seen.count()).toBe(1);
});

it('takes the first steps for done when a scan is confirmed: at the live code nobody exchanges the ticket', async () => {
  const page = await open('/overview');
  await page.getByText('See one scan confirmed').waitFor();
  await page.route(/get-scan-statistics/, async (route) => {
    const reply = await route.fetch();
    const json = await reply.json();
    Object.assign(json.data.totals, { confirmed: 1, exchanged: 0 });
    await route.fulfill({ response: reply, json });
  });
  await page.reload();
  await page.getByRole('heading', { name: 'From the code to the login' }).waitFor();
  await page.getByText('See one scan confirmed').waitFor({ state: 'detached' });
});

it('creates an application step by step, with its id and the public address filled into the examples, and a reload makes no second one', async () => {
  const page = await open('/applications/new');
  await page.getByRole('link', { name: 'Web site with a backend' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Shop');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Shop is ready' }).waitFor();
  const id = new URL(page.url()).searchParams.get('app') ?? '';
  await page.getByText(`export APP_ID=${id}`).waitFor();
  await page.getByText(`export PASSBEAM_URL=${toldAddress}`).waitFor();
  await page.getByText('// Scan login in an Express site.').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Shop is ready' }).waitFor();
  await page.getByRole('link', { name: 'Applications' }).click();
  await page.getByRole('link', { name: 'Shop' }).waitFor();
  expect(await page.getByRole('link', { name: 'Shop' }).count()).toBe(1);
});

it('adds a page that was refused lately to the allowed ones', async () => {
  const origin = 'https://forgotten.example.net';
  await fetch(`${double.server}/api/v3/system`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'GET' },
  });
  const page = await open('/settings/security/basic/web');
  await page.getByRole('button', { name: `Add ${origin}` }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. In force here now').waitFor();
  await expect.poll(() => page.getByRole('cell', { name: origin }).count()).toBe(0);
  expect((await double.read<{ allowedOrigins: string }>('get-security-settings')).allowedOrigins).toContain(origin);
});

it('sends a message to try the way, and shows why it did not go', async () => {
  const page = await open('/settings/messages');
  await page.getByText('127.0.0.1:1', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Send a test to' }).fill('kate@example.com');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('ECONNREFUSED').waitFor();
  await page.getByText('Set SMS_HOOK_URL').waitFor();
  expect(await page.content()).not.toContain('secret@');
});

it('shows the servers, the store and the file that was applied', async () => {
  const page = await open('/overview');
  await page.getByRole('link', { name: 'Installation' }).click();
  await page.getByRole('heading', { name: 'Installation', level: 1 }).waitFor();
  await page.getByRole('cell', { name: 'Alive' }).waitFor();
  await page.getByText('One SQLite file').waitFor();
  await page.getByText('Keys that it manages').waitFor();
  await page.getByText('Signs now').waitFor();
});

it('makes a user pool, shows its secret once, and goes there', async () => {
  const page = await open('/overview');
  await page.getByRole('button', { name: 'Choose a user pool: Demo pool' }).click();
  await page.getByRole('menuitem', { name: 'New user pool' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Branch');
  await page.getByRole('button', { name: 'Create the pool' }).click();
  const dialog = page.getByRole('dialog', { name: 'Branch is ready' });
  await dialog.getByText('USER_POOL_SECRET=the-secret-of-the-new-pool').waitFor();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await page.getByRole('button', { name: 'Choose a user pool: Branch' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/console/made-by-the-console/overview');
});

it('shows the settings of the pool and of an application as YAML, without secrets', async () => {
  const page = await open('/settings/pool');
  await page.getByRole('button', { name: 'Show as YAML' }).click();
  const dialog = page.getByRole('dialog', { name: 'For the configuration file' });
  await dialog.getByText(`POOL_SECRET_${double.pool}`).first().waitFor();
  expect(await dialog.textContent()).toContain('qrcodeLoginStrategy:');
  expect(await dialog.textContent()).not.toContain('user-pool-secret-for');
  await page.goto(`${double.origin}/console/${double.pool}/applications/${double.site}?tab=settings`);
  await page.getByRole('button', { name: 'Show as YAML' }).click();
  await dialog.getByText(`APP_SECRET_${double.site}`).first().waitFor();
  expect(await dialog.textContent()).toContain('tokenEndpointAuthMethod: client_secret_post');
});

it('shows the next secret of an application beforehand, and makes it the current one', async () => {
  const page = await open(`/applications/${double.site}?tab=secrets`);
  await page.getByRole('button', { name: 'Next secret' }).click();
  const next = await page.getByRole('region', { name: 'The next secret' }).textContent();
  await page.getByRole('button', { name: 'Make it the current one' }).click();
  const rotating = page.getByRole('dialog', { name: 'Make it the current one' });
  await rotating.getByRole('button', { name: 'Make it the current one' }).click();
  const shown = page.getByRole('dialog', { name: 'The new secret' });
  await shown.getByText(next ?? '').waitFor();
  await shown.getByText('Owners can show it again under Connect.').waitFor();
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  await page.getByRole('cell', { name: `…${next?.slice(-4)}` }).waitFor();
});

it('reports what protects the pool, met or not, with the way to the setting', async () => {
  const page = await open('/settings/security/report');
  const row = page.getByRole('row', { name: /Strangers may sign up/ });
  await row.getByText('Open').waitFor();
  await page.getByRole('row', { name: /Polls carry a ticket, and no person|Every poll of a confirmed code/ }).waitFor();
  await row.getByRole('link', { name: 'Setting' }).click();
  await page.getByRole('switch', { name: 'People may register by themselves' }).waitFor();
});

it('finds somebody by the beginning of a name, and suspends them after saying what ends', async () => {
  const page = await open('/users');
  await page.getByRole('searchbox').fill('bo');
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('bo');
  await expect.poll(() => page.getByRole('link', { name: 'Alice' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Bob' }).click();
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('codes that they scanned or confirmed stop working').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('Bob is suspended').waitFor();
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByText('Bob is active again').waitFor();
});

it('keeps the filters of the log in the address, shows an event with arrows to its neighbours, and removes a filter by Delete', async () => {
  const page = await open('/audit?type=accounts');
  await page.getByRole('link', { name: 'Person registered' }).first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('user.created').waitFor();
  const first = new URL(page.url()).searchParams.get('event');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => new URL(page.url()).searchParams.get('event')).not.toBe(first);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /What: Accounts/ }).press('Delete');
  await expect.poll(() => new URL(page.url()).searchParams.get('type')).toBe(null);
});

it('finds events by every group of the filter', async () => {
  const page = await open('/audit');
  for (const group of ['Scans', 'Logins', 'Accounts', 'Keys and settings', 'Alarms']) {
    const answered = page.waitForResponse(/list-audit-events/);
    await page.getByRole('combobox', { name: 'What' }).selectOption({ label: group });
    expect(await (await answered).json()).toMatchObject({ statusCode: 200 });
  }
});

it('looks for what is pasted as what it is: an application by its id', async () => {
  const page = await open('/audit');
  const search = page.getByRole('searchbox');
  await search.fill(double.site);
  await search.press('Enter');
  await page.getByRole('button', { name: /Application: / }).waitFor();
});

it('exports what the filters match as a file', async () => {
  const page = await open('/audit');
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'As CSV (spreadsheets)' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^audit-.*\.csv$/);
});

it('keeps a form while somebody signs in again over the page', async () => {
  const page = await open('/applications/0123456789abcdef01234567?tab=settings');
  await page.getByRole('textbox', { name: 'Name' }).fill('Renamed site');
  double.endLogin();
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await dialog.getByRole('textbox', { name: 'Password' }).fill('any password');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Renamed site' }).waitFor();
});

it('says of each field of an application that the configuration file writes it, and by which key', async () => {
  const page = await open('/overview');
  await page.route(/get-application\?/, async (route) => {
    const reply = await route.fetch();
    const json = await reply.json();
    const written = ['appName', 'domain', 'oidcConfig.token_endpoint_auth_method', 'customSecurityEnabled'];
    json.data.managed = Object.fromEntries(written.map((path) => [path, 'file']));
    await route.fulfill({ response: reply, json });
  });
  const keysOf = async (tab: string, count: number) => {
    await page.goto(`${double.origin}/console/${double.pool}/applications/${double.site}?tab=${tab}`);
    const locks = page.getByText('Set in the configuration file');
    await locks.nth(count - 1).waitFor();
    expect(await locks.count()).toBe(count);
    const keys: (string | undefined)[] = [];
    for (const lock of await locks.all()) {
      await lock.focus();
      const said = page.getByRole('tooltip').filter({ hasText: 'The configuration file writes' });
      keys.push(/writes (\S+)\./.exec((await said.textContent()) ?? '')?.[1]);
      await lock.blur();
      await said.waitFor({ state: 'hidden' });
    }
    return keys;
  };
  expect(await keysOf('settings', 3)).toEqual(['name', 'domain', 'tokenEndpointAuthMethod']);
  expect(await keysOf('security', 1)).toEqual(['customSecurityEnabled']);
});

it('deletes no access key of the configuration file, and says why; it can be switched off', async () => {
  const page = await open('/overview');
  const keyOf = (name: string, managedBy: 'file' | 'console') => ({
    ...{ accessKeyId: name, accessKeySecret: '', userId: '', userPoolId: double.pool, name, managedBy },
    ...{ createdAt: '2026-11-01T00:00:00Z', lastDate: '', expiresAt: null, createdBy: null },
    ...{ status: 'activated', enable: true, role: 'owner' },
  });
  await page.route(/list-access-key\?/, async (route) => {
    const reply = await route.fetch();
    const data = [keyOf('written', 'file'), keyOf('made here', 'console')];
    await route.fulfill({ response: reply, json: { ...(await reply.json()), data } });
  });
  await page.goto(`${double.origin}/console/${double.pool}/access-keys`);
  const itemsOf = async (name: string) => {
    await page.getByRole('button', { name: `Actions: ${name}` }).click();
    const items = await page.getByRole('menuitem').all();
    const told = await Promise.all(items.map(async (item) => [await item.textContent(), await item.isEnabled()]));
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem').first().waitFor({ state: 'hidden' });
    return told;
  };
  expect(await itemsOf('written')).toEqual([
    ['Switch off', true],
    ['Delete: set in the configuration file', false],
  ]);
  expect(await itemsOf('made here')).toEqual([
    ['Switch off', true],
    ['Delete', true],
  ]);
});

it('sets where an application is told of logouts, and complains of a wrong address at its field', async () => {
  const appId = '0123456789abcdef01234567';
  const page = await open(`/applications/${appId}?tab=settings`);
  const address = page.getByRole('textbox', { name: 'Address that is told of logouts' });
  await address.fill('ftp://www.example.com/logged-out');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByText(/^must be an http or https URL/).waitFor();
  await address.fill('https://www.example.com/logged-out');
  await page.getByRole('switch', { name: 'Name the login that ended' }).press('Space');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  // The page has taken what is stored now: what is typed before that would be lost.
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' });
  const stored = () => double.read<Record<string, unknown>>(`get-application?appId=${appId}`);
  await expect.poll(async () => (await stored()).backchannelLogoutUri).toBe('https://www.example.com/logged-out');
  expect(await stored()).toMatchObject({ backchannelLogoutSessionRequired: false });
  await address.fill('');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await expect.poll(async () => (await stored()).backchannelLogoutUri).toBeNull();
});

it('asks before a page with changes is left', async () => {
  const page = await open('/settings/security/basic/login');
  await page.getByRole('textbox', { name: 'Ticket validity period' }).fill('90');
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByRole('textbox', { name: 'Ticket validity period' }).inputValue()).toBe('90');
});

it('keeps the country of a phone that is corrected', async () => {
  const { userId } = await double.ask<{ userId: string }>('create-user', {
    username: 'klaus',
    phone: '+4915123456789',
  });
  const page = await open(`/users/${userId}`);
  const phone = page.getByRole('textbox', { name: 'Phone' });
  await expect.poll(() => phone.inputValue()).toBe('+4915123456789');
  await phone.fill('+4915123456780');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').first().waitFor();
  expect(await double.read(`get-user?userId=${userId}`)).toMatchObject({
    phoneCountryCode: '+49',
    phone: '15123456780',
  });
  await page.getByRole('link', { name: 'Users' }).first().click();
  await page.getByRole('cell', { name: '+4915123456780' }).waitFor();
});

it('tells the ways in that are known, and no password where the company vouched without saying how', async () => {
  const { userId } = await double.ask<{ userId: string }>('create-user', { username: 'vera' });
  const page = await open('/overview');
  await page.route(/list-user-sessions/, async (route) => {
    const reply = await route.fetch();
    const json = await reply.json();
    const at = new Date().toISOString();
    const one = { appId: double.site, appName: 'Demo web site', createdAt: at, expiresAt: at, endedAt: null };
    const nowhere = { ip: null, browser: null, os: null, confirmedBy: null, confirmedCount: 0 };
    const ways = [['pwd', 'otp'], ['qr'], []];
    json.data.list = ways.map((amr, index) => ({ sessionId: `s${index}`, amr, ...one, ...nowhere }));
    await route.fulfill({ response: reply, json });
  });
  await page.goto(`${double.origin}/console/${double.pool}/users/${userId}?tab=logins`);
  const table = page.getByRole('table', { name: 'Standing' });
  for (const way of ['Password, One-time code', 'Scan', 'Your company vouched']) {
    await table.getByRole('cell', { name: way, exact: true }).waitFor();
  }
});

it('shows the name that an import brought beside the nickname, and changes both', async () => {
  const { userId } = await double.ask<{ userId: string }>('create-user', { username: 'mona', name: 'Mona Meier' });
  const page = await open(`/users/${userId}`);
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await expect.poll(() => name.inputValue()).toBe('Mona Meier');
  await name.fill('Mona Mayer');
  await page.getByRole('textbox', { name: 'Nickname' }).fill('Mo');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Mo', exact: true }).waitFor();
  expect(await double.read(`get-user?userId=${userId}`)).toMatchObject({ name: 'Mona Mayer', nickname: 'Mo' });
});

it('gives a viewer no control that works', async () => {
  double.become('viewer');
  const page = await open('/settings/security/basic/login');
  expect(await page.getByRole('textbox', { name: 'QR code validity period' }).isDisabled()).toBe(true);
  for (const control of await page.getByRole('switch').all()) expect(await control.isDisabled()).toBe(true);
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('link', { name: 'Alice' }).click();
  expect(await page.getByRole('button', { name: 'Suspend' }).getAttribute('aria-disabled')).toBe('true');
});

it('is found by the words of the published documents, from the keyboard alone', async () => {
  const page = await open('/users');
  await page.getByRole('link', { name: 'Alice' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a page' }).fill('二维码有效时间');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'App scan-login web custom configuration' }).waitFor();
});

it('finds an application by its id, whatever form that has', async () => {
  const { appId } = await double.ask<{ appId: string }>('create-application', { appName: 'Warehouse' });
  const page = await open('/users');
  await page.getByRole('link', { name: 'Alice' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a page' }).fill(appId);
  await page.getByRole('option', { name: 'Open the application Warehouse' }).click();
  await page.getByRole('heading', { name: 'Warehouse' }).waitFor();
});
