import { setTimeout as wait } from 'node:timers/promises';
import type { MessageWays, TestMessage } from '../core/management/installation/messages.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import type { SmsHookOptions } from './sms-hook.ts';
import { type Mailer, type SmtpOptions, serverOf } from './smtp.ts';

/** As long as a page waits for it, and a little less. */
const patienceMs = 12_000;
const codeOfTests = '000000';

/** What operators are shown of how messages leave, and the message that tries it. */
export function createMessageWays(
  options: { smtp: SmtpOptions | null; smsHook: SmsHookOptions | null },
  by: { mailer: Mailer | null; sendSms: ((message: PasscodeMessage) => Promise<string>) | null },
): MessageWays {
  const { smtp, smsHook } = options;
  const hidden = [...(smtp === null ? [] : secretsIn(smtp.url)), ...(smsHook?.secrets ?? [])];

  /** Whatever a server says back, none of our secrets is shown. */
  const redacted = (text: string) => hidden.reduce((left, secret) => left.replaceAll(secret, '…'), text);

  async function send(message: TestMessage): Promise<string> {
    if (message.to.kind === 'email') return (await by.mailer?.sendTest(message)) ?? '';
    return (
      (await by.sendSms?.({
        id: message.id,
        to: message.to,
        // The operator's service takes one form of messages, so the test has it too.
        passcode: codeOfTests,
        purpose: 'TEST',
        applicationId: '',
        applicationName: message.from,
        expiresInSeconds: 0,
        language: message.language,
      })) ?? ''
    );
  }

  return {
    settings: {
      email: smtp && { ...serverOf(smtp.url), from: smtp.from },
      sms: smsHook && { hookUrl: withoutQuery(smsHook.url) },
    },
    async sendLink(message) {
      if (by.mailer === null) return false;
      return (await inTime(by.mailer.sendLink(message))).ok;
    },
    sendTest: (message) => inTime(send(message)),
  };

  async function inTime(sending: Promise<string>): Promise<{ ok: boolean; reply: string }> {
    const giveUp = new AbortController();
    const late = wait(patienceMs, undefined, { signal: giveUp.signal }).then(() => {
      throw new Error(`no answer within ${patienceMs / 1000} seconds`);
    });
    try {
      return { ok: true, reply: redacted(await Promise.race([sending, late])) };
    } catch (error) {
      const { response, message: said } = error as { response?: unknown; message?: string };
      return { ok: false, reply: redacted(typeof response === 'string' ? response : (said ?? '')) };
    } finally {
      giveUp.abort();
      late.catch(() => {});
      // What is given up may still fail.
      sending.catch(() => {});
    }
  }
}

function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

/** The password of an address, as it is written there, as it is, and as mail servers are told it. */
function secretsIn(address: string): string[] {
  const { username, password } = new URL(address);
  if (password === '') return [];
  const [name, plain] = [decodeURIComponent(username), decodeURIComponent(password)];
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return [password, plain, base64(plain), base64(`\u0000${name}\u0000${plain}`)];
}
