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

/** Purposes of signed-in people about their own addresses. They count as one, because each proves that an address is theirs. */
const ownPurposes = [
  'CHANNEL_BIND_EMAIL',
  'CHANNEL_BIND_PHONE',
  'CHANNEL_UNBIND_EMAIL',
  'CHANNEL_UNBIND_PHONE',
  'CHANNEL_UPDATE_EMAIL',
] as const;

/** Sent only to an address that is the person's already, and good for nothing else: deleting an account cannot be undone. */
const leavingPurpose = 'CHANNEL_DELETE_ACCOUNT';

/** What passcodes are for. A passcode of another purpose opens nothing (threats T17). */
export const passcodePurposes = [
  'CHANNEL_LOGIN',
  'CHANNEL_REGISTER',
  'CHANNEL_RESET_PASSWORD',
  ...ownPurposes,
  leavingPurpose,
] as const;
export type PasscodePurpose = (typeof passcodePurposes)[number];

/** A passcode that was asked for without a purpose is stored under two of these, and is used up under all. */
const interchangeable: readonly PasscodePurpose[] = ['CHANNEL_LOGIN', 'CHANNEL_REGISTER', 'CHANNEL_RESET_PASSWORD'];

export const passcodeDigits = 6;
export const passcodeSeconds = 300;
/** The pause between passcodes to one address; it ends when one is used, for its reader asks for the next. */
const resendPauseSeconds = 60;

/** The right that asking needs, so that strangers send no such passcodes to people; null where no login is needed. */
export function actionOf(purpose: PasscodePurpose): 'deleteAccount' | 'changeContacts' | null {
  if (purpose === leavingPurpose) return 'deleteAccount';
  return provesAddress(purpose) ? 'changeContacts' : null;
}

function provesAddress(purpose: PasscodePurpose): boolean {
  return ownPurposes.some((own) => own === purpose);
}

export interface TakenPasscode {
  taken: Taken;
  /** A secret that is the same for each repeat: a token made from it can be given again. */
  mark: string;
}

export interface SendPasscodeInput {
  application: Application;
  person?: User;
  purpose: PasscodePurpose;
  /** Asked for without a purpose: people with an account may also set a new password with this passcode. */
  isForReset?: boolean;
  contact: Contact;
  language: Language;
  caller: Caller;
}

/** Passcodes by e-mail and SMS. All who ask are answered alike, in words and in time, so the message leaves after the answer. */
export function createPasscodes(parts: {
  passcodes: PasscodeStore;
  sender: MessageSender;
  users: Pick<UserStore, 'findByLogin'>;
  directory: Pick<Directory, 'getPool' | 'findPool'>;
  audit: Pick<AuditStore, 'append'>;
  /** Counts one more passcode to an address, which is named by a hash. @throws DomainError too_many_requests */
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
    const isWanted =
      actionOf(purpose) !== null
        ? isOwn || (provesAddress(purpose) && !purpose.startsWith('CHANNEL_UNBIND'))
        : purpose === 'CHANNEL_RESET_PASSWORD'
          ? user !== null && isName(user, contact.kind)
          : user !== null || isOpen(application);
    const passcode = secrets.randomDigits(passcodeDigits);
    const slotContact = (isOwn && actionOf(purpose) !== null && ownContact(user, contact.kind)) || contact;
    const slotHash = slotOf(application.userPoolId, purpose, slotContact);
    // Where no passcode is wanted, a random value is stored: nobody is told it, and nobody can guess it.
    const hashFor = (slot: string) => (isWanted ? passcodeHashOf(slot, passcode) : secrets.randomToken());
    const passcodeHash = hashFor(slotHash);
    const now = clock.now();
    const pauseHash = pauseOf(application.userPoolId, contact);
    await beginPause({ slotHash: pauseHash, passcodeHash, sentAt: now, expiresAt: now + resendPauseSeconds * 1000 });
    const endPause = () => store.drop(pauseHash, passcodeHash);
    try {
      await countSent(pauseHash, caller);
      const expiresAt = now + passcodeSeconds * 1000;
      // Nodes of an earlier release know only pauses of a single purpose.
      await beginPause({ slotHash, passcodeHash, sentAt: now, expiresAt });
      // Stored for everybody, or the time would tell who has an account. Whoever has none by then sets no password with it.
      if (input.isForReset) {
        const reset = slotOf(application.userPoolId, 'CHANNEL_RESET_PASSWORD', contact);
        await store.put({ slotHash: reset, passcodeHash: hashFor(reset), sentAt: now, expiresAt }, now);
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
      passcode,
      purpose,
      applicationId: application.id,
      applicationName: cleanText(application.name),
      expiresInSeconds: passcodeSeconds,
      language: input.language,
    };
    const delivery = sender.send(message).then(async (isDelivered) => {
      if (isDelivered) return;
      await forgetPasscode(application.userPoolId, purpose, slotContact, passcode);
      await endPause();
      await audit.append(newEvent(secrets, 'passcode.undelivered', caller, facts));
    });
    // A failure of the store needs no handling here: the passcode expires by itself, and requests report the outage.
    const work = delivery.catch(() => {}).finally(() => underWay.delete(work));
    underWay.add(work);
  }

  /** The purpose for callers that name none: logging in with an account, registering without. From outside both look alike. */
  async function usualPurpose(application: Application, contact: Contact): Promise<PasscodePurpose> {
    const { userPoolId } = application;
    const user = await findByContact(users, userPoolId, contactIn(directory, userPoolId, contact));
    const isKnown = user !== null && (isProved(user, contact.kind) || isUnclaimed(user));
    return !isKnown && isOpen(application) ? 'CHANNEL_REGISTER' : 'CHANNEL_LOGIN';
  }

  /** Whether strangers may register: a login passcode may then be the beginning of an account. */
  function isOpen({ userPoolId }: Application): boolean {
    return !directory.getPool(userPoolId).securitySettings.registerDisabled;
  }

  /** Begins the pause at an address for one caller alone. @throws DomainError too_many_requests while the one before is young */
  async function beginPause(passcode: Passcode): Promise<void> {
    const { slotHash, sentAt: now } = passcode;
    const pauseMs = resendPauseSeconds * 1000;
    if (await store.put(passcode, now - pauseMs)) return;
    const sentAt = (await store.findSentAt(slotHash)) ?? now;
    const seconds = Math.ceil((sentAt + pauseMs - now) / 1000);
    throw new DomainError('too_many_requests', {
      reason: 'codeJustSent',
      retryAfterSeconds: Math.min(Math.max(seconds, 1), resendPauseSeconds),
    });
  }

  /**
   * Uses a passcode up; `by` may use it again within the grace (`honest-repeat.ts`). Every other passcode gets the same answer.
   * @throws DomainError passcode_invalid
   */
  async function take(
    userPoolId: string,
    purpose: PasscodePurpose,
    contact: Contact,
    passcode: string,
    by: string,
  ): Promise<TakenPasscode> {
    const slotHash = slotOf(userPoolId, purpose, contact);
    const passcodeHash = passcodeHashOf(slotHash, plainDigits(passcode));
    const taken = await store.take(slotHash, passcodeHash, { by, at: clock.now() });
    if (taken === null) throw new DomainError('passcode_invalid');
    await forgetPasscode(userPoolId, purpose, contact, plainDigits(passcode));
    return { taken, mark: derived('taken-passcode', passcodeHash, by) };
  }

  /** Forgets a passcode wherever it was stored, and the pause that it began. */
  async function forgetPasscode(userPoolId: string, purpose: PasscodePurpose, contact: Contact, passcode: string) {
    const purposes = interchangeable.includes(purpose) ? interchangeable : [purpose];
    for (const slotHash of purposes.map((one) => slotOf(userPoolId, one, contact))) {
      const passcodeHash = passcodeHashOf(slotHash, passcode);
      await store.drop(slotHash, passcodeHash);
      await store.drop(pauseOf(userPoolId, contact), passcodeHash);
    }
  }

  /** As `take`, but the passcode stays good; a wrong one counts as a guess. @throws DomainError passcode_invalid */
  async function check(
    userPoolId: string,
    purpose: PasscodePurpose,
    contact: Contact,
    passcode: string,
  ): Promise<void> {
    const slotHash = slotOf(userPoolId, purpose, contact);
    if (await store.check(slotHash, passcodeHashOf(slotHash, plainDigits(passcode)), clock.now())) return;
    throw new DomainError('passcode_invalid');
  }

  /** Forgets the passcodes of every purpose that were sent to these contacts before. */
  function forget(userPoolId: string, contacts: readonly Contact[]): Promise<void> {
    const slots = contacts.flatMap((contact) =>
      passcodePurposes.map((purpose) => slotOf(userPoolId, purpose, contact)),
    );
    return store.clear(slots);
  }

  function slotOf(userPoolId: string, purpose: PasscodePurpose, contact: Contact): string {
    return hashOf('passcode', userPoolId, provesAddress(purpose) ? 'own-address' : purpose, contact);
  }

  /** The slot that says when the last passcode went to the address. No passcode can be taken from it. */
  function pauseOf(userPoolId: string, contact: Contact): string {
    return hashOf('passcode-pause', userPoolId, 'any', contact);
  }

  /** A slot's name: a hash that includes its kind (threats T17). All spellings of one address give the same slot. */
  function hashOf(kind: string, userPoolId: string, purpose: string, contact: Contact): string {
    const { kind: contactKind, address } = contactIn(directory, userPoolId, contact);
    return secrets.hash(JSON.stringify([kind, userPoolId, purpose, contactKind, address.toLowerCase()]));
  }

  /** The keyed hash of a passcode: a plain hash of six digits could be reversed in a second. */
  function passcodeHashOf(slotHash: string, passcode: string): string {
    return derived('passcode', slotHash, passcode);
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
    async settle(): Promise<void> {
      await Promise.all(underWay);
    },
  };
}

export type Passcodes = ReturnType<typeof createPasscodes>;
