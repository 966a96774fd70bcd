import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startMailServer } from '../../../../messages/mail-server.fixture.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';
import { callSigned, type SigningKey } from '../signed-call.fixture.ts';

const password = 'a password: p@ss/word';
const secret = 'a-secret-of-the-hook-of-thirty-two-characters';
let passbeam: TestPassbeam;
const closing: (() => void)[] = [];
afterEach(async () => {
  await passbeam.close();
  for (const close of closing.splice(0)) close();
});

async function open(environment: Record<string, string> = {}) {
  passbeam = await openTestPassbeam(environment);
}
const call = async (path: string, body: Record<string, unknown> = {}, key?: SigningKey) =>
  (await callSigned(passbeam, 'POST', path, { body, key, headers: { 'x-authing-lang': 'en-US' } })).body;
const send = (body: Record<string, unknown>, key?: SigningKey) => call('send-test-message', body, key);
const events = () => passbeam.stores.audit.list({ type: 'admin.test_message_sent', limit: 10 });

async function mailServer(answer?: () => Error | string) {
  const server = await startMailServer(password, answer);
  closing.push(server.close);
  return server;
}

async function hook(status: number) {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer(async (request, reply) => {
    let text = '';
    for await (const part of request) text += part;
    bodies.push(JSON.parse(text));
    reply.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/codes?key=${secret}`;
  return { bodies, environment: { SMS_HOOK_URL: url, SMS_HOOK_SECRET: secret, OUTBOUND_ALLOW: '127.0.0.1' } };
}

it('shows how messages leave, without a password, a secret or what an address may hold of them', async () => {
  const [mail, sms] = [await mailServer(), await hook(204)];
  await open({ ...mail.environment, ...sms.environment });
  const { data } = await call('get-message-settings');
  expect(data).toEqual({
    email: {
      ...{ host: '127.0.0.1', port: mail.port, encryption: 'none', user: 'mailer' },
      from: 'Shop <no-reply@example.com>',
    },
    sms: { hookUrl: sms.environment.SMS_HOOK_URL.replace(/\?.*/, '') },
  });
  const said = JSON.stringify(data);
  for (const hidden of [password, encodeURIComponent(password), secret]) expect(said).not.toContain(hidden);
});

it('says that nothing is set up, and which settings are missing', async () => {
  await open();
  expect((await call('get-message-settings')).data).toEqual({ email: null, sms: null });
  expect(await send({ channel: 'email', to: 'kate@example.com' })).toMatchObject({
    statusCode: 501,
    refusal: 'messages_not_configured',
    message: expect.stringContaining('SMTP_URL and MAIL_FROM'),
  });
  expect(await events()).toEqual([]);
});

it('sends an e-mail in the language of the caller, and tells what the server said', async () => {
  const { received, environment } = await mailServer();
  await open(environment);
  const reply = await send({ channel: 'email', to: 'kate@example.com' });
  expect(reply.data).toMatchObject({ ok: true, reply: expect.stringContaining('queued as 4711') });
  expect(received[0]).toContain('Subject: Pool pool1: a test');
  expect((await events())[0]?.detail).toMatchObject({
    ...{ accessKeyId: 'pool1', channel: 'email', ok: 'true', operationParam: 'k***@example.com' },
  });
});

it('tells a refusal in the words of the server, once, and none of our secrets', async () => {
  const refusal = Object.assign(new Error(`no such box; you are ${password}\r\nand more ${'x'.repeat(600)}`), {
    responseCode: 550,
  });
  const { received, environment } = await mailServer(() => refusal);
  await open(environment);
  const { data } = await send({ channel: 'email', to: 'kate@example.com' });
  expect(data).toMatchObject({ ok: false, reply: expect.stringContaining('550') });
  expect(data.reply).not.toContain(password);
  expect(data.reply.length).toBeLessThanOrEqual(500);
  expect(received).toHaveLength(1);
});

it('says why nobody could be asked', async () => {
  await open({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'a@example.com' });
  const { data } = await send({ channel: 'email', to: 'kate@example.com' });
  expect(data).toMatchObject({ ok: false, reply: expect.stringContaining('ECONNREFUSED') });
});

it.each([
  [204, { ok: true, reply: 'HTTP 204' }],
  [401, { ok: false, reply: 'the hook answered 401' }],
])('sends a text message by the hook, which answers %i', async (status, expected) => {
  const { bodies, environment } = await hook(status);
  await open(environment);
  expect((await send({ channel: 'sms', to: '+8613800000001' })).data).toMatchObject(expected);
  expect(bodies).toMatchObject([{ to: '+8613800000001', code: '000000', purpose: 'TEST' }]);
});

it('is asked five times an hour by a pool, and by viewers never', async () => {
  const { received, environment } = await mailServer();
  await open(environment);
  const other = await passbeam.addPool('pool2');
  const made = (await call('create-access-key', { role: 'viewer', name: 'v' })).data[0];
  const viewer = { id: made.accessKeyId, secret: made.accessKeySecret };
  const test = { channel: 'email', to: 'kate@example.com' };
  for (const path of ['get-message-settings', 'send-test-message']) {
    expect(await call(path, test, viewer)).toMatchObject({ statusCode: 403 });
  }
  for (const to of ['kate', 'kate@example.com, eve@example.com', '"k"@example.com']) {
    expect(await send({ ...test, to })).toMatchObject({ statusCode: 400, refusal: 'invalid_argument' });
  }
  for (let sent = 0; sent < 5; sent++) expect((await send(test)).data.ok).toBe(true);
  expect(await send(test)).toMatchObject({ statusCode: 429 });
  expect((await send(test, other)).data.ok).toBe(true);
  expect(received).toHaveLength(6);
});
