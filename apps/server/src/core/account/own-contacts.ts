import { newEvent } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, type UseStore } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { phoneParts } from '../identifiers/phone-number.ts';
import { loginFacts } from '../sessions/login-session.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import { createOneTimeTokens } from '../sign-in/one-time-tokens.ts';
import type { PasscodeStore } from '../sign-in/passcode-store.ts';
import type { Passcodes, TakenPasscode } from '../sign-in/passcodes.ts';
import { requireLogin, saveChanged } from '../users/changes.ts';
import { type Contact, contactIn, ownContact } from '../users/contact.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';

export const updateTokenSeconds = 600;

type Kind = Contact['kind'];
type Owner = SignedIn<'changeContacts'>;

export interface ContactProof {
  contact: Contact;
  passcode: string;
}

export interface Replacement {
  next: ContactProof;
  /** A passcode sent to the old address; needed when that is verified and the pool asks for it, which is the default. */
  oldPasscode?: string;
}

/** Changes a signed-in person's own contacts. Passcodes prove each change, so a new address counts as verified. */
export function createOwnContacts(parts: {
  users: Pick<UserStore, 'find' | 'update'>;
  passcodes: Pick<Passcodes, 'take'>;
  tokenSlots: PasscodeStore;
  uses: UseStore;
  directory: Pick<Directory, 'getPool' | 'findPool'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passcodes, uses, directory, secrets, clock } = parts;
  const updateTokens = createOneTimeTokens('contact-update', updateTokenSeconds, parts);

  /**
   * Binds a first address of its kind, or verifies the one that is there.
   * @throws DomainError passcode_invalid, user_exists, invalid_argument when another address is bound
   */
  async function bind(signedIn: Owner, given: ContactProof, caller: Caller): Promise<User> {
    const { contact, passcode } = resolved(signedIn.user, given);
    const own = ownContact(signedIn.user, contact.kind);
    if (own !== null && !isSame(own, contact)) {
      throw new DomainError('invalid_argument', { field: contact.kind, reason: 'boundAlready' });
    }
    await prove(signedIn.user, own ?? contact, passcode, byOf('bind', signedIn, caller));
    return own === null ? store(signedIn, contact, caller) : verify(signedIn, contact.kind, caller);
  }

  /**
   * Removes an address; without a passcode only where none is needed to replace the address either.
   * @throws DomainError passcode_invalid, invalid_argument when there is none, or nothing else to sign in with
   */
  async function unbind(signedIn: Owner, kind: Kind, passcode: string | null, caller: Caller): Promise<User> {
    const own = ownContact(signedIn.user, kind);
    const by = byOf('unbind', signedIn, caller);
    const unbinding = secrets.hash(JSON.stringify(['unbind', signedIn.user.id, kind]));
    if (own === null) {
      if (await uses.isRepeat(unbinding, { by, at: clock.now() })) return signedIn.user;
      throw new DomainError('invalid_argument', { field: kind, reason: 'noneBound' });
    }
    requireLogin(withContact(signedIn.user, kind, null, 0), signedIn.user);
    if (passcode !== null) await prove(signedIn.user, own, passcode, by);
    else if (asksForOld(signedIn.user, kind)) {
      throw new DomainError('invalid_argument', {
        field: 'passCode',
        reason: ['requiredByPool', `POST /api/v3/unbind-${kind}`],
      });
    }
    // Remembered before the change, since the server may die right after it.
    await uses.remember(unbinding, { by, at: clock.now() });
    return save(signedIn, kind, (user) => requireLogin(withContact(user, kind, null, clock.now()), user), caller);
  }

  /** @throws DomainError passcode_invalid, user_exists, invalid_argument */
  async function replace(signedIn: Owner, replacement: Replacement, caller: Caller): Promise<User> {
    await proveReplacement(signedIn.user, replacement, byOf('replace', signedIn, caller));
    return store(signedIn, resolved(signedIn.user, replacement.next).contact, caller);
  }

  /** The first of two steps: gives a token that makes the change. */
  async function allowReplacement(signedIn: Owner, replacement: Replacement, caller: Caller): Promise<string> {
    const { user } = signedIn;
    const { taken, mark } = await proveReplacement(user, replacement, byOf('allow-replacement', signedIn, caller));
    const { kind, address } = resolved(user, replacement.next).contact;
    const token = [kind, encodeURIComponent(address), mark].join(':');
    await updateTokens.put(user, token, taken);
    return token;
  }

  /** @throws DomainError passcode_invalid, user_exists */
  async function replaceWithToken(signedIn: Owner, kind: Kind, token: string, caller: Caller): Promise<User> {
    const [tokenKind, address = ''] = token.split(':');
    const by = byOf('replace-with-token', signedIn, caller);
    const isTaken = tokenKind === kind && (await updateTokens.take(signedIn.user, token, by)) !== null;
    if (!isTaken) throw new DomainError('passcode_invalid');
    return store(signedIn, { kind, address: decodeURIComponent(address) }, caller);
  }

  async function proveReplacement(user: User, { next, oldPasscode }: Replacement, by: string): Promise<TakenPasscode> {
    const { kind } = next.contact;
    const own = ownContact(user, kind);
    // When the new address is theirs already, as after a lost reply, nothing is replaced and no old code is needed.
    if (own !== null && asksForOld(user, kind) && !isSame(own, resolved(user, next).contact)) {
      if (!oldPasscode) throw new DomainError('invalid_argument', { field: 'oldPasscode', reason: 'oldCodeMissing' });
      await prove(user, own, oldPasscode, by);
    }
    return prove(user, next.contact, next.passcode, by);
  }

  function resolved({ userPoolId }: User, { contact, passcode }: ContactProof): ContactProof {
    return { contact: contactIn(directory, userPoolId, contact), passcode };
  }

  function prove(user: User, contact: Contact, passcode: string, by: string): Promise<TakenPasscode> {
    return passcodes.take(user.userPoolId, 'CHANNEL_BIND_EMAIL', contact, passcode, by);
  }

  /** Names the caller for one purpose: a repeated passcode does again what it did, and nothing else. */
  function byOf(purpose: string, { loginSession }: Owner, caller: Caller): string {
    return callerHash(secrets, `${purpose}:${loginSession.id}`, caller);
  }

  /** Whether the old address must give a passcode. An address that nobody proved may be a typing mistake, so it need not. */
  function asksForOld(user: User, kind: Kind): boolean {
    const { changeEmailStrategy, changePhoneStrategy } = directory.getPool(user.userPoolId).securitySettings.general;
    return kind === 'email'
      ? user.emailVerified && (changeEmailStrategy?.verifyOldEmail ?? true)
      : user.phoneVerified && (changePhoneStrategy?.verifyOldPhone ?? true);
  }

  function store(signedIn: Owner, { kind, address }: Contact, caller: Caller): Promise<User> {
    return save(signedIn, kind, (user) => withContact(user, kind, address, clock.now()), caller);
  }

  function verify(signedIn: Owner, kind: Kind, caller: Caller): Promise<User> {
    const flag = kind === 'email' ? 'emailVerified' : 'phoneVerified';
    const change = (user: User) =>
      user[flag] ? user : { ...user, [flag]: true, updatedAt: clock.now(), version: user.version + 1 };
    return save(signedIn, kind, change, caller);
  }

  function save(signedIn: Owner, kind: Kind, change: (user: User) => User, caller: Caller): Promise<User> {
    const event = newEvent(secrets, 'user.updated', caller, {
      ...loginFacts(signedIn.loginSession),
      detail: { fields: kind },
    });
    const unlessClaimed = (user: User) => {
      if (user.passwordLastSetAt !== signedIn.user.passwordLastSetAt) throw new DomainError('not_signed_in');
      return change(user);
    };
    return saveChanged(users, signedIn.user, unlessClaimed, event);
  }

  return { bind, unbind, replace, allowReplacement, replaceWithToken };
}

function isSame(a: Contact, b: Contact): boolean {
  return a.kind === b.kind && a.address.toLowerCase() === b.address.toLowerCase();
}

function withContact(user: User, kind: Kind, address: string | null, now: number): User {
  const isVerified = address !== null;
  const [present, isProved] = kind === 'email' ? [user.email, user.emailVerified] : [user.phone, user.phoneVerified];
  if (present === address && isProved === isVerified) return user;
  return {
    ...user,
    ...(kind === 'email'
      ? { email: address, emailVerified: isVerified }
      : {
          phone: address,
          phoneCountryCode: address && phoneParts(address).phoneCountryCode,
          phoneVerified: isVerified,
        }),
    updatedAt: now,
    version: user.version + 1,
  };
}
