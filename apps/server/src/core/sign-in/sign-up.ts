import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, type UseStore } from '../ground/honest-repeat.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { phoneCountryCodeOf } from '../identifiers/phone-country.ts';
import { type Contact, contactIn } from '../users/contact.ts';
import { requireNoLookAlike } from '../users/look-alikes.ts';
import { newUser } from '../users/new-user.ts';
import type { UserStore } from '../users/store.ts';
import type { Profile, User } from '../users/user.ts';
import type { Passcodes } from './passcodes.ts';

export interface PasswordSignUpInput {
  application: Application;
  username?: string;
  email?: string;
  phone?: string;
  phoneCountryCode?: string;
  password: string;
  profile: Profile;
  customData?: Record<string, unknown>;
  caller: Caller;
}

export interface ContactSignUpInput {
  application: Application;
  /** The person's own address; it becomes a verified one of the account. */
  contact: Contact;
  username?: string;
  /** The address of the other kind, unverified. */
  email?: string;
  phone?: string;
  phoneCountryCode?: string;
  password?: string;
  profile: Profile;
  customData?: Record<string, unknown>;
  caller: Caller;
}

/** People registering themselves (wire 4.2). Addresses they give are unverified until they prove them. */
export function createSignUp(parts: {
  users: UserStore;
  passwords: PasswordHasher;
  directory: Directory;
  passcodes: Pick<Passcodes, 'take'>;
  uses: UseStore;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passwords, directory, passcodes, uses, secrets, clock } = parts;

  /** @throws DomainError registration_disabled, user_exists, invalid_argument, password_too_weak */
  async function withPassword(input: PasswordSignUpInput): Promise<User> {
    const { application, username, email } = input;
    requireOpen(application);
    const user = await newUser(
      {
        userPoolId: application.userPoolId,
        username,
        email,
        phone: input.phone,
        phoneCountryCode: countryCodeOf(input),
        password: input.password,
        profile: input.profile,
        customData: input.customData,
        userSourceType: 'register',
        registerSource: [registerSourceOf(input)],
      },
      parts,
    );
    return insertOnce(user, input, async () => {});
  }

  /**
   * The passcode is used up only when nothing else is in the way.
   * @throws DomainError passcode_invalid, registration_disabled, user_exists, invalid_argument, password_too_weak
   */
  async function withPasscode({ passcode, ...input }: ContactSignUpInput & { passcode: string }): Promise<User> {
    requireOpen(input.application);
    const user = await userWithContact(input);
    return insertOnce(user, input, async () => {
      await passcodes.take(user.userPoolId, 'CHANNEL_REGISTER', input.contact, passcode, byOf(input));
    });
  }

  /** Registers somebody who has proved the address already. @throws DomainError registration_disabled, user_exists */
  async function withProvenContact(input: ContactSignUpInput): Promise<User> {
    requireOpen(input.application);
    const user = await userWithContact(input);
    const taken = await insert(user, input);
    if (taken !== null) throw new DomainError('user_exists', { field: taken });
    return user;
  }

  function userWithContact(input: ContactSignUpInput): Promise<User> {
    const { application, contact: asked, caller: _, ...given } = input;
    const contact = contactIn(directory, application.userPoolId, asked);
    const proven =
      contact.kind === 'email'
        ? { email: contact.address, emailVerified: true }
        : { phone: contact.address, phoneVerified: true };
    const registerSource = [`basic:${contact.kind}-code`];
    return newUser(
      {
        ...given,
        phoneCountryCode: countryCodeOf(input),
        ...proven,
        userPoolId: application.userPoolId,
        userSourceType: 'register',
        registerSource,
      },
      parts,
    );
  }

  function countryCodeOf({ application, phoneCountryCode }: PasswordSignUpInput | ContactSignUpInput): string {
    return phoneCountryCode || phoneCountryCodeOf(directory, application.userPoolId);
  }

  function requireOpen({ userPoolId }: Application): void {
    if (directory.getPool(userPoolId).securitySettings.registerDisabled) throw new DomainError('registration_disabled');
  }

  /** Makes the account, or returns the one that the same caller made a moment ago and lost the reply of. */
  async function insertOnce(
    user: User,
    input: PasswordSignUpInput | ContactSignUpInput,
    prove: () => Promise<void>,
  ): Promise<User> {
    const madeBefore = await findRepeated(user, input);
    if (madeBefore === null) await requireNoLookAlike(users, user, 'self');
    await prove();
    if (madeBefore !== null) return madeBefore;
    // Before the account is made, since the server may die after it; without an account nobody finds this.
    await uses.remember(nameOf(user), { by: byOf(input), at: clock.now() });
    const taken = await insert(user, input);
    if (taken === null) return user;
    const madeMeanwhile = await findRepeated(user, input);
    if (madeMeanwhile === null) throw new DomainError('user_exists', { field: taken });
    return madeMeanwhile;
  }

  async function findRepeated(user: User, input: PasswordSignUpInput | ContactSignUpInput): Promise<User | null> {
    const found = await findSame(user);
    if (found === null || !(await uses.isRepeat(nameOf(found), { by: byOf(input), at: clock.now() }))) return null;
    const { password } = input;
    if (password === undefined || found.passwordHash === null)
      return password === undefined && found.passwordHash === null ? found : null;
    return (await passwords.verify(password, found.passwordHash)).matches ? found : null;
  }

  /** The person who has exactly these identifiers, and no others. */
  async function findSame({ userPoolId, username, email, phone }: User): Promise<User | null> {
    const field = username !== null ? 'username' : email !== null ? 'email' : 'phone';
    const found = await users.findByLogin(userPoolId, field, username ?? email ?? phone ?? '');
    const isSame = found?.username === username && found.email === email && found.phone === phone;
    return isSame ? found : null;
  }

  function byOf({ application, caller }: PasswordSignUpInput | ContactSignUpInput): string {
    return callerHash(secrets, `sign-up:${application.id}`, caller);
  }

  function nameOf({ id }: User): string {
    return secrets.hash(JSON.stringify(['signed-up', id]));
  }

  /** Makes the account; returns the identifier that somebody has already, or null when it is made. */
  function insert(
    user: User,
    { application, caller }: PasswordSignUpInput | ContactSignUpInput,
  ): ReturnType<UserStore['insert']> {
    return users.insert(
      user,
      newEvent(secrets, 'user.created', caller, {
        userPoolId: user.userPoolId,
        applicationId: application.id,
        userId: user.id,
        detail: { source: 'register' },
      }),
    );
  }

  return { withPassword, withPasscode, withProvenContact };
}

function registerSourceOf({ username, email }: PasswordSignUpInput): string {
  if (username !== undefined) return 'basic:username-password';
  return email === undefined ? 'basic:phone' : 'basic:email';
}

export type SignUp = ReturnType<typeof createSignUp>;
