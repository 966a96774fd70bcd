import type { Language, MessageSettingsDto, SendTestMessageDto } from '@passbeam/protocol';
import type { AuditStore } from '../../audit/store.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { readEmail } from '../../identifiers/email-address.ts';
import { phoneCountryCodeOf } from '../../identifiers/phone-country.ts';
import { readPhone } from '../../identifiers/phone-number.ts';
import type { Contact } from '../../users/contact.ts';
import { maskedIdentifier } from '../../users/display.ts';
import type { Administrator } from '../administrator.ts';
import { managementEvent } from '../event.ts';

export interface TestMessage {
  id: string;
  to: Contact;
  /** Whose test it is: the name of the user pool. */
  from: string;
  language: Language;
}

/** The link by which an administrator begins, or begins anew. */
export interface LinkMessage {
  id: string;
  to: Contact;
  name: string;
  url: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  language: Language;
}

/** How messages leave, as the environment says. */
export interface MessageWays {
  /** Without passwords and secrets. */
  settings: MessageSettingsDto;
  /** Tries once, and never rejects. The reply is what the other server said, or what kept us from asking it. */
  sendTest(message: TestMessage): Promise<{ ok: boolean; reply: string }>;
  /** True when the mail server took it; false where there is none, or it did not. Tries once, and never rejects. */
  sendLink(message: LinkMessage): Promise<boolean>;
}

const longestReply = 500;
const names = { email: ['SMTP_URL', 'MAIL_FROM'], sms: ['SMS_HOOK_URL', 'SMS_HOOK_SECRET'] } as const;

/** What operators see of the way that one-time codes go, and a message to try it. */
export function createMessageManagement(parts: {
  messageWays: MessageWays;
  directory: Directory;
  audit: Pick<AuditStore, 'append'>;
  secrets: Secrets;
  clock: Clock;
  /** Counts one more test of the pool. @throws DomainError too_many_requests */
  countTest(userPoolId: string, caller: Caller): Promise<void>;
}) {
  const { messageWays, directory, audit, secrets, clock, countTest } = parts;

  function contactOf({ channel, to }: SendTestMessageDto, userPoolId: string): Contact {
    const countryCode = phoneCountryCodeOf(directory, userPoolId);
    const address = channel === 'email' ? readEmail(to) : readPhone(to, countryCode);
    if (address === null) {
      const reason = channel === 'email' ? ('notEmail' as const) : (['notPhone', countryCode] as ['notPhone', string]);
      throw new DomainError('invalid_argument', { field: 'to', reason });
    }
    return { kind: channel === 'email' ? 'email' : 'phone', address };
  }

  /** @throws DomainError messages_not_configured, invalid_argument, too_many_requests */
  async function sendTest(
    admin: Administrator,
    input: SendTestMessageDto,
    { language, caller }: { language: Language; caller: Caller },
  ): Promise<{ ok: boolean; reply: string; ms: number }> {
    const { userPoolId } = admin;
    const { channel } = input;
    if (messageWays.settings[channel] === null) {
      throw new DomainError('messages_not_configured', { reason: ['messagesNotSetUp', ...names[channel]] });
    }
    const to = contactOf(input, userPoolId);
    await countTest(userPoolId, caller);
    const began = clock.now();
    const message = { id: secrets.randomToken(), to, from: directory.getPool(userPoolId).name, language };
    const { ok, reply } = await messageWays.sendTest(message);
    const ms = Math.max(0, clock.now() - began);
    const whom = { username: null, email: null, phone: null, [to.kind]: to.address };
    const detail = { operationParam: maskedIdentifier(whom) ?? '', channel, ok: String(ok) };
    await audit.append(managementEvent(secrets, 'admin.test_message_sent', admin, caller, { detail }));
    return { ok, reply: oneLine(reply), ms };
  }

  return { settings: () => messageWays.settings, sendTest };
}

const oneLine = (text: string) =>
  text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, longestReply);
