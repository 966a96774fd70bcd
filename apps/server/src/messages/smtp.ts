import { createTransport } from 'nodemailer';
import { readEmail } from '../core/identifiers/email-address.ts';
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
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const isTls = url.protocol === 'smtps:';
  const transport = createTransport({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (isTls ? 465 : 587),
    secure: isTls,
    requireTLS: !isTls && !isLocal,
    // A relay on this machine has no certificate that anybody could check.
    ignoreTLS: !isTls && isLocal,
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

  async function sendMail(message: PasscodeMessage): Promise<void> {
    // An address that an earlier release or an import let in may name a bare network address, or hold several addresses.
    const address = readEmail(message.to.address);
    if (address === null) throw new NotTaken('what the message is for is no e-mail address', true);
    const { subject, text } = mailOf(message);
    await transport.sendMail({
      from: options.from,
      // An object, so that no address is ever read as a list of several.
      to: { name: '', address },
      subject,
      text,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Passbeam-Id': message.id },
    });
  }

  return { sendMail, close: () => transport.close() };
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
