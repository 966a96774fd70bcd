import type { ClaimValue, EntryRules, JwtEntry } from '../core/directory/own-token-entries.ts';
import type { CheckedOwnToken, OwnTokenRefusalWord } from '../core/tokens/own-token.ts';
import type { ReadToken } from './read-token.ts';

/** What is wrong with a token whose signature held. Values are those of the entry, never of the person. */
export interface Fault {
  word: OwnTokenRefusalWord;
  claim?: string;
  expected?: string;
}

/** What is asked about: the moment, and the code that the phone holds. */
export interface Occasion {
  now: number;
  qrcodeId: string;
}

type Claims = Readonly<Record<string, unknown>>;
/** All that most rules look at. */
type Told = { claims: Claims };
type Rule = (token: ReadToken, entry: JwtEntry, occasion: Occasion) => Fault | null;

/** In this order, so that the first answer is the most telling one. jose has judged algorithm, signature, issuer and time before. */
const rules: readonly Rule[] = [
  isOfType,
  isOfKind,
  isIssuedBefore,
  livesShortEnough,
  isForAudience,
  isOfClient,
  hasRequiredClaims,
  isUnbound,
  isForCode,
  isNotBornOfScan,
  hasSubject,
];

export function faultOf(token: ReadToken, entry: JwtEntry, occasion: Occasion): Fault | null {
  for (const rule of rules) {
    const fault = rule(token, entry, occasion);
    if (fault !== null) return fault;
  }
  return null;
}

/** The facts of a token without fault. */
export function factsOf(
  { claims }: Told,
  entry: Pick<EntryRules, 'issuer' | 'subject' | 'sessionClaims'>,
): CheckedOwnToken {
  return {
    issuer: entry.issuer,
    subject: claims[entry.subject] as string,
    clientId: clientOf(claims),
    session: sessionOf(claims, entry),
    amr: amrOf(claims).slice(0, 8),
    authTime: instantOf(claims.auth_time),
    issuedAt: instantOf(claims.iat),
    expiresAt: instantOf(claims.exp),
    claims,
    askAgain: null,
  };
}

type Audience = Pick<JwtEntry, 'audiences' | 'clientIds'> & Partial<Pick<JwtEntry, 'anyAudience'>>;

export function fitsAudience(claims: Claims, { audiences, clientIds, anyAudience = false }: Audience): boolean {
  // An entry that demands nothing is a slip of whoever made it, unless it says so.
  if (audiences.length === 0) return clientIds.length > 0 || anyAudience;
  return listOf(claims.aud).some((audience) => audiences.includes(audience));
}

export function fitsClient(claims: Claims, { clientIds }: Pick<JwtEntry, 'clientIds'>): boolean {
  return clientIds.length === 0 || clientIds.includes(clientOf(claims) ?? '');
}

/** Whom the token was issued to; the first of these that is there counts, also when it is no text. */
function clientOf(claims: Claims): string | null {
  const claim = ['azp', 'client_id', 'appid', 'cid'].find((name) => Object.hasOwn(claims, name));
  const client = claim === undefined ? null : claims[claim];
  return typeof client === 'string' && client !== '' ? client : null;
}

export function isForAudience({ claims }: Told, entry: Audience): Fault | null {
  if (fitsAudience(claims, entry)) return null;
  return { word: 'wrong_audience', claim: 'aud', expected: anyOf(entry.audiences) };
}

export function isOfClient({ claims }: Told, entry: Pick<JwtEntry, 'clientIds'>): Fault | null {
  if (fitsClient(claims, entry)) return null;
  return { word: 'wrong_client', claim: 'azp, client_id, appid or cid', expected: anyOf(entry.clientIds) };
}

/** RFC 9068 4: the only separation that is complete, where the issuer writes `at+jwt`. */
function isOfType({ header }: ReadToken, { types }: JwtEntry): Fault | null {
  if (types.some((type) => mediaType(type) === mediaType(header.typ))) return null;
  return { word: 'wrong_type', claim: 'typ', expected: anyOf(types.map((type) => type ?? 'none')) };
}

function mediaType(type: string | null): string | null {
  return type === null ? null : type.toLowerCase().replace(/^application\//, '');
}

/** Tokens that show themselves as something else. A `nonce` shows nothing: some issuers put it into access tokens. */
export function isOfKind({ claims }: Told, { kind }: Pick<JwtEntry, 'kind'>): Fault | null {
  const mark = Object.hasOwn(claims, 'events')
    ? 'events'
    : kind === 'access'
      ? markOfIdToken(claims)
      : markOfAccessToken(claims);
  if (mark === null && !isKeycloakType(claims, ['refresh', 'offline', 'logout'])) return null;
  return { word: 'wrong_type', claim: mark ?? 'typ', expected: kind === 'access' ? 'an access token' : 'an ID token' };
}

function markOfIdToken(claims: Claims): string | null {
  if (isKeycloakType(claims, ['id'])) return 'typ';
  if (claims.token_use === 'id') return 'token_use';
  return ['at_hash', 'c_hash'].find((name) => Object.hasOwn(claims, name)) ?? null;
}

function markOfAccessToken(claims: Claims): string | null {
  if (isKeycloakType(claims, ['bearer', 'dpop'])) return 'typ';
  return claims.token_use === 'access' ? 'token_use' : null;
}

/** Keycloak names the kind in a claim `typ`, beside the header's. */
function isKeycloakType({ typ }: Claims, kinds: string[]): boolean {
  return typeof typ === 'string' && kinds.includes(typ.toLowerCase());
}

/** jose judges `exp` and `nbf`, and passes over an `iat` that is ahead. */
function isIssuedBefore({ claims }: ReadToken, { clockToleranceSeconds }: JwtEntry, { now }: Occasion): Fault | null {
  const { iat } = claims as { iat?: number };
  if (iat === undefined || iat <= now / 1000 + clockToleranceSeconds) return null;
  return { word: 'not_yet_valid', claim: 'iat', expected: 'an earlier instant' };
}

function livesShortEnough({ claims }: ReadToken, { maxLifetimeSeconds }: JwtEntry, { now }: Occasion): Fault | null {
  const { exp, iat = now / 1000 } = claims as { exp: number; iat?: number };
  if (exp - iat <= maxLifetimeSeconds) return null;
  return { word: 'too_long_lived', claim: 'exp', expected: `at most ${maxLifetimeSeconds} seconds` };
}

export function hasRequiredClaims(
  { claims }: Told,
  { requiredClaims }: Pick<EntryRules, 'requiredClaims'>,
): Fault | null {
  for (const [claim, wanted] of Object.entries(requiredClaims)) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    const options = [wanted].flat() as ClaimValue[];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const isThere = options.some((option) => (option === true ? saysSomething(value) : values.includes(option)));
    if (!isThere) return { word: 'required_claim', claim, expected: anyOf(options.map(String)) };
  }
  return null;
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Good only with a proof of possession (DPoP, mTLS): without checking that, it would become a bearer token. */
export function isUnbound({ claims }: Told): Fault | null {
  return Object.hasOwn(claims, 'cnf') ? { word: 'bound_to_key', claim: 'cnf', expected: 'no cnf' } : null;
}

function isForCode({ claims }: ReadToken, { bindsCode }: JwtEntry, { qrcodeId }: Occasion): Fault | null {
  if (!bindsCode || claims.qrcode_id === qrcodeId) return null;
  return { word: 'wrong_code', claim: 'qrcode_id', expected: 'the id of the code that is scanned' };
}

/** A browser that a scan logged in must not approve the next code (threats T19). */
export function isNotBornOfScan({ claims }: Told): Fault | null {
  return amrOf(claims).includes('qr') ? { word: 'born_of_scan', claim: 'amr', expected: 'no qr' } : null;
}

/**
 * A text, compared to the byte ever after. No number: those of 64 bits lose digits, and two people would be one.
 * Without a subject all people would be one.
 */
export function hasSubject({ claims }: Told, { subject: claim }: Pick<EntryRules, 'subject'>): Fault | null {
  const subject = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  const isGood = typeof subject === 'string' && subject.length <= 255 && /^\P{Cc}+$/u.test(subject);
  return isGood ? null : { word: 'no_subject', claim, expected: 'a text of 1 to 255 characters' };
}

function sessionOf(claims: Claims, { sessionClaims }: Pick<EntryRules, 'sessionClaims'>): string | null {
  for (const claim of sessionClaims) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (typeof value === 'string' && value !== '' && value.length <= 255) return value;
  }
  return null;
}

function amrOf({ amr }: Claims): string[] {
  return listOf(amr);
}

function listOf(value: unknown): string[] {
  return [value].flat().filter((item) => typeof item === 'string');
}

function instantOf(value: unknown): number | null {
  return typeof value === 'number' ? value * 1000 : null;
}

function anyOf(values: readonly string[]): string {
  return values.join(' or ') || 'audiences or clientIds of the entry';
}
