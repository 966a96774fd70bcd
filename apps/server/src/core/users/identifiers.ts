import { IsEmail } from 'typebox/format';
import { DomainError } from '../errors.ts';

/**
 * The names people sign in with. Each kind is kept apart from the others, because `account` tries all of them: a
 * username that looks like an e-mail address or a phone number could stand in for somebody else's.
 */

const phoneShape = /^\+?[0-9]{7,15}$/;
const maxUsernameUnits = 64;
const maxEmailUnits = 254;
const maxExternalIdUnits = 128;

/** @throws DomainError invalid_argument */
export function parseUsername(given: string): string {
  const username = given.normalize('NFC');
  const refuse = refusal('username');
  if (username.length === 0 || username.length > maxUsernameUnits) {
    return refuse(`must have 1 to ${maxUsernameUnits} characters`);
  }
  if (!isPlainWord(username)) return refuse('must not contain spaces, line breaks or invisible characters');
  if (username.includes('@')) return refuse('must not contain @: e-mail addresses have a field of their own');
  if (phoneShape.test(withoutPhonePunctuation(username))) {
    return refuse('must not look like a phone number: phones have a field of their own');
  }
  return username;
}

/** @throws DomainError invalid_argument */
export function parseEmail(given: string): string {
  const email = given.trim();
  const isAddress = email.length <= maxEmailUnits && isPlainWord(email) && !email.includes('"') && IsEmail(email);
  return isAddress ? email : refusal('email')('must be an e-mail address');
}

/** @throws DomainError invalid_argument */
export function parsePhone(given: string): string {
  const phone = withoutPhonePunctuation(given);
  return phoneShape.test(phone) ? phone : refusal('phone')('must be 7 to 15 digits, with or without a leading +');
}

/** @throws DomainError invalid_argument */
export function parsePhoneCountryCode(given: string): string {
  return /^\+?[0-9]{1,4}$/.test(given) ? given : refusal('phoneCountryCode')('must look like +86');
}

/** @throws DomainError invalid_argument */
export function parseExternalId(given: string): string {
  return given.length > 0 && given.length <= maxExternalIdUnits && !/[\p{C}]/u.test(given)
    ? given
    : refusal('externalId')(`must have 1 to ${maxExternalIdUnits} visible characters`);
}

/** What a person typed to sign in, brought to the form the identifiers are kept in. Case is the store's business. */
export function normalizeLogin(typed: string): string {
  const login = typed.trim().normalize('NFC');
  const digits = withoutPhonePunctuation(login);
  return phoneShape.test(digits) ? digits : login;
}

function withoutPhonePunctuation(text: string): string {
  return text.replaceAll(/[\s().-]/g, '');
}

/** No spaces, control, bidi or other invisible characters. */
function isPlainWord(text: string): boolean {
  return !/[\s\p{Z}\p{C}]/u.test(text);
}

function refusal(field: string) {
  return (reason: string): never => {
    throw new DomainError('invalid_argument', { field, reason });
  };
}
