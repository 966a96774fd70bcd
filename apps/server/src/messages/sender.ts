import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AllowedHost } from '../core/directory/allowed-hosts.ts';
import type { Clock } from '../core/ground/ports.ts';
import type { MessageWays } from '../core/management/installation/messages.ts';
import type { MessageSender, PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { createOutbound } from '../outbound/outbound.ts';
import { createSmsHook, NotTaken, type SmsHookOptions } from './sms-hook.ts';
import { createMailer, type SmtpOptions } from './smtp.ts';
import { createMessageWays } from './ways.ts';

/** Pauses before the second and third try: a passcode lives for five minutes, and its reader waits no longer than this. */
const retryAfterMs = [1_000, 4_000];

export interface MessageOptions {
  smtp: SmtpOptions | null;
  smsHook: (SmsHookOptions & { allowed: readonly AllowedHost[] }) | null;
  /** The demo: what cannot be sent is written into the log instead. */
  logsCodes: boolean;
}

type Kind = PasscodeMessage['to']['kind'];
type Delivery = (message: PasscodeMessage) => Promise<unknown>;

/** Sends passcodes by e-mail and SMS, as far as the operator has set them up. */
export function createMessageSender(
  options: MessageOptions,
  parts: { log: Logger; clock: Clock; pause?: (ms: number, signal: AbortSignal) => Promise<unknown> },
): MessageSender & { ways: MessageWays; stop(): void; close(): void } {
  const { log, clock, pause = (ms, signal) => wait(ms, undefined, { signal }) } = parts;
  const stopping = new AbortController();
  const mailer = options.smtp === null ? null : createMailer(options.smtp);
  const sendSms =
    options.smsHook === null
      ? null
      : createSmsHook(options.smsHook, {
          outbound: createOutbound(options.smsHook),
          clock,
        });
  const deliveries: Record<Kind, Delivery | null> = { email: mailer?.sendMail ?? null, phone: sendSms };

  function writeIntoLog({ to, passcode, purpose }: PasscodeMessage): void {
    log.info({ to: to.address, purpose }, `demo: the code for ${to.address} is ${passcode}`);
  }

  async function deliver(message: PasscodeMessage, delivery: Delivery): Promise<boolean> {
    const about = { messageId: message.id, kind: message.to.kind, purpose: message.purpose };
    for (const [attempt, afterMs] of [0, ...retryAfterMs].entries()) {
      // Random pauses, or all messages that failed together would be tried again at the same moment.
      if (afterMs > 0) await pause(afterMs / 2 + randomInt(afterMs), stopping.signal).catch(() => {});
      try {
        await delivery(message);
        return true;
      } catch (error) {
        const isLast = attempt === retryAfterMs.length || isRefusal(error) || stopping.signal.aborted;
        const level = isLast ? 'error' : 'warn';
        log[level]({ ...about, err: error }, isLast ? 'a code could not be sent' : 'a code is sent again soon');
        if (isLast) return false;
      }
    }
    return false;
  }

  return {
    missing(kind) {
      if (deliveries[kind] !== null || options.logsCodes) return null;
      return kind === 'email'
        ? ['messagesNotSetUp', 'SMTP_URL', 'MAIL_FROM']
        : ['messagesNotSetUp', 'SMS_HOOK_URL', 'SMS_HOOK_SECRET'];
    },
    async send(message) {
      const delivery = deliveries[message.to.kind];
      if (delivery !== null) return deliver(message, delivery);
      if (options.logsCodes) writeIntoLog(message);
      return options.logsCodes;
    },
    ways: createMessageWays(options, { mailer, sendSms }),
    /** Messages on their way may still arrive; those that failed are not tried again. */
    stop: () => stopping.abort(),
    close: () => mailer?.close(),
  };
}

/** Whether another try would be refused again: no such address, wrong credentials, a request the hook calls wrong. */
function isRefusal(error: unknown): boolean {
  if (error instanceof NotTaken) return error.isFinal;
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return code === 'EAUTH' || (responseCode !== undefined && responseCode >= 500 && responseCode < 600);
}
