import type { CallbackEntry, IntrospectionEntry } from '../core/directory/own-token-entries.ts';
import type { CheckedOwnToken } from '../core/tokens/own-token.ts';
import type { CallbackAnswer } from './callback.ts';
import {
  type Fault,
  factsOf,
  hasRequiredClaims,
  hasSubject,
  isForAudience,
  isNotBornOfScan,
  isOfClient,
  isOfKind,
  isUnbound,
} from './judge.ts';

/** What a company's server told about a token, which nobody else can read. */

type Claims = Record<string, unknown>;
type Rule<Entry> = (told: { claims: Claims }, entry: Entry, now: number) => Fault | null;

/** For clocks that disagree. */
const toleranceMs = 30_000;

/** In this order, so that the first answer is the most telling one. The issuer has judged signature, revocation and type before. */
const introspectionRules: readonly Rule<IntrospectionEntry>[] = [
  isOfIssuer,
  (told) => isOfKind(told, { kind: 'access' }),
  isBearer,
  isNoRefreshToken,
  isLive,
  isForAudience,
  isOfClient,
  hasRequiredClaims,
  isUnbound,
  isNotBornOfScan,
  hasSubject,
  isOfPerson,
];

const callbackRules: readonly Rule<CallbackEntry>[] = [isLive, hasRequiredClaims, isNotBornOfScan];

type Judged = { fault: Fault } | { fault: null; checked: CheckedOwnToken };

export function judgeIntrospection(entry: IntrospectionEntry, claims: Claims, now: number): Judged {
  const fault = firstFault(introspectionRules, entry, claims, now);
  return fault === null ? { fault, checked: factsOf({ claims }, entry) } : { fault };
}

export function judgeCallback(entry: CallbackEntry, answer: CallbackAnswer, now: number): Judged {
  const { subject, session, expiresAt } = answer;
  const claims: Claims = { ...answer.claims, [entry.subject]: subject, exp: expiresAt ?? undefined };
  const fault = firstFault(callbackRules, entry, claims, now);
  if (fault !== null) return { fault };
  return { fault, checked: { ...factsOf({ claims }, entry), subject, session, authTime: null, issuedAt: now } };
}

function firstFault<Entry>(rules: readonly Rule<Entry>[], entry: Entry, claims: Claims, now: number): Fault | null {
  for (const rule of rules) {
    const fault = rule({ claims }, entry, now);
    if (fault !== null) return fault;
  }
  return null;
}

function isOfIssuer({ claims }: { claims: Claims }, { issuer }: IntrospectionEntry): Fault | null {
  if (claims.iss === undefined || claims.iss === issuer) return null;
  return { word: 'required_claim', claim: 'iss', expected: issuer };
}

function isBearer({ claims }: { claims: Claims }): Fault | null {
  const type = claims.token_type;
  if (type === undefined || (typeof type === 'string' && type.toLowerCase() === 'bearer')) return null;
  return { word: 'wrong_type', claim: 'token_type', expected: 'Bearer' };
}

function isNoRefreshToken({ claims }: { claims: Claims }): Fault | null {
  const isAccess = !['refresh', 'refresh_token', 'id_token'].includes(String(claims.token_use));
  return isAccess ? null : { word: 'wrong_type', claim: 'token_use', expected: 'an access token' };
}

/** Both are optional; what is there must be a number that holds. */
function isLive({ claims }: { claims: Claims }, _entry: unknown, now: number): Fault | null {
  for (const claim of ['exp', 'nbf']) {
    const at = claims[claim];
    if (at !== undefined && !Number.isFinite(at)) return { word: 'required_claim', claim, expected: 'a number' };
  }
  const { exp, nbf } = claims as { exp?: number; nbf?: number };
  if (exp !== undefined && exp * 1000 + toleranceMs <= now) {
    return { word: 'expired', claim: 'exp', expected: 'a later instant' };
  }
  if (nbf === undefined || nbf * 1000 - toleranceMs <= now) return null;
  return { word: 'not_yet_valid', claim: 'nbf', expected: 'an earlier instant' };
}

/** A token that an application got for itself names the application. */
function isOfPerson({ claims }: { claims: Claims }, { subject }: IntrospectionEntry): Fault | null {
  if (claims[subject] !== claims.client_id) return null;
  return { word: 'no_subject', claim: subject, expected: 'a person, not the client itself' };
}
