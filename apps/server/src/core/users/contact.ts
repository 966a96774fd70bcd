import { DomainError } from '../errors.ts';
import { parseEmail } from './email-address.ts';
import { parsePhone, parsePhoneCountryCode, phoneParts, publishedCountryCode, readPhone } from './phone-number.ts';
import type { UserStore } from './store.ts';
import type { User } from './user.ts';

/** Where a person can be written to, in the one form of an e-mail address or a phone. */
export interface Contact {
  kind: 'email' | 'phone';
  address: string;
}

/**
 * Exactly one of e-mail address and phone: what was sent to one spelling must be found again from the other.
 * @throws DomainError invalid_argument, with the field named `email`, `phone` or `phoneCountryCode`
 */
export function parseContact(given: { email?: string; phone?: string; phoneCountryCode?: string }): Contact {
  const { email, phone, phoneCountryCode } = given;
  if ((email === undefined) === (phone === undefined)) {
    throw new DomainError('invalid_argument', {
      field: email === undefined ? 'email' : 'phone',
      reason: 'give exactly one of email and phone',
    });
  }
  if (email !== undefined) return { kind: 'email', address: parseEmail(email) };
  const countryCode = phoneCountryCode ? parsePhoneCountryCode(phoneCountryCode) : undefined;
  return { kind: 'phone', address: parsePhone(phone ?? '', countryCode) };
}

/**
 * Whose address it is. Earlier releases stored phones with the country in front or beside them; without any country they are
 * somebody's only where it is the published default.
 */
export async function findByContact(
  users: Pick<UserStore, 'findByLogin'>,
  userPoolId: string,
  { kind, address }: Contact,
): Promise<User | null> {
  if (kind === 'email') return users.findByLogin(userPoolId, 'email', address);
  const whole = await users.findByLogin(userPoolId, 'phone', address);
  if (whole !== null) return whole;
  for (const number of bareNumbers(address)) {
    const user = await users.findByLogin(userPoolId, 'phone', number);
    if (user !== null && phoneOf(user) === address) return user;
  }
  return null;
}

/** The person's own address in the form of `parseContact`; null when there is none of the kind. */
export function ownContact(user: User, kind: Contact['kind']): Contact | null {
  const address = kind === 'email' ? user.email : phoneOf(user);
  return address === null ? null : { kind, address };
}

/** Country and number as the wire has them: the number without its country. */
export function shownPhone({ phone, phoneCountryCode }: Pick<User, 'phone' | 'phoneCountryCode'>) {
  return phone?.startsWith('+') ? phoneParts(phone) : { phone, phoneCountryCode };
}

/** The person's phone in its one form, however an earlier release kept it. */
function phoneOf({ phone, phoneCountryCode }: User): string | null {
  return phone === null ? null : (readPhone(phone, phoneCountryCode ?? publishedCountryCode) ?? phone);
}

/** The ways to read `+8613800000001` as a country and a number. No bare number is shorter than seven digits. */
function bareNumbers(address: string): string[] {
  return [2, 3, 4, 5].filter((length) => address.length - length >= 7).map((length) => address.slice(length));
}
