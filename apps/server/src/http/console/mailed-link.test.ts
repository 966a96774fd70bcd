import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMailServer } from '../../messages/mail-server.fixture.ts';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { createConsoleBrowser, setUpOwner } from './browser.fixture.ts';

/** The link of an invitation also goes to the address of who is invited, where mail is set up. */

let passbeam: TestPassbeam;
let server: Awaited<ReturnType<typeof startMailServer>>;
let answer: Error | string;
const grants = [{ userPoolId: 'pool1', role: 'viewer' }];
const otto = { name: 'Otto', signInName: 'otto', email: 'otto@example.com', grants };

beforeEach(async () => {
  answer = 'queued as 1';
  server = await startMailServer('a password', () => answer);
});
afterEach(async () => {
  await passbeam.close();
  server.close();
});

const linkIn = (mail = '') =>
  /http:\/\/localhost:3000\/console\/accept#[\w-]{43}/.exec(mail.replace(/=\r\n/g, ''))?.[0];

it('is mailed, and works', async () => {
  passbeam = await openTestPassbeam(server.environment);
  const { browser: owner } = await setUpOwner(passbeam);
  const { data } = await owner.manage('invite-administrator', otto, 'pool1', { 'x-authing-lang': 'en-US' });
  expect(data).toMatchObject({ isMailed: true });
  expect(server.received[0]).toContain('Subject: Your link to the passbeam console');
  expect(linkIn(server.received[0])).toBe(data.link);
  const invited = createConsoleBrowser(passbeam);
  const token = linkIn(server.received[0])?.split('#')[1];
  expect(await invited.call('accept', { token, password: 'a lighthouse in the fog' })).toMatchObject({
    statusCode: 200,
  });

  const { data: renewed } = await owner.manage('renew-administrator-link', {
    administratorId: data.administrator.administratorId,
  });
  expect(renewed).toMatchObject({ isMailed: true });
  expect(server.received).toHaveLength(2);
});

it('is only shown where no address is given, nothing is set up, or the mail server refuses', async () => {
  passbeam = await openTestPassbeam(server.environment);
  const { browser: owner } = await setUpOwner(passbeam);
  const { email: _, ...unknown } = otto;
  expect((await owner.manage('invite-administrator', unknown)).data).toMatchObject({ isMailed: false });
  answer = Object.assign(new Error('no such box'), { responseCode: 550 });
  expect((await owner.manage('invite-administrator', { ...otto, signInName: 'olga' })).data).toMatchObject({
    isMailed: false,
    link: expect.stringContaining('/accept#'),
  });
  await passbeam.close();
  passbeam = await openTestPassbeam();
  const { browser } = await setUpOwner(passbeam);
  expect((await browser.manage('invite-administrator', otto)).data).toMatchObject({ isMailed: false });
});
