import { createHmac } from 'node:crypto';
import type { Clock } from '../core/ground/ports.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import type { Outbound } from '../outbound/outbound.ts';

export interface SmsHookOptions {
  url: string;
  /** The secret in use; a second one while the first is being replaced (threats T37). Each signs. */
  secrets: readonly string[];
}

/** Rejects when the hook did not take the message; `isFinal` when it never will. */
export class NotTaken extends Error {
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

/** Hands an SMS to the operator's service, which checks the HMAC over id, timestamp and body, and refuses old timestamps and known ids. */
export function createSmsHook(options: SmsHookOptions, parts: { outbound: Outbound; clock: Clock }) {
  return async function sendSms(message: PasscodeMessage): Promise<void> {
    const body = JSON.stringify({
      type: 'passcode',
      to: message.to.address,
      code: message.passcode,
      purpose: message.purpose,
      applicationId: message.applicationId,
      applicationName: message.applicationName,
      expiresInSeconds: message.expiresInSeconds,
      language: message.language,
    });
    const timestamp = String(Math.floor(parts.clock.now() / 1000));
    const { status } = await parts.outbound.post(
      options.url,
      {
        'content-type': 'application/json; charset=utf-8',
        'x-passbeam-id': message.id,
        'x-passbeam-timestamp': timestamp,
        'x-passbeam-signature': options.secrets
          .map((secret) => `v1=${signatureOf(secret, message.id, timestamp, body)}`)
          .join(','),
      },
      body,
    );
    if (status >= 200 && status < 300) return;
    throw new NotTaken(`the hook answered ${status}`, status >= 300 && status < 500 && status !== 429);
  };
}

/** HMAC-SHA256 in hexadecimal over `id.timestamp.body`. */
export function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('hex');
}
