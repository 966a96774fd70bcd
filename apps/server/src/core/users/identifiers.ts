import { DomainError } from '../ground/errors.ts';
import { readEmail } from '../identifiers/email-address.ts';
import { phoneDigits, publishedCountryCode, readPhone } from '../identifiers/phone-number.ts';
import { plainTyped, typeable, withoutEdges } from '../identifiers/typed-text.ts';
import { usernameKey } from '../identifiers/username.ts';
import type { User } from './user.ts';

/** As long as the subject of a company's auth server may be (OpenID Connect Core 2). */
const maxExternalIdUnits = 255;

/** @throws DomainError invalid_argument */
export function parseExternalId(given: string): string {
  if (isExternalId(given)) return given;
  throw new DomainError('invalid_argument', {
    field: 'externalId',
    reason: ['notVisibleCharactersTo', maxExternalIdUnits],
  });
}

export function isExternalId(text: string): boolean {
  return text.length > 0 && text.length <= maxExternalIdUnits && !/[\p{C}]/u.test(text);
}

/** A typed text read as each kind of identifier, in the form that the store looks it up by. */
export interface Login {
  username: string;
  /** The form by which earlier releases compared usernames: people whom it tells apart stay two. */
  usernameAsTyped: string;
  email: string;
  /** Null for what is no phone. */
  phone: string | null;
  phoneAsTyped: string;
}

/** @param countryCode of phones typed without their country */
export function readLogin(typed: string, countryCode = publishedCountryCode): Login {
  return {
    username: usernameKey(withoutEdges(typed)),
    usernameAsTyped: typeable(typed).trim().normalize('NFC').toLowerCase(),
    email: (readEmail(typed) ?? plainTyped(typed)).toLowerCase(),
    phone: readPhone(typed, countryCode),
    phoneAsTyped: phoneDigits(typed),
  };
}

/** One text for all spellings of a name, under which failures are counted when the name is nobody's. */
export function loginKey(typed: string, countryCode?: string): string {
  const { phone, email, username } = readLogin(typed, countryCode);
  return phone ?? (email.includes('@') ? email : username);
}

/** The person's phone in its one form, however an earlier release kept it. What is no phone at all is returned as it was kept. */
export function phoneOf({ phone, phoneCountryCode }: Pick<User, 'phone' | 'phoneCountryCode'>): string | null {
  if (phone === null) return null;
  const countryCode = phoneCountryCode === null ? publishedCountryCode : `+${phoneCountryCode.replace('+', '')}`;
  return readPhone(phone, countryCode) ?? phone;
}

/** The spellings in which earlier releases may have kept a phone, beside its one form; they kept the country code apart. */
export function earlierPhoneSpellings(phone: string): string[] {
  const digits = phone.slice(1);
  const national = [1, 2, 3].map((length) => digits.slice(length)).filter((number) => number.length >= 6);
  return [digits, ...national, ...national.map((number) => `0${number}`)];
}
