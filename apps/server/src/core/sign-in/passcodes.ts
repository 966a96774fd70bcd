import type { Language } from '@passbeam/protocol';
import { newEvent } from '../audit/event.ts';
import type { AuditStore } from '../audit/store.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { plainDigits } from '../identifiers/typed-text.ts';
import { type Contact, contactIn, findByContact, ownContact } from '../users/contact.ts';
import { cleanText } from '../users/display.ts';
import { isName, isProved, isUnclaimed } from '../users/proved-contacts.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { MessageSender } from './message-sender.ts';
import type { Passcode, PasscodeStore, Taken } from './passcode-store.ts';

/** For signed-in people, about their own addresses: one purpose, for each of them proves that an address is theirs. */
const ownPurposes = [
  'CHANNEL_BIND_EMAIL',
  'CHANNEL_BIND_PHONE',
  'CHANNEL_UNBIND_EMAIL',
  'CHANNEL_UNBIND_PHONE',
  'CHANNEL_UPDATE_EMAIL',
] as const;

/** To an address that is the person's already, and never for anything else: what it opens cannot be undone. */
const leavingPurpose = 'CHANNEL_DELETE_ACCOUNT';

/** What codes are for. One of another purpose opens nothing (threats T17). */
export const passcodePurposes = [
  'CHANNEL_LOGIN',
  'CHANNEL_REGISTER',
  'CHANNEL_RESET_PASSWORD',
  ...ownPurposes,
  leavingPurpose,
] as const;
export type PasscodePurpose = (typeof passcodePurposes)[number];

/** A code that was asked for without saying what for is put under both, and is used up under both. */
const interchangeable = ['CHANNEL_LOGIN', 'CHANNEL_RESET_PASSWORD'] as const satisfies PasscodePurpose[];

export const passcodeDigits = 6;
export const passcodeSeconds = 300;
/** Between two codes to one address, whatever they are for, unless the first was used: then its reader asks for the next. */
const resendPauseSeconds = 60;

/** What the code is asked for with a login; null needs none. Strangers must not have such codes sent to whom they like. */
export function actionOf(purpose: PasscodePurpose): 'deleteAccount' | 'changeContacts' | null {
  if (purpose === leavingPurpose) return 'deleteAccount';
  return provesAddress(purpose) ? 'changeContacts' : null;
}

function provesAddress(purpose: PasscodePurpose): boolean {
  return ownPurposes.some((own) => own === purpose);
}

export interface TakenCode {
  taken: Taken;
  /** A secret, the same for each repeat: what a code gives can be made from it and so be given again. */
  mark: string;
}

export interface SendPasscodeInput {
  application: Application;
  /** Who asks, where that is known. */
  person?: User;
  purpose: PasscodePurpose;
  /** Asked for without saying what for: who is known may set a new password with a login code, too. */
  isForReset?: boolean;
  contact: Contact;
  language: Language;
  caller: Caller;
}

/**
 * One-time codes by e-mail and SMS. Asking for one is answered alike for everybody, in words and in time: whether the address is
 * anybody's is for the owner of the mailbox to learn, so the message itself leaves after the answer.
 */
export function createPasscodes(parts: {
  passcodes: PasscodeStore;
  sender: MessageSender;
  users: Pick<UserStore, 'findByLogin'>;
  directory: Pick<Directory, 'getPool' | 'findPool'>;
  audit: Pick<AuditStore, 'append'>;
  /** Counts one more code to an address, which is named by a hash. @throws DomainError too_many_requests */
  countSent(addressHash: string, caller: Caller): Promise<void>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { passcodes: store, sender, users, directory, audit, countSent, secrets, clock } = parts;
  const underWay = new Set<Promise<void>>();

  /** @throws DomainError messages_not_configured, too_many_requests, not_signed_in */
  async function send(input: SendPasscodeInput): Promise<void> {
    const { application, purpose, caller, person } = input;
    const contact = contactIn(directory, application.userPoolId, input.contact);
    if (actionOf(purpose) !== null && person?.userPoolId !== application.userPoolId)
      throw new DomainError('not_signed_in');
    const missing = sender.missing(contact.kind);
    if (missing !== null) throw new DomainError('messages_not_configured', { reason: missing });

    const user = await findByContact(users, application.userPoolId, contact);
    const isOwn = user !== null && user.id === person?.id;
    const resets = user !== null && isName(user, contact.kind);
    const isWanted =
      actionOf(purpose) !== null
        ? isOwn || (provesAddress(purpose) && !purpose.startsWith('CHANNEL_UNBIND'))
        : purpose === 'CHANNEL_RESET_PASSWORD'
          ? resets
          : user !== null || isOpen(application);
    const code = secrets.randomDigits(passcodeDigits);
    const slotContact = (isOwn && actionOf(purpose) !== null && ownContact(user, contact.kind)) || contact;
    const slotHash = slotOf(application.userPoolId, purpose, slotContact);
    // Nobody is told a code for nobody, and nobody guesses it either.
    const codeHash = isWanted ? codeHashOf(slotHash, code) : secrets.randomToken();
    const now = clock.now();
    const pauseHash = pauseOf(application.userPoolId, contact);
    await beginPause({ slotHash: pauseHash, codeHash, sentAt: now, expiresAt: now + resendPauseSeconds * 1000 });
    const endPause = () => store.drop(pauseHash, codeHash);
    try {
      await countSent(pauseHash, caller);
      const expiresAt = now + passcodeSeconds * 1000;
      // Nodes of the release before know pauses of one purpose only.
      await beginPause({ slotHash, codeHash, sentAt: now, expiresAt });
      if (input.isForReset && resets) {
        const reset = slotOf(application.userPoolId, 'CHANNEL_RESET_PASSWORD', contact);
        await store.put({ slotHash: reset, codeHash: codeHashOf(reset, code), sentAt: now, expiresAt }, now);
      }
    } catch (error) {
      await endPause();
      throw error;
    }

    const facts = {
      userPoolId: application.userPoolId,
      applicationId: application.id,
      userId: user?.id ?? null,
      detail: { purpose, kind: contact.kind, sent: isWanted },
    };
    await audit.append(newEvent(secrets, 'passcode.requested', caller, facts));
    if (!isWanted) return;
    const message = {
      id: secrets.randomToken(),
      to: contact,
      code,
      purpose,
      applicationId: application.id,
      applicationName: cleanText(application.name),
      expiresInSeconds: passcodeSeconds,
      language: input.language,
    };
    const delivery = sender.send(message).then(async (isDelivered) => {
      if (isDelivered) return;
      await forgetCode(application.userPoolId, purpose, slotContact, code);
      await endPause();
      await audit.append(newEvent(secrets, 'passcode.undelivered', caller, facts));
    });
    // With the store gone the code expires by itself, and requests say what is wrong.
    const work = delivery.catch(() => {}).finally(() => underWay.delete(work));
    underWay.add(work);
  }

  /** For clients that do not say: who is known wants to log in, who is not to register. Outside, both look alike. */
  async function usualPurpose(application: Application, contact: Contact): Promise<PasscodePurpose> {
    const { userPoolId } = application;
    const user = await findByContact(users, userPoolId, contactIn(directory, userPoolId, contact));
    const isKnown = user !== null && (isProved(user, contact.kind) || isUnclaimed(user));
    return !isKnown && isOpen(application) ? 'CHANNEL_REGISTER' : 'CHANNEL_LOGIN';
  }

  /** Strangers may register, so a login code may be the beginning of an account. */
  function isOpen({ userPoolId }: Application): boolean {
    return !directory.getPool(userPoolId).securitySettings.registerDisabled;
  }

  /**
   * Of those who ask at the same time one gets through.
   * @throws DomainError too_many_requests while what was put before is young
   */
  async function beginPause(passcode: Passcode): Promise<void> {
    const { slotHash, sentAt: now } = passcode;
    const pauseMs = resendPauseSeconds * 1000;
    if (await store.put(passcode, now - pauseMs)) return;
    const sentAt = (await store.findSentAt(slotHash)) ?? now;
    const seconds = Math.ceil((sentAt + pauseMs - now) / 1000);
    throw new DomainError('too_many_requests', {
      reason: 'a code was sent to this address a moment ago',
      retryAfterSeconds: Math.min(Math.max(seconds, 1), resendPauseSeconds),
    });
  }

  /**
   * Uses a code up; `by` may use it again within the grace (`honest-repeat.ts`). Wrong, expired, used by another, of another purpose,
   * pool or address: one answer.
   * @throws DomainError passcode_invalid
   */
  async function take(
    userPoolId: string,
    purpose: PasscodePurpose,
    contact: Contact,
    code: string,
    by: string,
  ): Promise<TakenCode> {
    const slotHash = slotOf(userPoolId, purpose, contact);
    const codeHash = codeHashOf(slotHash, plainDigits(code));
    const taken = await store.take(slotHash, codeHash, { by, at: clock.now() });
    if (taken === null) throw new DomainError('passcode_invalid');
    await forgetCode(userPoolId, purpose, contact, plainDigits(code));
    return { taken, mark: derived('taken-passcode', codeHash, by) };
  }

  /** Wherever it was put, with the pause it began. */
  async function forgetCode(userPoolId: string, purpose: PasscodePurpose, contact: Contact, code: string) {
    const purposes = interchangeable.some((one) => one === purpose) ? interchangeable : [purpose];
    for (const slotHash of purposes.map((one) => slotOf(userPoolId, one, contact))) {
      const codeHash = codeHashOf(slotHash, code);
      await store.drop(slotHash, codeHash);
      await store.drop(pauseOf(userPoolId, contact), codeHash);
    }
  }

  /**
   * Whether `take` would accept the code now. It stays good; a wrong one counts as a guess.
   * @throws DomainError passcode_invalid, as `take`
   */
  async function check(userPoolId: string, purpose: PasscodePurpose, contact: Contact, code: string): Promise<void> {
    const slotHash = slotOf(userPoolId, purpose, contact);
    if (await store.check(slotHash, codeHashOf(slotHash, plainDigits(code)), clock.now())) return;
    throw new DomainError('passcode_invalid');
  }

  /** Codes of every purpose that were asked for before. */
  function forget(userPoolId: string, contacts: readonly Contact[]): Promise<void> {
    const slots = contacts.flatMap((contact) =>
      passcodePurposes.map((purpose) => slotOf(userPoolId, purpose, contact)),
    );
    return store.clear(slots);
  }

  function slotOf(userPoolId: string, purpose: PasscodePurpose, contact: Contact): string {
    return hashOf('passcode', userPoolId, provesAddress(purpose) ? 'own-address' : purpose, contact);
  }

  /** No code can be taken from it: it says when the last one went to the address. */
  function pauseOf(userPoolId: string, contact: Contact): string {
    return hashOf('passcode-pause', userPoolId, 'any', contact);
  }

  /** Hashed before it becomes a key, and typed (threats T17). One address in all its spellings is one. */
  function hashOf(kind: string, userPoolId: string, purpose: string, contact: Contact): string {
    const { kind: contactKind, address } = contactIn(directory, userPoolId, contact);
    return secrets.hash(JSON.stringify([kind, userPoolId, purpose, contactKind, address.toLowerCase()]));
  }

  /** Six digits in a plain hash would be read off in a second. */
  function codeHashOf(slotHash: string, code: string): string {
    return derived('passcode', slotHash, code);
  }

  function derived(...parts: string[]): string {
    const hash = secrets.derive(secrets.currentKeyId, ...parts);
    if (hash === null) throw new Error('the current key is gone');
    return hash;
  }

  return {
    send,
    usualPurpose,
    take,
    check,
    forget,
    /** Resolves when no message is on its way. */
    async settle(): Promise<void> {
      await Promise.all(underWay);
    },
  };
}

export type Passcodes = ReturnType<typeof createPasscodes>;
