import type { Application } from '../applications/application.ts';
import { newEvent } from '../audit/event.ts';
import type { Client } from '../client.ts';
import { DomainError } from '../errors.ts';
import type { Directory } from '../pools/directory.ts';
import type { Clock, PasswordHasher, Secrets } from '../ports.ts';
import { type Contact, contactIn } from './contact.ts';
import { requireNoLookAlike } from './look-alikes.ts';
import { newUser } from './new-user.ts';
import type { Passcodes } from './passcodes.ts';
import { phoneCountryCodeOf } from './phone-country.ts';
import type { UserStore } from './store.ts';
import type { Profile, User } from './user.ts';

export interface PasswordSignUpInput {
  application: Application;
  username?: string;
  email?: string;
  phone?: string;
  phoneCountryCode?: string;
  password: string;
  profile: Profile;
  customData?: Record<string, unknown>;
  client: Client;
}

export interface ContactSignUpInput {
  application: Application;
  /** Theirs: it becomes a verified address of the account. */
  contact: Contact;
  username?: string;
  /** The address of the other kind, unverified. */
  email?: string;
  phone?: string;
  phoneCountryCode?: string;
  password?: string;
  profile: Profile;
  customData?: Record<string, unknown>;
  client: Client;
}

/** People registering themselves (contract 4.2). Addresses they give are unverified until they prove them. */
export function createSignUp(parts: {
  users: UserStore;
  passwords: PasswordHasher;
  directory: Directory;
  passcodes: Pick<Passcodes, 'take'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, directory, passcodes, secrets } = parts;

  /** @throws DomainError registration_disabled, user_exists, invalid_argument, password_too_weak */
  async function withPassword(input: PasswordSignUpInput): Promise<User> {
    const { application, client, username, email } = input;
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
        registerSource: [username === undefined ? 'basic:email' : 'basic:username-password'],
      },
      parts,
    );
    await requireNoLookAlike(users, user, 'self');
    return insert(user, application, client);
  }

  /**
   * The code is used up by a registration that nothing else stands against.
   * @throws DomainError passcode_invalid, registration_disabled, user_exists, invalid_argument, password_too_weak
   */
  async function withPasscode({ code, ...input }: ContactSignUpInput & { code: string }): Promise<User> {
    requireOpen(input.application);
    const user = await userWithContact(input);
    await requireNoLookAlike(users, user, 'self');
    await passcodes.take(user.userPoolId, 'CHANNEL_REGISTER', input.contact, code);
    return insert(user, input.application, input.client);
  }

  /** For who has proved the address already. @throws DomainError registration_disabled, user_exists */
  async function withProvenContact(input: ContactSignUpInput): Promise<User> {
    requireOpen(input.application);
    return insert(await userWithContact(input), input.application, input.client);
  }

  function userWithContact(input: ContactSignUpInput): Promise<User> {
    const { application, contact: asked, client: _, ...given } = input;
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

  async function insert(user: User, application: Application, client: Client): Promise<User> {
    const taken = await users.insert(
      user,
      newEvent(secrets, 'user.created', {
        userPoolId: user.userPoolId,
        applicationId: application.id,
        userId: user.id,
        ip: client.ip,
        userAgent: client.userAgent,
        requestId: client.requestId,
        detail: { source: 'register' },
      }),
    );
    if (taken !== null) throw new DomainError('user_exists', { field: taken });
    return user;
  }

  return { withPassword, withPasscode, withProvenContact };
}

export type SignUp = ReturnType<typeof createSignUp>;
