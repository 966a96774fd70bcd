import {
  getCountries,
  getCountryCallingCode,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { DomainError } from '../ground/errors.ts';
import { plainDigits } from './typed-text.ts';

/** The one form of phones, E.164 (`+8613800000001`). On the wire country and number are apart, because clients expect it. */

/** What the published wire means by a phone without a country (wire 4.1: mainland China may leave it out). */
export const publishedCountryCode = '+86';

const punctuation = /[().·/]/g;
const phoneShape = /^\+?[0-9]{7,15}$/;
/** Small towns have short numbers; how short is for the tables to say. */
const numberShape = /^\+?[0-9]{4,15}$/;
/** How often a number may be read anew: some lose an obsolete prefix only at a second reading. */
const maxReadings = 4;

/**
 * @param countryCode of a number that does not begin with its country
 * @throws DomainError invalid_argument
 */
export function parsePhone(given: string, countryCode = publishedCountryCode): string {
  const phone = readPhone(given, countryCode);
  if (phone !== null) return phone;
  throw new DomainError('invalid_argument', { field: 'phone', reason: ['notPhone', countryCode] });
}

/** The one form of a phone; null for none. Numbers need not be assigned: ranges grow faster than tables. */
export function readPhone(given: string, countryCode: string): string | null {
  let phone = internationalDigits(given, countryCode);
  for (let reading = 0; reading < maxReadings; reading++) {
    const number = parseNumber(phone, countryCode);
    if (number === null) return null;
    if (number.number === phone) return phone;
    phone = number.number;
  }
  return null;
}

/** @throws DomainError invalid_argument */
export function parsePhoneCountryCode(given: string): string {
  const digits = plainDigits(given).replace(/^(?:\+|00)/, '');
  if (/^[1-9][0-9]{0,3}$/.test(digits)) return `+${digits}`;
  throw new DomainError('invalid_argument', { field: 'phoneCountryCode', reason: 'notCountryCode' });
}

/** Country code and number apart, as the wire has them. What an earlier release kept and is no phone number stays whole. */
export function phoneParts(phone: string): { phone: string; phoneCountryCode: string | null } {
  const number = phone.startsWith('+') ? parsePhoneNumberFromString(phone) : undefined;
  if (number === undefined || number.number !== phone) return { phone, phoneCountryCode: null };
  return {
    phone: phone.slice(number.countryCallingCode.length + 1),
    phoneCountryCode: `+${number.countryCallingCode}`,
  };
}

const callingCodes = [...new Set(getCountries().map((country) => getCountryCallingCode(country)))];

/** All phones that digits without a country could mean, to find one by the number that `phoneParts` shows. */
export function inEveryCountry(digits: string): string[] {
  return /^[0-9]{4,14}$/.test(digits) ? callingCodes.map((code) => `+${code}${digits}`) : [];
}

export function looksLikePhone(text: string): boolean {
  return phoneShape.test(phoneDigits(text));
}

/** The digits that were typed, with the plus in front if there was one. */
export function phoneDigits(text: string): string {
  return plainDigits(text.replace(/^\s*tel:/i, '')).replaceAll(punctuation, '');
}

function parseNumber(phone: string, countryCode: string): PhoneNumber | null {
  const number = numberShape.test(phone)
    ? parsePhoneNumberFromString(phone, { defaultCallingCode: countryCode.slice(1), extract: false })
    : undefined;
  return number?.isPossible() && number.number.length <= 16 ? number : null;
}

/** Replaces a dialled `00`, or `011` in North America, by the plus it stands for. No national number begins so. */
function internationalDigits(given: string, countryCode: string): string {
  return phoneDigits(given).replace(countryCode === '+1' ? /^(?:011|00)/ : /^00/, '+');
}
