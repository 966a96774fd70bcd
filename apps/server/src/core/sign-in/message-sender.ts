import type { Language, Reason } from '@passbeam/protocol';
import type { Contact } from '../users/contact.ts';

export interface PasscodeMessage {
  /** The message's id, the same at each try to deliver it. */
  id: string;
  to: Contact;
  passcode: string;
  /** What the passcode is for, as the wire names it: `CHANNEL_LOGIN`. */
  purpose: string;
  applicationId: string;
  /** Registered by the operator; the only name in the message. */
  applicationName: string;
  expiresInSeconds: number;
  language: Language;
}

export interface MessageSender {
  /** The reason to refuse messages of this kind, which names what the operator must set; null when they can be sent. */
  missing(kind: Contact['kind']): Reason | null;
  /** True when the other side took it. Tries again by itself, says in the log why it gave up, and never rejects. */
  send(message: PasscodeMessage): Promise<boolean>;
}
