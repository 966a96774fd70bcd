import { DomainError } from '../errors.ts';
import { parseEmail, parsePhone, parsePhoneCountryCode } from './identifiers.ts';
import type { UserStore } from './store.ts';
import type { User } from './user.ts';

/** Where a person can be written to. A phone has its country in front (`+86138…`) whenever anybody said which. */
export interface Contact {
  kind: 'email' | 'phone';
  address: string;
}

/** What the published wire means by a phone without a country (contract 4.1: mainland China may leave it out). */
const unsaidCountry = '+86';

/**
 * Exactly one of e-mail address and phone, in one spelling: what was sent to one must be found again from the other.
 * @throws DomainError invalid_argument, with the field named `email` or `phone`
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
  const number = parsePhone(phone ?? '');
  if (number.startsWith('+') || !phoneCountryCode) return { kind: 'phone', address: number };
  return { kind: 'phone', address: parsePhone(`${countryOf(phoneCountryCode)}${number}`) };
}

/**
 * Whose address it is. Phones may be stored with the country in front or beside them; without any country they are
 * somebody's only where none was said on either side, or the published default.
 */
export async function findByContact(
  users: Pick<UserStore, 'findByLogin'>,
  userPoolId: string,
  { kind, address }: Contact,
): Promise<User | null> {
  if (kind === 'email') return users.findByLogin(userPoolId, 'email', address);
  const whole = await users.findByLogin(userPoolId, 'phone', address);
  if (whole !== null) return address.startsWith('+') || hasCountry(whole, unsaidCountry, true) ? whole : null;
  for (const [country, number] of splits(address)) {
    const user = await users.findByLogin(userPoolId, 'phone', number);
    if (user !== null && hasCountry(user, country, country === unsaidCountry)) return user;
  }
  return null;
}

/** The person's own address in the spelling of `parseContact`; null when there is none of the kind. */
export function ownContact(user: User, kind: Contact['kind']): Contact | null {
  const address = user[kind];
  if (address === null) return null;
  const isBare = kind === 'phone' && !address.startsWith('+') && user.phoneCountryCode !== null;
  return { kind, address: isBare ? `${countryOf(user.phoneCountryCode ?? '')}${address}` : address };
}

/** The ways to read `+8613800000001` as a country and a number. No bare number is shorter than seven digits. */
function splits(address: string): [country: string, number: string][] {
  if (!address.startsWith('+')) return [];
  return [2, 3, 4, 5]
    .filter((length) => address.length - length >= 7)
    .map((length) => [address.slice(0, length), address.slice(length)]);
}

function hasCountry({ phoneCountryCode }: User, country: string, orNone: boolean): boolean {
  return phoneCountryCode === null ? orNone : countryOf(phoneCountryCode) === country;
}

function countryOf(code: string): string {
  const country = parsePhoneCountryCode(code);
  return country.startsWith('+') ? country : `+${country}`;
}
