import { changesOf } from '../audit/changes.ts';
import type { AuditType } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import type { InScanTurn } from '../ground/scan-turns.ts';
import { parseEmail } from '../identifiers/email-address.ts';
import { phoneCountryCodeOf } from '../identifiers/phone-country.ts';
import { parsePhone, parsePhoneCountryCode, phoneParts } from '../identifiers/phone-number.ts';
import { parseUsername } from '../identifiers/username.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import { changed, mergeProfile, requireLogin, saveChanged } from '../users/changes.ts';
import { mergeCustomData } from '../users/custom/custom-data.ts';
import { parseExternalId, phoneOf } from '../users/identifiers.ts';
import { requireNoLookAlike } from '../users/look-alikes.ts';
import { type NewUserInput, newUser } from '../users/new-user.ts';
import { checkPassword, passwordSecurityLevel } from '../users/password-policy.ts';
import type { UserSearch } from '../users/search.ts';
import type { UserStore } from '../users/store.ts';
import type { Profile, UniqueField, User } from '../users/user.ts';
import { userExists } from '../users/user-id.ts';
import type { Administrator } from './administrator.ts';
import { chosenId } from './chosen-id.ts';
import { managementEvent } from './event.ts';
import { namingItem } from './list-item.ts';
import { findManagedUsers, getManagedUser, type UserIdType } from './managed-user.ts';

const generatedPasswordLength = 24;

export interface PasswordOptions {
  /** The given password is a hash made elsewhere. */
  keepPassword?: boolean;
  /** Gives the account a password that nobody knows: the person sets one by other means. */
  autoGeneratePassword?: boolean;
  resetPasswordOnNextLogin?: boolean;
}

export type ManagedUserInput = Omit<NewUserInput, 'userPoolId' | 'passwordHash' | 'userSourceType'>;

export interface UserChanges {
  username?: string | null;
  email?: string | null;
  emailVerified?: boolean;
  phone?: string | null;
  phoneCountryCode?: string | null;
  phoneVerified?: boolean;
  externalId?: string | null;
  status?: User['status'];
  password?: string;
  profile: Profile;
  customData?: Record<string, unknown>;
}

/** Lets administrators manage the people of their pool (wire 5.2, rows 2–11). */
export function createUserManagement(parts: {
  users: UserStore;
  loginSessions: Pick<LoginSessionStore, 'revokeAll' | 'revokeWith'>;
  passwords: PasswordHasher;
  directory: Directory;
  secrets: Secrets;
  clock: Clock;
  inScanTurn: InScanTurn;
}) {
  const { users, loginSessions, passwords, directory, secrets, clock, inScanTurn } = parts;

  /** @throws DomainError invalid_argument when the page is too far back; too_many_requests */
  async function search({ userPoolId }: Administrator, what: Omit<UserSearch, 'userPoolId'>) {
    const found = await inScanTurn(userPoolId, () => users.search({ ...what, userPoolId }));
    if (found.isBeyond) throw new DomainError('invalid_argument', { field: 'page', reason: 'tooFarBack' });
    return found;
  }

  const get = (admin: Administrator, named: { userId: string; userIdType?: UserIdType }) =>
    getManagedUser(admin, named, parts);

  const findMany = (admin: Administrator, named: { userIds: readonly string[]; userIdType?: UserIdType }) =>
    findManagedUsers(admin, named, parts);

  async function exists(
    { userPoolId }: Pick<Administrator, 'userPoolId'>,
    given: Partial<Record<UniqueField, string>>,
  ): Promise<boolean> {
    const countryCode = phoneCountryCodeOf(directory, userPoolId);
    const found = await Promise.all(
      (Object.entries(given) as [UniqueField, string][]).map(async ([field, value]) =>
        field === 'externalId'
          ? (await users.findMany(userPoolId, field, [value])).length > 0
          : (await users.findByLogin(userPoolId, field, value, countryCode)) !== null,
      ),
    );
    return found.includes(true);
  }

  /** @throws DomainError user_exists, invalid_argument, password_too_weak, permission_denied where somebody else than an owner brings an id */
  async function create(
    admin: Administrator,
    input: ManagedUserInput,
    options: PasswordOptions,
    caller: Caller,
  ): Promise<User> {
    const user = await prepared(admin, input, options);
    await requireNoLookAlike(users, user, 'operator');
    const taken = await users.insert(user, event('admin.user_created', admin, user.id, caller));
    if (taken !== null) throw userExists(taken);
    return user;
  }

  /** Creates all or none; a refusal names the item. @throws DomainError user_exists, invalid_argument, password_too_weak */
  async function createMany(
    admin: Administrator,
    inputs: readonly ManagedUserInput[],
    options: PasswordOptions,
    caller: Caller,
  ): Promise<User[]> {
    const list: User[] = [];
    // The passwords are hashed one at a time, so that a long list does not take every turn at the hasher.
    for (const [index, input] of inputs.entries()) {
      const user = await namingItem(index, async () => {
        const user = await prepared(admin, input, options);
        await requireNoLookAlike(users, user, 'operator');
        return user;
      });
      list.push(user);
    }
    const taken = await users.insertMany(
      list.map((user) => ({ user, event: event('admin.user_created', admin, user.id, caller) })),
    );
    if (taken !== null) throw userExists(taken.field, `list.${taken.index}.${taken.field}`);
    return list;
  }

  async function prepared(admin: Administrator, input: ManagedUserInput, options: PasswordOptions): Promise<User> {
    const { id, password = null, ...rest } = input;
    const isKept = options.keepPassword === true && password !== null;
    if (isKept && !passwords.isHash(password)) {
      throw new DomainError('invalid_argument', { field: 'password', reason: 'notPasswordHash' });
    }
    return newUser(
      {
        ...rest,
        id: id === undefined ? undefined : chosenId(admin, id, directory),
        phoneCountryCode: rest.phoneCountryCode || phoneCountryCodeOf(directory, admin.userPoolId),
        userPoolId: admin.userPoolId,
        userSourceType: 'adminCreated',
        resetPasswordOnNextLogin: options.resetPasswordOnNextLogin,
        ...(isKept ? { passwordHash: password } : { password: password ?? generated(options) }),
      },
      parts,
    );
  }

  function generated(options: PasswordOptions): string | null {
    return options.autoGeneratePassword ? secrets.randomId(generatedPasswordLength) : null;
  }

  /**
   * Null clears a field; an absent one stays. A new password or an inactive status ends the person's logins.
   * @throws DomainError user_not_found, user_exists, invalid_argument, password_too_weak, unsupported_type
   */
  async function update(
    admin: Administrator,
    named: { userId: string; userIdType?: UserIdType },
    changes: UserChanges,
    options: PasswordOptions,
    caller: Caller,
  ): Promise<User> {
    const user = await get(admin, named);
    if (changes.username != null && changes.username !== user.username) {
      await requireNoLookAlike(users, { ...user, username: parseUsername(changes.username) }, 'operator');
    }
    const password = changes.password ?? generated(options);
    if (password !== null) checkPassword(password, 'password', [user.username, user.email, user.phone]);
    const passwordHash = password === null ? null : await passwords.hash(password);
    const now = clock.now();
    const { profile, ...others } = changes;
    const fields = Object.entries({ ...others, ...profile }).flatMap(([name, value]) =>
      value === undefined ? [] : name,
    );
    return saveChanged(
      users,
      user,
      (current) => ({
        ...withChanges(current, changes, now, phoneCountryCodeOf(directory, admin.userPoolId)),
        ...(password === null
          ? {}
          : { passwordHash, passwordLastSetAt: now, passwordSecurityLevel: passwordSecurityLevel(password) }),
        resetPasswordOnNextLogin: options.resetPasswordOnNextLogin ?? current.resetPasswordOnNextLogin,
      }),
      event('admin.user_updated', admin, user.id, caller, {
        fields: fields.join(' ').slice(0, 512),
        // Of a person only the state is told, before and after: who looks for why somebody could not log in finds it.
        ...(changes.status !== undefined && changesOf({ status: user.status }, { status: changes.status })),
      }),
      (next) => {
        if (password === null && next.status === 'Activated') return undefined;
        const reason = password === null ? 'status_changed' : 'password_changed';
        return { at: now, event: event('session.revoked', admin, user.id, caller, { reason }) };
      },
    );
  }

  /** Deletes people and ends their logins; returns how many there were. Unknown people are no error. */
  async function remove(
    admin: Administrator,
    named: { userIds: readonly string[]; userIdType?: UserIdType },
    caller: Caller,
  ): Promise<number> {
    const found = await findMany(admin, named);
    const at = clock.now();
    const reason = 'user_deleted';
    const deleted = await users.delete(
      admin.userPoolId,
      found.map(({ id }) => ({
        id,
        event: event('admin.user_deleted', admin, id, caller),
        end: { at, event: event('session.revoked', admin, id, caller, { reason }) },
      })),
    );
    return deleted.length;
  }

  /** Ends the person's logins with the named applications, or with all of them when none is named. */
  async function kick(
    admin: Administrator,
    named: { userId: string; userIdType?: UserIdType },
    applicationIds: readonly string[] | null,
    caller: Caller,
  ): Promise<number> {
    const { id } = await get(admin, named);
    const kicked = event('admin.users_kicked', admin, id, caller, {
      applicationIds: applicationIds?.join(' ').slice(0, 512) ?? 'all',
    });
    return applicationIds === null
      ? loginSessions.revokeAll(id, clock.now(), kicked)
      : loginSessions.revokeWith(id, applicationIds, clock.now(), kicked);
  }

  const event = (
    type: AuditType,
    admin: Administrator,
    userId: string,
    caller: Caller,
    detail: Record<string, string> = {},
  ) => managementEvent(secrets, type, admin, caller, { userId, detail });

  return { search, get, findMany, exists, create, createMany, update, remove, kick };
}

export type UserManagement = ReturnType<typeof createUserManagement>;

/** The person with the changes that are given; null clears a field. @throws DomainError invalid_argument */
export function withChanges(user: User, changes: UserChanges, now: number, countryCode: string): User {
  const email = changed(user.email, changes.email, parseEmail);
  const phone = changedPhone(user, changes, countryCode);
  const status = changes.status ?? user.status;
  const { customData } = changes;
  const next = {
    ...user,
    username: changed(user.username, changes.username, parseUsername),
    email,
    // A new address is not verified merely because the old one was.
    emailVerified: email !== null && (changes.emailVerified ?? (user.emailVerified && email === user.email)),
    phone,
    phoneVerified: phone !== null && (changes.phoneVerified ?? (user.phoneVerified && phone === user.phone)),
    phoneCountryCode: phone === user.phone ? user.phoneCountryCode : phone && phoneParts(phone).phoneCountryCode,
    externalId: changed(user.externalId, changes.externalId, parseExternalId),
    isExternalIdVouched: changes.externalId === undefined ? user.isExternalIdVouched : changes.externalId !== null,
    status,
    statusChangedAt: status === user.status ? user.statusChangedAt : now,
    profile: mergeProfile(user.profile, changes.profile),
    customData: customData === undefined ? user.customData : mergeCustomData(user.customData, customData, 'customData'),
    updatedAt: now,
    version: user.version + 1,
  };
  return requireLogin(next, user);
}

/** A country code without a number belongs to the present number; a phone that stays the same keeps its stored spelling. */
function changedPhone(user: User, changes: UserChanges, poolCountryCode: string): string | null {
  const said = changes.phoneCountryCode ? parsePhoneCountryCode(changes.phoneCountryCode) : undefined;
  const current = phoneOf(user);
  const moved = said !== undefined && current !== null ? phoneParts(current).phone : undefined;
  const phone = changed(current, changes.phone ?? (changes.phone === null ? null : moved), (given) =>
    parsePhone(given, said ?? poolCountryCode),
  );
  return phone === current ? user.phone : phone;
}
