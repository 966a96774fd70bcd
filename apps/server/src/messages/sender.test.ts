import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loopbackHosts } from '../core/directory/allowed-hosts.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { createMessageSender, type MessageOptions } from './sender.ts';

const clock = { now: () => 1_800_000_000_123 };
const hookSecrets = ['first-secret-of-thirty-two-characters', 'second-secret-of-thirty-two-characters'];
const message = (part: Partial<PasscodeMessage> = {}): PasscodeMessage => ({
  id: 'message-1',
  to: { kind: 'email', address: 'alice@example.com' },
  passcode: '012345',
  purpose: 'CHANNEL_LOGIN',
  applicationId: 'app',
  applicationName: 'Shop',
  expiresInSeconds: 300,
  language: 'en',
  ...part,
});
const toPhone = { to: { kind: 'phone', address: '+8613800000001' } } as const;

let logged: { level: string; msg: string }[];
let paused: number[];
const closing: (() => void)[] = [];
beforeEach(() => {
  logged = [];
  paused = [];
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function open(part: Partial<MessageOptions>) {
  const options: MessageOptions = { smtp: null, smsHook: null, logsCodes: false, ...part };
  const stream = { write: (line: string) => void logged.push(JSON.parse(line)) };
  const log = pino({ formatters: { level: (level) => ({ level }) } }, stream);
  const sender = createMessageSender(options, { log, clock, pause: async (ms) => void paused.push(ms) });
  closing.push(() => sender.close());
  return sender;
}

describe('by e-mail', () => {
  interface Received {
    from: string;
    to: string[];
    text: string;
  }

  async function openMailServer(refuse?: { atMost: number; code: number }) {
    const received: Received[] = [];
    let refused = 0;
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (refuse && refused < refuse.atMost) {
            refused += 1;
            return done(Object.assign(new Error('no'), { responseCode: refuse.code }));
          }
          const { mailFrom, rcptTo } = session.envelope;
          received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString('utf8'),
          });
          done();
        });
      },
    });
    server.on('error', () => {});
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    closing.push(() => void server.close());
    const { port } = server.server.address() as AddressInfo;
    return { received, smtp: { url: `smtp://127.0.0.1:${port}`, from: 'Shop <no-reply@example.com>' } };
  }

  it('sends the passcode to the one address', async () => {
    const { received, smtp } = await openMailServer();
    expect(await open({ smtp }).send(message())).toBe(true);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ from: 'no-reply@example.com', to: ['alice@example.com'] });
    expect(received[0]?.text).toMatch(/^Subject: 012345 is your code for Shop\r$/m);
    expect(received[0]?.text).toMatch(/^From: Shop <no-reply@example.com>\r$/m);
    expect(received[0]?.text).toContain('Your code for Shop: 012345');
    expect(received[0]?.text).toContain('5 minutes');
  });

  it('writes Chinese to people who asked in Chinese', async () => {
    const { received, smtp } = await openMailServer();
    await open({ smtp }).send(message({ language: 'zh' }));
    const body = received[0]?.text.split('\r\n\r\n').slice(1).join('') ?? '';
    expect(Buffer.from(body, 'base64').toString('utf8')).toContain('验证码是：012345');
  });

  it.each([
    ['en', 'It deletes your account'],
    ['zh', '该验证码用于注销账号'],
  ] as const)('says in %s what a passcode to delete an account does', async (language, words) => {
    const { received, smtp } = await openMailServer();
    await open({ smtp }).send(message({ language, purpose: 'CHANNEL_DELETE_ACCOUNT' }));
    const body = received[0]?.text.split('\r\n\r\n').slice(1).join('\n\n') ?? '';
    expect(`${body} ${Buffer.from(body, 'base64').toString('utf8')}`).toContain(words);
  });

  it('lets no name of an application become a header', async () => {
    const { received, smtp } = await openMailServer();
    await open({ smtp }).send(message({ applicationName: 'Shop\r\nBcc: thief@example.com' }));
    expect(received[0]?.to).toEqual(['alice@example.com']);
    expect(received[0]?.text.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
  });

  it.each([
    'kate@[127.0.0.1]',
    'kate@[IPv6:::1]',
    'kate@127.0.0.1',
    '"kate"@example.com',
    '"a b@evil.example,"@example.com',
    'kate@example.com, thief@example.com',
    'kate@example.com,thief@example.com',
    'kate@example.com\r\nRCPT TO:<thief@example.com>',
    'Kate <kate@example.com>',
    'kate@example.com>',
    'list:kate@example.com;',
    'kate',
    '',
  ])('sends nothing to %j, however it came into the store', async (address) => {
    const { received, smtp } = await openMailServer();
    expect(await open({ smtp }).send(message({ to: { kind: 'email', address } }))).toBe(false);
    expect(received).toEqual([]);
    expect(paused).toEqual([]);
  });

  it('tries again when the server is busy, not when it refuses', async () => {
    const busy = await openMailServer({ atMost: 2, code: 451 });
    expect(await open({ smtp: busy.smtp }).send(message())).toBe(true);
    expect(paused).toHaveLength(2);
    const strict = await openMailServer({ atMost: 9, code: 550 });
    expect(await open({ smtp: strict.smtp }).send(message())).toBe(false);
    expect(paused).toHaveLength(2);
    expect(logged.at(-1)).toMatchObject({ level: 'error', msg: 'a code could not be sent' });
    expect(JSON.stringify(logged)).not.toContain('012345');
  });

  it('says so when nobody listens', async () => {
    const smtp = { url: 'smtp://127.0.0.1:1', from: 'a@example.com' };
    expect(await open({ smtp }).send(message())).toBe(false);
    expect(logged.map(({ level }) => level)).toEqual(['warn', 'warn', 'error']);
  });
});

describe('by SMS', () => {
  async function openHook(statuses: number[] = []) {
    const calls: { headers: IncomingHttpHeaders; body: string; path: string | undefined }[] = [];
    const server: Server = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), path: request.url });
        reply.writeHead(statuses.shift() ?? 204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const smsHook = { url: `http://127.0.0.1:${port}/codes?team=a`, secrets: hookSecrets, allowed: loopbackHosts };
    return { calls, smsHook };
  }

  it('calls the hook with a signature over id, time and body, by both secrets', async () => {
    const { calls, smsHook } = await openHook();
    expect(await open({ smsHook }).send(message(toPhone))).toBe(true);
    const [call] = calls;
    expect(call?.path).toBe('/codes?team=a');
    expect(JSON.parse(call?.body ?? '')).toEqual({
      type: 'passcode',
      to: '+8613800000001',
      code: '012345',
      purpose: 'CHANNEL_LOGIN',
      applicationId: 'app',
      applicationName: 'Shop',
      expiresInSeconds: 300,
      language: 'en',
    });
    expect(call?.headers).toMatchObject({ 'x-passbeam-id': 'message-1', 'x-passbeam-timestamp': '1800000000' });
    const signature = (secret: string) =>
      `v1=${createHmac('sha256', secret).update(`message-1.1800000000.${call?.body}`).digest('hex')}`;
    expect(call?.headers['x-passbeam-signature']).toBe(hookSecrets.map(signature).join(','));
  });

  it('tries again with the same id after a failure, three times at most', async () => {
    const { calls, smsHook } = await openHook([500, 429]);
    expect(await open({ smsHook }).send(message(toPhone))).toBe(true);
    expect(calls.map(({ headers }) => headers['x-passbeam-id'])).toEqual(['message-1', 'message-1', 'message-1']);
    const down = await openHook([500, 503, 500]);
    expect(await open({ smsHook: down.smsHook }).send(message(toPhone))).toBe(false);
    expect(down.calls).toHaveLength(3);
  });

  it.each([302, 400, 401, 404])('does not try again after %i', async (status) => {
    const { calls, smsHook } = await openHook([status]);
    expect(await open({ smsHook }).send(message(toPhone))).toBe(false);
    expect(calls).toHaveLength(1);
  });

  it('calls nobody on this machine without the flag', async () => {
    const { calls, smsHook } = await openHook();
    const url = smsHook.url.replace('http:', 'https:');
    expect(await open({ smsHook: { ...smsHook, url, allowed: [] } }).send(message(toPhone))).toBe(false);
    expect(calls).toEqual([]);
  });
});

describe('by nothing', () => {
  it('names the settings that the operator must give', () => {
    expect(open({}).missing('email')).toEqual(['messagesNotSetUp', 'SMTP_URL', 'MAIL_FROM']);
    expect(open({}).missing('phone')).toEqual(['messagesNotSetUp', 'SMS_HOOK_URL', 'SMS_HOOK_SECRET']);
  });

  it('writes passcodes into the log in the demo, and only those that cannot be sent', async () => {
    const sender = open({ logsCodes: true, smtp: { url: 'smtp://127.0.0.1:1', from: 'a@example.com' } });
    expect(sender.missing('phone')).toBeNull();
    expect(await sender.send(message(toPhone))).toBe(true);
    expect(logged.at(-1)?.msg).toBe('demo: the code for +8613800000001 is 012345');
    await sender.send(message());
    expect(JSON.stringify(logged.slice(1))).not.toContain('012345');
  });
});
