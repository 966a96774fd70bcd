import { ownIssuerPattern } from '@passbeam/protocol';
import { Type } from 'typebox';
import type { EntryRules, OwnTokenEntry } from '../core/directory/own-token-entries.ts';
import type { RawEntry } from './raw-entries.ts';

/** What an entry knows of this server. */
export interface Here {
  /** What our own tokens have in `iss`; null where no environment was read. */
  ownIssuer: string | null;
}

/** One way to know whether a token is good: the key of an entry that says so, and what is kept of it. */
export interface Way<Given> {
  /** What no schema can find; the value may have any shape. Each is a sentence that begins with the key. */
  mistakes(given: RawEntry, at: string, here: Here): string[];
  /** What is allowed, but unwise. */
  warnings(given: Given, at: string): string[];
  /** `rules` is what the entry says beside its way. */
  entryOf(rules: Omit<EntryRules, 'issuer'>, given: Given, userPoolId: string): OwnTokenEntry;
}

export const listOf = (what: string, item: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 512, expected: item }), {
      minItems: 1,
      maxItems: 32,
      expected: `a list of 1 to 32 ${what}`,
    }),
  );

export const seconds = ({ min, max }: { min: number; max: number }) =>
  Type.Optional(
    Type.Integer({ minimum: min, maximum: max, expected: `a whole number of seconds from ${min} to ${max}` }),
  );

export const issuerOf = (what: string) =>
  Type.String({ pattern: ownIssuerPattern, expected: `${what}: at most 512 ASCII characters, no spaces` });

/** Where another server is called. Whether it may be is seen when it is. */
export const place = Type.Refine(Type.String({ maxLength: 2048, expected: 'an https URL without user or #' }), isPlace);

export function httpWarnings(url: string, at: string): string[] {
  return url.startsWith('http:') ? [`${at}.url is http: it is called only if OUTBOUND_ALLOW lists its host.`] : [];
}

export function audienceMistakes({ audiences, clientIds, anyAudience }: RawEntry, at: string): string[] {
  if (audiences !== undefined || clientIds !== undefined || anyAudience === true) return [];
  return [`${at}.audiences is missing. Write the audience of your access tokens, or clientIds.`];
}

export function isPlace(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && !text.includes('#');
}
