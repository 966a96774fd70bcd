import { withoutStrayJoiners } from '../identifiers/joiners.ts';
import type { User } from './user.ts';

/** What strangers see of a person before any login: never an unmasked address, a script or a layout trick (threats T3, T23). */

const maxDisplayCodePoints = 64;
const neutralName = 'User';
/** The most UTF-16 units that are read: room for 64 code points with a sane number of combining marks. */
const maxInputUnits = 1024;
/** Letters and marks that draw nothing by themselves: Hangul fillers, the empty Braille cell, lone combining marks. */
const blank = /[\s\u115F\u1160\u2800\u3164\uFFA0]|\p{M}/gu;
/** Marks that any letter can carry; a pile of them covers the neighbours. Marks of one script are part of its letters. */
const commonMarks = /([\p{M}&&\p{Script=Inherited}]{4})[\p{M}&&\p{Script=Inherited}]+/gv;
/** More marks on one letter than any script needs: Burmese and Tibetan syllables have five or six. */
const manyMarks = /(\p{M}{8})\p{M}+/gu;

/** Harmless text: NFC, no control, bidi or invisible characters but joiners of the spelling, at most 64 code points. */
export function cleanText(text: string): string {
  const visible = text
    .slice(0, maxInputUnits)
    .toWellFormed()
    .replaceAll(/(?![\u200C\u200D])[\p{Cf}\p{Cs}\p{Co}\p{Cn}\uFFFD]/gu, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ');
  const spelled = withoutStrayJoiners(visible)
    .normalize('NFC')
    .replaceAll(commonMarks, '$1')
    .replaceAll(manyMarks, '$1')
    .trim();
  // The cut may leave a joiner without the letters that it joined.
  const short = [...spelled].slice(0, maxDisplayCodePoints).join('');
  return withoutStrayJoiners(short).trimEnd();
}

/** The first of the person's names that has visible characters, in the order official clients use (wire 6.4). */
export function displayName(user: Pick<User, 'username' | 'email' | 'phone' | 'profile'>): string {
  const { profile } = user;
  for (const name of [profile.nickname, user.username, profile.name, profile.givenName, profile.familyName]) {
    const clean = cleanText(name ?? '');
    if (clean.replaceAll(blank, '') !== '') return clean;
  }
  return maskEmail(user.email) ?? maskPhone(user.phone) ?? neutralName;
}

/** The person's avatar when it is a plain https address, else this server's own. */
export function photoUrl(user: Pick<User, 'profile'>, publicUrl: string): string {
  return safePhoto(user.profile.photo) ?? `${publicUrl}/avatars/default.png`;
}

/** The address when it is a plain https one, as it may be shown to strangers. */
export function safePhoto(photo: string | null | undefined): string | null {
  // The text is checked before it is parsed: the parser would silently drop line breaks and turn backslashes into slashes.
  if (!photo || !/^https:\/\/[^\s"'`<>\\\p{C}]+$/iu.test(photo)) return null;
  const url = URL.parse(photo);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null;
}

/** How the person may be recognised without being told: a masked address, or the username. */
export function maskedIdentifier({
  username,
  email,
  phone,
}: Pick<User, 'username' | 'email' | 'phone'>): string | null {
  return maskEmail(email) ?? maskPhone(phone) ?? (username === null ? null : cleanText(username));
}

function maskEmail(email: string | null): string | null {
  const [, first, domain] = /^(.).*@(.+)$/u.exec(cleanText(email ?? '')) ?? [];
  return first && domain ? `${first}***@${domain}` : null;
}

function maskPhone(phone: string | null): string | null {
  const digits = phone?.replaceAll(/\D/g, '') ?? '';
  return digits.length < 7 ? null : `***${digits.slice(-4)}`;
}

export function resourceName(user: Pick<User, 'id' | 'userPoolId'>): string {
  return `arn:cn:authing:${user.userPoolId}:user:${user.id}`;
}
