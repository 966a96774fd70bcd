import type { ClaimPath, PersonRules } from '../directory/own-token-entries.ts';
import { DomainError } from '../ground/errors.ts';
import { parseEmail } from '../identifiers/email-address.ts';
import { parsePhone } from '../identifiers/phone-number.ts';
import { isStorableText } from './custom/custom-data.ts';
import { cleanText, safePhoto } from './display.ts';

/** What a company says about its person. Null: it says nothing, or nothing that can be kept. */
export interface ToldPerson {
  externalId: string | null;
  nickname: string | null;
  photo: string | null;
  locale: string | null;
  /** In their one form, and only where the company says that it verified them. */
  email: string | null;
  phone: string | null;
  /** By the keys of custom fields; whether those are declared and fit is seen when they are kept. */
  customFields: Record<string, unknown>;
}

/** As the company wrote it. */
export interface PersonWords {
  displayName?: string | null | undefined;
  photo?: string | null | undefined;
  locale?: string | null | undefined;
  email?: string | null | undefined;
  emailVerified?: unknown;
  phone?: string | null | undefined;
  phoneVerified?: unknown;
  customFields?: Record<string, unknown> | undefined;
}

const maxPhotoLength = 2048;
const maxLocaleLength = 35;

/** What the claims of a token say, by the rules of its entry. */
export function toldPerson(claims: Readonly<Record<string, unknown>>, rules: PersonRules): ToldPerson {
  const textAt = (paths: readonly ClaimPath[] = []) => firstOf(claims, paths, isText);
  const { customFields = {} } = rules;
  const told = {
    displayName: textAt(rules.displayName),
    photo: textAt(rules.photo),
    locale: textAt(rules.locale),
    email: textAt(rules.email),
    emailVerified: claims.email_verified,
    phone: textAt(rules.phone),
    phoneVerified: claims.phone_number_verified,
    customFields: Object.fromEntries(
      Object.entries(customFields).map(([key, paths]) => [key, firstOf(claims, paths, isThere)]),
    ),
  };
  return { ...heardPerson(told), externalId: textAt(rules.externalId) };
}

/**
 * Names and photos are shown to strangers, so they are kept in the form in which they are shown (threats T3, T23). An address that
 * the company did not verify is not kept anywhere.
 */
export function heardPerson(told: PersonWords): Omit<ToldPerson, 'externalId'> {
  const { locale = null, customFields = {} } = told;
  const name = cleanText(told.displayName ?? '');
  const photo = safePhoto(told.photo ?? null);
  return {
    nickname: name === '' ? null : name,
    photo: photo !== null && photo.length <= maxPhotoLength && isStorableText(photo) ? photo : null,
    locale: locale !== null && locale.length <= maxLocaleLength && /^[\w-]+$/.test(locale) ? locale : null,
    email: told.emailVerified === true ? formOf(told.email, parseEmail) : null,
    // A number that does not begin with its country could be two people's.
    phone: told.phoneVerified === true && told.phone?.startsWith('+') ? formOf(told.phone, parsePhone) : null,
    customFields: Object.fromEntries(Object.entries(customFields).filter(([, value]) => value != null)),
  };
}

function formOf(address: string | null | undefined, parse: (text: string) => string): string | null {
  try {
    return address == null ? null : parse(address);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

function firstOf<Value>(
  claims: unknown,
  paths: readonly ClaimPath[],
  counts: (value: unknown) => value is Value,
): Value | null {
  for (const path of paths) {
    const value = path.reduce(at, claims);
    if (counts(value)) return value;
  }
  return null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isThere(value: unknown): value is unknown {
  return value != null;
}

function at(holder: unknown, name: string): unknown {
  const isHolder = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name);
  return isHolder ? (holder as Record<string, unknown>)[name] : undefined;
}
