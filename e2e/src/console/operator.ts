import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { userPoolId } from '../support/product.ts';

/** Somebody with the right to manage, and what they keep. */
export interface Operator {
  name: string;
  password: string;
  recoveryCodes: string[];
}

/** A browser of its own, that knows nobody yet. What the page's policy blocks, or what throws in it, is collected. */
export async function openConsole(browser: Browser, url: string, mistakes: string[]): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) mistakes.push(message.text());
  });
  page.on('pageerror', (error) => mistakes.push(error.message));
  await page.goto(url);
  return page;
}

/** Sets up the first owner by the link that the server printed. */
export async function becomeOwner(page: Page, name: string, password: string): Promise<Operator> {
  await page.getByRole('textbox', { name: 'Your name' }).fill('Olivia Owner');
  await page.getByRole('textbox', { name: 'Sign-in name' }).fill(name);
  await page.getByRole('textbox', { name: 'New password' }).fill(password);
  await page.getByRole('button', { name: 'Become the owner' }).click();
  return { name, password, recoveryCodes: await enrol(page) };
}

/** By the link of an invitation. */
export async function acceptInvitation(page: Page, name: string, password: string): Promise<Operator> {
  await page.getByRole('textbox', { name: 'New password' }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  return { name, password, recoveryCodes: await enrol(page) };
}

async function enrol(page: Page): Promise<string[]> {
  const key = page.getByText(/^[A-Z2-7]{16,}$/);
  const totp = new TOTP({ secret: (await key.textContent()) ?? '' });
  await page.getByRole('textbox', { name: 'Code of your authenticator' }).fill(totp.generate());
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  const codes = await page.locator('.recovery-codes li').allTextContents();
  await page.getByRole('button', { name: 'I have stored them' }).click();
  return codes;
}

/** With a recovery code, because a code of the authenticator is good once in half a minute. */
export async function signIn(page: Page, operator: Operator): Promise<void> {
  await page.getByRole('textbox', { name: 'Sign-in name' }).fill(operator.name);
  await prove(page, operator);
}

/** Password and second proof, where the name is known. */
export async function prove(page: Page, { password, recoveryCodes }: Operator): Promise<void> {
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(recoveryCodes.shift() ?? '');
  await page.getByRole('button', { name: 'Continue' }).click();
}

export const placeOf = (url: string, path: string) => `${url}/console/${userPoolId}${path}`;
