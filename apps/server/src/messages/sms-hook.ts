import type { Clock } from '../core/ground/ports.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { createSignedPosts } from '../outbound/signed-post.ts';

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

/** Hands an SMS to the operator's own service, which checks that it comes from here. */
export function createSmsHook(options: SmsHookOptions, parts: { outbound: Outbound; clock: Clock }) {
  const post = createSignedPosts(parts);

  /** Resolves with what the hook said. */
  return async function sendSms(message: PasscodeMessage): Promise<string> {
    const body = {
      type: 'passcode',
      to: message.to.address,
      code: message.passcode,
      purpose: message.purpose,
      applicationId: message.applicationId,
      applicationName: message.applicationName,
      expiresInSeconds: message.expiresInSeconds,
      language: message.language,
    };
    const { status } = await post({ ...options, id: message.id, body });
    if (status >= 200 && status < 300) return `HTTP ${status}`;
    throw new NotTaken(`the hook answered ${status}`, status >= 300 && status < 500 && status !== 429);
  };
}
