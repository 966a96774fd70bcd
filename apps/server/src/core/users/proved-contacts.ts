import type { Contact } from './contact.ts';
import type { LoginField, UserStore } from './store.ts';
import type { User } from './user.ts';

const contactKinds = ['email', 'phone'] as const satisfies Contact['kind'][];

/** Whether the person showed that they can read what is sent there, or an operator said so. */
export function isProved(user: User, kind: Contact['kind']): boolean {
  return kind === 'email' ? user.emailVerified : user.phoneVerified;
}

/** An account whose contacts are all mere claims: whoever proves one of them first takes it. */
export function isUnclaimed(user: User): boolean {
  return contactKinds.every((kind) => !isProved(user, kind));
}

/** Whether the contact is a name of the account. An unproved one is, while it is the only one: who proves it takes the account. */
export function isName(user: User, kind: Contact['kind']): boolean {
  if (isProved(user, kind)) return true;
  return isUnclaimed(user) && user.username === null && (kind === 'email' || user.email === null);
}

/**
 * The person who signs in by the typed text. Only a proved contact names one, or a stranger could wait for its owner. Every kind is
 * looked up, so that the time tells nothing.
 */
export async function findToSignIn(
  users: Pick<UserStore, 'findByLogin'>,
  userPoolId: string,
  field: LoginField,
  typed: string,
  countryCode: string,
): Promise<User | null> {
  const fields = field === 'account' ? (['username', 'email', 'phone'] as const) : ([field] as const);
  const found = await Promise.all(
    fields.map(async (each) => {
      const user = await users.findByLogin(userPoolId, each, typed, countryCode);
      return user !== null && (each === 'username' || isName(user, each)) ? user : null;
    }),
  );
  return found.find((user) => user !== null) ?? null;
}

/**
 * The account as handed to who proved a contact of it: without the password and unproved contacts that others may have left. The new
 * instant voids older reset tokens (`reset-tokens.ts`).
 */
export function claimed(user: User, kind: Contact['kind'], now: number): User {
  const isEmail = kind === 'email';
  return {
    ...user,
    ...(isEmail ? { emailVerified: true, phone: null, phoneCountryCode: null } : { phoneVerified: true, email: null }),
    passwordHash: null,
    passwordSecurityLevel: 0,
    passwordLastSetAt: laterThan(user.passwordLastSetAt, now),
    resetPasswordOnNextLogin: false,
    updatedAt: now,
    version: user.version + 1,
  };
}

/** An instant later than the one before, so that two changes within one millisecond can be told apart. */
function laterThan(before: number | null, now: number): number {
  return before === null ? now : Math.max(now, before + 1);
}
