import type { Reason } from '@passbeam/protocol';
import { newEvent } from '../../audit/event.ts';
import type { Directory } from '../../directory/directory.ts';
import type { EntryOfPool, EntryRules } from '../../directory/own-token-entries.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Secrets } from '../../ground/ports.ts';
import type { SignedIn } from '../../sessions/signed-in.ts';
import { bearerOf } from '../../tokens/bearer.ts';
import type {
  AskAgain,
  CheckedOwnToken,
  OwnTokenChecks,
  OwnTokenOccasion,
  OwnTokenRefusal,
} from '../../tokens/own-token.ts';
import type { TokenService } from '../../tokens/token-set.ts';
import type { V2LoginTokens } from '../../tokens/v2-login-tokens.ts';
import { toldPerson } from '../../users/told-person.ts';
import type { VouchedPerson } from './vouched-people.ts';

/** Who moves a code: somebody signed in here, or a person whom a token of their company proves. */
export type Mover = { signedIn: SignedIn<'approveCodes'> } | { person: CompanyPerson };

/** A person as a token of their company names them. */
export interface CompanyPerson extends Omit<VouchedPerson, 'rules'> {
  trust: Trust;
  /** The company's name of the phone's login; null when the token holds none. */
  session: string | null;
  /** The app that the token was issued to, as far as it says. */
  client: string | null;
  amr: readonly string[];
  /** Until when the token lets the phone approve, epoch milliseconds; null: for this move and the ticket that comes of it. */
  authorityUntil: number | null;
  askAgain: AskAgain | null;
}

/** What of an entry of `ownTokens` concerns the person, however their token was judged. */
type Trust = EntryOfPool<Pick<EntryRules, 'name' | 'applicationId' | 'requireScanToken' | 'person'>>;

/** Which of our own tokens a generation takes (wire 2.0). */
export type Generation = 'v3' | 'v2';

export interface MoverInput extends OwnTokenOccasion {
  authorization: string | undefined;
  generation: Generation;
}

/** Guesses at tokens are counted by network: whoever sends tokens that no trusted issuer signed must stop some time. */
export interface WrongTokenLimit {
  /** @throws DomainError too_many_requests */
  check(caller: Caller): Promise<void>;
  /** @throws DomainError too_many_requests */
  count(caller: Caller): Promise<void>;
}

/**
 * Decides whose approval a call is, for every name and generation of it (threats T41): that of a login of ours, or of a person whose company
 * is trusted. Nothing is made yet.
 */
export function createMovers(parts: {
  ownTokens: OwnTokenChecks;
  tokens: Pick<TokenService, 'authenticate'>;
  v2LoginTokens: Pick<V2LoginTokens, 'authenticate'>;
  directory: Pick<Directory, 'findApplication'>;
  wrongTokens: WrongTokenLimit;
  secrets: Pick<Secrets, 'randomToken'>;
  audit: { append(event: ReturnType<typeof newEvent>): Promise<void> };
}) {
  const { ownTokens, tokens, v2LoginTokens, directory, wrongTokens, secrets, audit } = parts;

  /** @throws DomainError not_signed_in, user_suspended, qr_born_login, auth_server_unreachable, too_many_requests */
  return async function moverOf(input: MoverInput): Promise<Mover> {
    const { authorization, generation, caller } = input;
    const token = bearerOf(authorization);
    if (token === null || !ownTokens.concerns(token, input)) {
      const ours = generation === 'v3' ? tokens : v2LoginTokens;
      return { signedIn: await ours.authenticate(authorization, 'approveCodes') };
    }
    // Counting goes on, so that the audit log hears of it.
    await wrongTokens.check(caller).catch(() => wrongTokens.count(caller));
    const { entry, checked, refusal } = await ownTokens.check(token, input);
    if (refusal !== null) return refuse(refusal, entry, caller);
    const application = directory.findApplication(entry.applicationId);
    if (!application?.enabled || application.userPoolId !== entry.userPoolId) throw new DomainError('not_signed_in');
    return { person: personOf(entry, checked) };
  };

  async function refuse(refusal: OwnTokenRefusal, entry: EntryOfPool | null, caller: Caller): Promise<never> {
    const { word, claim = null, issuer = null, isSigned } = refusal;
    const event = newEvent(secrets, 'own_token.refused', caller, {
      userPoolId: entry?.userPoolId ?? null,
      applicationId: entry?.applicationId ?? null,
      detail: { entry: entry?.name ?? null, reason: word, claim, issuer },
    });
    await audit.append(event);
    if (word === 'issuer_unreachable') {
      throw new DomainError('auth_server_unreachable', { retryAfterSeconds: refusal.retryAfterSeconds ?? 5 });
    }
    if (word === 'born_of_scan') throw new DomainError('qr_born_login');
    // Whoever holds a token that is signed well can read it, and may hear what is wrong with it. Nobody else may.
    if (isSigned) throw new DomainError('not_signed_in', { reason: reasonOf(refusal, entry) });
    await wrongTokens.count(caller);
    throw new DomainError('not_signed_in');
  }
}

function personOf(entry: EntryOfPool, checked: CheckedOwnToken): CompanyPerson {
  const { issuer, subject, clientId, amr, expiresAt, issuedAt, claims } = checked;
  return {
    userPoolId: entry.userPoolId,
    issuer,
    subject,
    ...toldPerson(claims, entry.person),
    claimsIssuedAt: issuedAt,
    trust: entry,
    session: sessionOf(checked),
    client: clientId,
    amr,
    authorityUntil: expiresAt,
    askAgain: checked.askAgain,
  };
}

/** No `jti`: a phone that renewed its token between SCAN and CONFIRM is the same phone. */
function sessionOf({ session, authTime }: CheckedOwnToken): string | null {
  return session ?? (authTime === null ? null : `auth_time:${authTime}`);
}

function reasonOf({ word, claim = '', expected = '' }: OwnTokenRefusal, entry: EntryOfPool | null): Reason {
  if (word === 'expired') return 'tokenExpired';
  if (word === 'too_long_lived') return ['tokenLivesTooLong', entry?.way === 'jwt' ? entry.maxLifetimeSeconds : 0];
  if (word === 'no_subject') return ['tokenClaimNotSubject', claim];
  if (word === 'not_yet_valid') return ['tokenFromLater', claim];
  if (word === 'bound_to_key') return 'tokenBoundToKey';
  if (word === 'wrong_code') return 'tokenOfOtherCode';
  return ['tokenClaimExpected', claim, expected];
}
