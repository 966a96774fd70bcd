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

/**
 * Whether the contact is a name of the account. A contact that nobody proved is one only while the account has no other name: somebody
 * signed up with it, and whoever proves it takes the account with everything in it.
 */
export function isName(user: User, kind: Contact['kind']): boolean {
  if (isProved(user, kind)) return true;
  return isUnclaimed(user) && user.username === null && (kind === 'email' || user.email === null);
}

/**
 * The person who signs in by the typed text. A contact names a person only once it is proved: before that, a stranger may have entered
 * it and wait for its owner. Every kind of name is looked up, whichever one finds somebody, so that the time taken tells nothing.
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
 * The account as it is handed to the person who has just proved a contact of it. What others may have left in it goes: the password and
 * all contacts that nobody proved. The new instant voids reset tokens that were asked for before (`reset-tokens.ts`).
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
