import { launchBrowser } from '@passbeam/workshop/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alice, bob, siteApplication } from '../support/product.ts';
import { acceptInvitation, becomeOwner, type Operator, openConsole, placeOf, prove, signIn } from './operator.ts';
import { type Calls, callsTo, ticketOf } from './people.ts';
import type { ConsoleStage } from './stage.ts';

const application = `/applications/${siteApplication.id}`;
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();

/** What operators do, in a real browser before a real server, and what people's pages and phones then meet. */
export function journeysOnConsole(name: string, start: () => Promise<ConsoleStage>): void {
  // Each goes on where the one before ended, so none is tried again.
  describe(`the console of ${name}`, { retry: 0 }, () => {
    let stage: ConsoleStage;
    let browser: Browser;
    let calls: Calls;
    let owner: Operator;
    /** The owner's browser. */
    let page: Page;
    const mistakes: string[] = [];

    beforeAll(async () => {
      [stage, browser] = await Promise.all([start(), launchBrowser()]);
      calls = callsTo(stage.url);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await stage?.stop();
    });
    // What the pages' policy blocked, and what threw in them.
    afterEach(() => expect(mistakes.splice(0)).toEqual([]));

    const go = (path: string, by = page) => by.goto(placeOf(stage.url, path));
    const settingsAre = async (path: string, expected: string) => {
      await go(path);
      await page.getByText(expected).first().waitFor();
    };

    it('makes the first owner by the printed link, which works for nobody else', async () => {
      page = await openConsole(browser, stage.setUpLink, mistakes);
      owner = await becomeOwner(page, 'olivia', 'a long sentence of the owner');
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

      const stranger = await openConsole(browser, stage.setUpLink, mistakes);
      await stranger.getByText('This link does not work any more').waitFor();
      await stranger.context().close();
    });

    it('lets codes live five seconds, and one is seen to expire', async () => {
      await go('/settings/security/basic/login');
      await page.getByRole('textbox', { name: 'QR code validity period' }).fill('5');
      await save(page);
      await page.getByText('Saved. In force here now').waitFor();
      // The other node knows within five seconds.
      for (const _ of ['one node', 'the other']) await expect.poll(calls.lifeOfACode, { timeout: 8_000 }).toBe(5);
      const qrcodeId = await calls.createCode();
      await expect.poll(async () => (await calls.poll(qrcodeId)).data.status, { timeout: 10_000 }).toBe('EXPIRED');
      await page.getByRole('button', { name: 'Back to default' }).first().click();
      await save(page);
    });

    it('opens the exchange in the browser and closes it again', async () => {
      const phone = await calls.phoneOf(alice);
      const turn = async (deed: string | null) => {
        await go('/settings/security/basic/login');
        await page.getByRole('switch', { name: /exchange/i }).click({ force: true });
        if (deed !== null) await page.getByRole('button', { name: deed }).click();
        await save(page);
        await page.getByText('Saved. In force here now').waitFor();
      };
      const exchanged = async () => (await calls.exchange(await ticketOf(calls, phone))).statusCode;
      expect(await exchanged()).toBe(403);
      await turn('Turn it on');
      await expect.poll(exchanged, { timeout: 15_000, interval: 500 }).toBe(200);
      await turn(null);
      await expect.poll(exchanged, { timeout: 15_000, interval: 500 }).toBe(403);
    });

    it('makes an application step by step, and somebody logs in to it at its last step', async () => {
      await go('/applications/new');
      await page.getByRole('link', { name: 'Web site with a backend' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Intranet');
      await page.getByRole('textbox', { name: 'Domain' }).fill('intranet.example');
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { name: 'Intranet is ready' }).waitFor();
      const appId = new URL(page.url()).searchParams.get('app') ?? '';
      const made = page.waitForResponse(/gene-qrcode/);
      await page
        .getByRole('link', { name: 'Try it' })
        .or(page.getByRole('button', { name: 'Try it' }))
        .click();
      const { qrcodeId } = (await (await made).json()).data;
      const phone = await calls.phoneOf(alice);
      expect(await calls.act(phone, qrcodeId, 'SCAN')).toMatchObject({ statusCode: 200 });
      await page.getByText('Scanned').first().waitFor();
      expect(await calls.act(phone, qrcodeId, 'CONFIRM')).toMatchObject({ statusCode: 200 });
      await page.getByText('A person confirmed.').waitFor();
      expect(appId).not.toBe('');
    });

    it('gives one application a time of its own, and it inherits the rest', async () => {
      await go(`${application}?tab=security`);
      await page.getByRole('switch', { name: 'Customize the security rules' }).click({ force: true });
      await page.getByRole('button', { name: 'Set an own value' }).first().click();
      await page.getByRole('textbox', { name: 'QR code validity period' }).fill('77');
      await save(page);
      await page.getByText('Saved').first().waitFor();
      await go('/settings/security/basic/login');
      await page.getByRole('textbox', { name: 'Ticket validity period' }).fill('200');
      await save(page);
      await page.getByText('Saved. In force here now').waitFor();
      await settingsAre(`${application}?tab=security`, 'Own value');
      await page.getByText('Inherited: 200 seconds').or(page.getByText('Inherited: 3 minutes')).first().waitFor();
      await expect.poll(calls.lifeOfACode, { timeout: 10_000 }).toBe(77);
    });

    it('rotates a secret without an outage, and the old one stays ended after a start with the old file', async () => {
      await go(`${application}?tab=secrets`);
      await page.getByRole('button', { name: 'Rotate' }).click();
      await page.getByRole('radio', { name: 'One hour' }).check();
      const rotated = page.waitForResponse(/rotate-application-secret/);
      await page.getByRole('button', { name: 'Make the new secret' }).click();
      const { secret } = (await (await rotated).json()).data;
      await page.getByRole('button', { name: 'I have stored it' }).click();

      const phone = await calls.phoneOf(alice);
      const login = async (by: string) => (await calls.exchange(await ticketOf(calls, phone), by)).statusCode;
      expect(await login(siteApplication.secret)).toBe(200);
      await expect.poll(() => login(secret), { timeout: 10_000 }).toBe(200);

      await page.getByRole('button', { name: 'End now' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'End now' }).click();
      await page.getByText('The secret has ended.').waitFor();
      await expect.poll(() => login(siteApplication.secret), { timeout: 10_000 }).toBe(401);
      await stage.restart();
      const again = await calls.phoneOf(alice);
      const after = async (by: string) => (await calls.exchange(await ticketOf(calls, again), by)).statusCode;
      expect(await after(siteApplication.secret)).toBe(401);
      expect(await after(secret)).toBe(200);
    });

    it('suspends somebody between scan and confirmation: the code in hand and every browser end', async () => {
      const phone = await calls.phoneOf(bob);
      expect(await calls.me(phone)).toMatchObject({ statusCode: 200 });
      const qrcodeId = await calls.createCode();
      await calls.act(phone, qrcodeId, 'SCAN');
      await go('/users?q=bob');
      await page.getByRole('link', { name: 'Bob' }).click();
      await page.getByRole('button', { name: 'Suspend' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
      await page.getByText('Bob is suspended').first().waitFor();
      expect((await calls.act(phone, qrcodeId, 'CONFIRM')).statusCode).not.toBe(200);
      expect((await calls.me(phone)).statusCode).not.toBe(200);
      await page.getByRole('button', { name: 'Activate' }).click();
      await page.getByText('Bob is active again').waitFor();
    });

    it('finds out why somebody could not log in: the story of their code', async () => {
      await go('/users?q=bob');
      await page.getByRole('link', { name: 'Bob' }).click();
      await page
        .getByRole('link', { name: 'Activity' })
        .or(page.getByRole('tab', { name: 'Activity' }))
        .click();
      await page.getByRole('table').waitFor();
      await page.getByText('status: Activated → Suspended').waitFor();
      await page.getByRole('link', { name: 'Code scanned' }).first().click();
      await page.getByRole('link', { name: 'Story of the code' }).click();
      await page.getByRole('heading', { name: 'The story of this code' }).waitFor();
      for (const happened of ['Code shown', 'Code scanned']) await page.getByText(happened).first().waitFor();
    });

    it('shows a second operator the filters of a link, and both values when two save the same page', async () => {
      await page.goto(`${stage.url}/console/administrators`);
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Otto Operator');
      await page.getByRole('textbox', { name: 'Sign-in name' }).fill('otto');
      await page.getByRole('combobox', { name: 'All pools' }).selectOption('operator');
      const invited = page.waitForResponse(/invite-administrator/);
      await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
      const { link } = (await (await invited).json()).data;
      const other = await openConsole(browser, link.url ?? link, mistakes);
      await acceptInvitation(other, 'otto', 'a long sentence of the operator');
      await other.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

      await go('/audit?type=settings', other);
      await expect.poll(() => other.getByRole('combobox', { name: 'What' }).inputValue()).toBe('settings');
      // A link of the navigation is called Settings, too.
      await other
        .getByRole('table')
        .getByRole('link', { name: /settings/i })
        .first()
        .waitFor();

      await Promise.all([go('/settings/security/basic/login'), go('/settings/security/basic/login', other)]);
      const validity = (by: Page) => by.getByRole('textbox', { name: 'QR code validity period' });
      await Promise.all([validity(page).waitFor(), validity(other).waitFor()]);
      await validity(page).fill('90');
      await save(page);
      await page.getByText('Saved. In force here now').waitFor();
      await validity(other).fill('100');
      await save(other);
      await other.getByText('Somebody else saved meanwhile').first().waitFor();
      await other.getByRole('cell', { name: /90/ }).waitFor();
      await other.getByRole('button', { name: 'Save mine' }).click();
      await other.getByText('Saved. In force here now').waitFor();
      await other.context().close();
    });

    it('keeps a form whose owner was signed out meanwhile, and saves it after a new proof', async () => {
      await go('/settings/security/basic/login');
      await page.getByRole('textbox', { name: 'Ticket validity period' }).fill('240');
      await page.context().clearCookies();
      await save(page);
      await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
      const name = page.getByRole('textbox', { name: 'Sign-in name' });
      if ((await name.inputValue()) === '') await signIn(page, owner);
      else await prove(page, owner);
      // The call that met the closed door is sent again by itself.
      await page.getByText('Saved. In force here now').waitFor();
      expect(await page.getByRole('textbox', { name: 'Ticket validity period' }).inputValue()).toBe('240');
    });
  });
}
