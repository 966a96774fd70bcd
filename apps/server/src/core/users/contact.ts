import { DomainError } from '../ground/errors.ts';
import { parseEmail } from '../identifiers/email-address.ts';
import { type PhoneCountries, phoneCountryCodeOf } from '../identifiers/phone-country.ts';
import {
  looksLikePhone,
  parsePhone,
  parsePhoneCountryCode,
  phoneDigits,
  phoneParts,
  publishedCountryCode,
  readPhone,
} from '../identifiers/phone-number.ts';
import { phoneOf } from './identifiers.ts';
import type { UserStore } from './store.ts';
import type { User } from './user.ts';

/** Where a person can be written to, in the one form of an e-mail address or a phone. */
export interface Contact {
  kind: 'email' | 'phone';
  address: string;
  /** A phone that was given without any country, as it was given. */
  spelled?: string;
}

/**
 * Reads exactly one of e-mail address and phone into its one form, so that what was sent to one spelling is found from another.
 * @throws DomainError invalid_argument, with the field named `email`, `phone` or `phoneCountryCode`
 */
export function parseContact(given: { email?: string; phone?: string; phoneCountryCode?: string }): Contact {
  const { email, phone, phoneCountryCode } = given;
  if ((email === undefined) === (phone === undefined)) {
    throw new DomainError('invalid_argument', {
      field: email === undefined ? 'email' : 'phone',
      reason: 'notEmailOrPhone',
    });
  }
  if (email !== undefined) return { kind: 'email', address: parseEmail(email) };
  const said = phoneCountryCode ? parsePhoneCountryCode(phoneCountryCode) : undefined;
  const spelled = phoneDigits(phone ?? '');
  if (said !== undefined || spelled.startsWith('+')) return { kind: 'phone', address: parsePhone(spelled, said) };
  // A text that is no number with the published country code may be one with the pool's.
  const address = readPhone(spelled, publishedCountryCode) ?? (looksLikePhone(spelled) ? spelled : parsePhone(spelled));
  return { kind: 'phone', address, spelled };
}

/** With the pool's country code for a phone that has none. @throws DomainError invalid_argument */
export function contactIn(directory: PhoneCountries, userPoolId: string, contact: Contact): Contact {
  if (contact.spelled === undefined) return contact;
  return { ...contact, address: parsePhone(contact.spelled, phoneCountryCodeOf(directory, userPoolId)) };
}

/** The person who has the contact, however an earlier release kept it. */
export async function findByContact(
  users: Pick<UserStore, 'findByLogin'>,
  userPoolId: string,
  { kind, address, spelled }: Contact,
): Promise<User | null> {
  // Whoever registered with that spelling comes before whoever has the number in its one form, unless the latter proved it.
  const bySpelling = spelled === undefined ? null : await users.findByLogin(userPoolId, kind, spelled);
  const isMeant = bySpelling !== null && phoneOf(bySpelling) === address;
  if (isMeant && bySpelling.phoneVerified) return bySpelling;
  const byForm = await users.findByLogin(userPoolId, kind, address);
  return isMeant && !byForm?.phoneVerified ? bySpelling : byForm;
}

/** The person's own address in the form of `parseContact`; null when there is none of the kind. */
export function ownContact(user: User, kind: Contact['kind']): Contact | null {
  const address = kind === 'email' ? user.email : phoneOf(user);
  return address === null ? null : { kind, address };
}

/** The person's phone as the wire has it: number and country code apart. */
export function shownPhone({ phone, phoneCountryCode }: Pick<User, 'phone' | 'phoneCountryCode'>) {
  return phone?.startsWith('+') ? phoneParts(phone) : { phone, phoneCountryCode };
}
