import type { MessageSettingsDto } from '@passbeam/protocol';
import { createTransport } from 'nodemailer';
import { readEmail } from '../core/identifiers/email-address.ts';
import type { LinkMessage, TestMessage } from '../core/management/installation/messages.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { NotTaken } from './sms-hook.ts';

export interface SmtpOptions {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  url: string;
  /** `passbeam <no-reply@example.com>` or the bare address. */
  from: string;
}

/** Sends passcodes by e-mail. TLS is required, except to a mail server on this machine. */
export function createMailer(options: SmtpOptions) {
  const url = new URL(options.url);
  const { host, port, encryption } = serverOf(options.url);
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    pool: true,
    maxConnections: 4,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  function sendMail(message: PasscodeMessage): Promise<string> {
    return send(message, mailOf(message));
  }

  /** What tries the way that messages go. */
  function sendTest(message: TestMessage): Promise<string> {
    return send(message, testMailOf(message));
  }

  /** The link to the console, for an administrator. */
  function sendLink(message: LinkMessage): Promise<string> {
    return send(message, linkMailOf(message));
  }

  /** Resolves with what the server said. */
  async function send(
    message: Pick<PasscodeMessage, 'id' | 'to'>,
    { subject, text }: { subject: string; text: string },
  ): Promise<string> {
    // An address that an earlier release or an import let in may name a bare network address, or hold several addresses.
    const address = readEmail(message.to.address);
    if (address === null) throw new NotTaken('what the message is for is no e-mail address', true);
    const { response } = await transport.sendMail({
      from: options.from,
      // An object, so that no address is ever read as a list of several.
      to: { name: '', address },
      subject,
      text,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Passbeam-Id': message.id },
    });
    return response;
  }

  return { sendMail, sendTest, sendLink, close: () => transport.close() };
}

export type Mailer = ReturnType<typeof createMailer>;

/** Which server the address names, and how it is spoken to. */
export function serverOf(address: string): Omit<NonNullable<MessageSettingsDto['email']>, 'from'> {
  const url = new URL(address);
  const isTls = url.protocol === 'smtps:';
  // A relay on this machine has no certificate that anybody could check.
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (isTls ? 465 : 587),
    encryption: isTls ? 'tls' : isLocal ? 'none' : 'starttls',
    user: url.username === '' ? null : decodeURIComponent(url.username),
  };
}

function testMailOf({ from, language }: TestMessage): { subject: string; text: string } {
  if (language === 'zh') {
    return { subject: `${from}：测试邮件`, text: `这是 ${from} 的测试邮件。收到它说明验证码可以送达。\n` };
  }
  return {
    subject: `${from}: a test`,
    text: `This is a test message of ${from}. That it arrived means that codes arrive.\n`,
  };
}

function linkMailOf({ name, url, expiresAt, language }: LinkMessage): { subject: string; text: string } {
  const until = `${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (language === 'zh') {
    return {
      subject: 'passbeam 控制台的链接',
      text: `${name}，您好！\n\n请打开此链接进入 passbeam 控制台，并设置密码：\n${url}\n\n链接仅可使用一次，有效至 ${until}。请勿转发。\n如果您不知情，请忽略此邮件。\n`,
    };
  }
  return {
    subject: 'Your link to the passbeam console',
    text: `Hello ${name},\n\nopen this link to choose a password for the passbeam console:\n${url}\n\nIt works once, until ${until}. Pass it on to nobody.\nIf you expect no such message, ignore it.\n`,
  };
}

function mailOf({ passcode, purpose, applicationName, expiresInSeconds, language }: PasscodeMessage): {
  subject: string;
  text: string;
} {
  const minutes = Math.round(expiresInSeconds / 60);
  // The message says what the passcode does: whoever talks a person into telling it claims that it is for something else.
  const deletes = purpose === 'CHANNEL_DELETE_ACCOUNT';
  if (language === 'zh') {
    return {
      subject: `${applicationName} 验证码：${passcode}`,
      text: `您的 ${applicationName} 验证码是：${passcode}\n\n${deletes ? '该验证码用于注销账号，注销后无法恢复。\n' : ''}${minutes} 分钟内有效，只能使用一次。请勿告诉任何人。\n如果不是您本人操作，请忽略此邮件。\n`,
    };
  }
  return {
    subject: `${passcode} is your code for ${applicationName}`,
    text: `Your code for ${applicationName}: ${passcode}\n\n${deletes ? 'It deletes your account, for good.\n' : ''}It is good for ${minutes} minutes and one use. Tell it to nobody.\nIf you did not ask for it, ignore this message.\n`,
  };
}
