import type { ClaimPath, PersonRules } from '../directory/own-token-entries.ts';
import { isStorableText } from './custom-data.ts';
import { cleanText, safePhoto } from './display.ts';

/** What a company's own token says about its person. Null: it says nothing, or nothing that can be kept. */
export interface ToldPerson {
  externalId: string | null;
  nickname: string | null;
  photo: string | null;
  locale: string | null;
}

const maxPhotoLength = 2048;
const maxLocaleLength = 35;

/** Names and photos are shown to strangers, so they are kept in the form in which they are shown (threats T3, T23). */
export function toldPerson(claims: Readonly<Record<string, unknown>>, rules: PersonRules): ToldPerson {
  const textAt = (paths: readonly ClaimPath[]) => firstText(claims, paths);
  const name = cleanText(textAt(rules.displayName) ?? '');
  const photo = safePhoto(textAt(rules.photo));
  const locale = textAt(rules.locale);
  return {
    externalId: textAt(rules.externalId),
    nickname: name === '' ? null : name,
    photo: photo !== null && photo.length <= maxPhotoLength && isStorableText(photo) ? photo : null,
    locale: locale !== null && locale.length <= maxLocaleLength && /^[\w-]+$/.test(locale) ? locale : null,
  };
}

function firstText(claims: unknown, paths: readonly ClaimPath[]): string | null {
  for (const path of paths) {
    const value = path.reduce(at, claims);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

function at(holder: unknown, name: string): unknown {
  const isHolder = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name);
  return isHolder ? (holder as Record<string, unknown>)[name] : undefined;
}
