import { errors, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '../core/ground/ports.ts';
import type { Ticker } from '../core/qr/watch.ts';
import type { CheckedOwnToken, JwtEntry, OwnTokenRefusal } from '../core/tokens/own-token.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { type Fault, factsOf, faultOf, fitsAudience, fitsClient } from './judge.ts';
import { type KeyKeeper, keepFetchedKeys, keepWrittenKeys, NoKey } from './key-keeper.ts';
import { type ReadToken, readToken, UnreadableToken } from './read-token.ts';

const tickMs = 1_000;
const retryAfterSeconds = 5;

export type OwnTokenAnswer<Entry extends JwtEntry> =
  | { entry: Entry; checked: CheckedOwnToken; refusal: null }
  | { refusal: OwnTokenRefusal };

export interface OwnTokenChecksParts {
  outbound: Outbound;
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  ticker: Pick<Ticker, 'every'>;
}

/**
 * Whether a token of the company is good for one move of one code. Its unverified `iss`, audience and client choose one entry, and
 * nothing else is tried: that entry's keys, then its rules (RFC 8725 3.8).
 */
export function createOwnTokenChecks<Entry extends JwtEntry>(entries: readonly Entry[], parts: OwnTokenChecksParts) {
  const keepers = keepersOf(entries, parts);
  const tick = () => {
    for (const keeper of new Set(keepers.values())) keeper.tick();
  };
  // The start waits for no issuer.
  tick();
  const stopTicking = parts.ticker.every(tickMs, tick);

  /** Of the entries of this issuer the one the token fits, else the one that comes nearest: it says what is wrong. */
  function choose({ claims }: ReadToken): Entry | undefined {
    const ofIssuer = entries.filter(({ issuer }) => issuer === claims.iss);
    const ofAudience = ofIssuer.filter((entry) => fitsAudience(claims, entry));
    return ofAudience.find((entry) => fitsClient(claims, entry)) ?? ofAudience[0] ?? ofIssuer[0];
  }

  async function check(token: string, { qrcodeId }: { qrcodeId: string }): Promise<OwnTokenAnswer<Entry>> {
    const read = readOrNull(token);
    if ('refusal' in read) return read;
    const entry = choose(read);
    const issuer = String(read.claims.iss).slice(0, 128);
    const refuse = (refusal: Omit<OwnTokenRefusal, 'entryName' | 'issuer' | 'isSigned'>, isSigned = false) => ({
      refusal: { entryName: entry?.name ?? null, issuer, isSigned, ...refusal },
    });
    if (entry === undefined) return refuse({ word: 'unknown_issuer' });
    if (!entry.algorithms.includes(read.header.alg)) {
      return refuse({ word: 'wrong_algorithm', expected: entry.algorithms.join(' or ') });
    }
    const now = parts.clock.now();
    try {
      await verify(token, entry, now);
    } catch (error) {
      if (error instanceof NoKey && error.isOutage) return refuse({ word: 'issuer_unreachable', retryAfterSeconds });
      if (error instanceof NoKey) return refuse({ word: 'unknown_key' });
      const fault = claimFaultOf(error);
      if (fault !== null) return refuse(fault, true);
      if (error instanceof errors.JOSEError) return refuse({ word: 'bad_signature' });
      throw error;
    }
    const fault = faultOf(read, entry, { now, qrcodeId });
    return fault === null ? { entry, checked: factsOf(read, entry), refusal: null } : refuse(fault, true);
  }

  /** By the database's clock (threats T47). jose lets a token without `exp` pass unless it is told to demand it. */
  function verify(token: string, entry: Entry, now: number) {
    const keeper = keepers.get(entry) as KeyKeeper;
    return jwtVerify(token, (header) => keeper.find(header, entry), {
      algorithms: [...entry.algorithms],
      issuer: entry.issuer,
      currentDate: new Date(now),
      clockTolerance: entry.clockToleranceSeconds,
      requiredClaims: ['exp'],
    });
  }

  /** Until what is being fetched is there, or is not. */
  async function settle(): Promise<void> {
    await Promise.all([...keepers.values()].map((keeper) => keeper.settle()));
  }

  return {
    check,
    settle,
    async stop() {
      stopTicking();
      await settle();
    },
  };
}

function readOrNull(token: string): ReadToken | { refusal: OwnTokenRefusal } {
  try {
    return readToken(token);
  } catch (error) {
    if (!(error instanceof UnreadableToken)) throw error;
    const word = error.isEncrypted ? 'encrypted' : 'malformed';
    return { refusal: { word, entryName: null, isSigned: false, expected: error.message } };
  }
}

/** jose looks at claims when the signature held. */
function claimFaultOf(error: unknown): Fault | null {
  if (error instanceof errors.JWTExpired) return { word: 'expired', claim: 'exp', expected: 'a later instant' };
  if (!(error instanceof errors.JWTClaimValidationFailed)) return null;
  const { claim, reason } = error;
  if (reason === 'check_failed') return { word: 'not_yet_valid', claim, expected: 'an earlier instant' };
  return { word: 'required_claim', claim, expected: 'a number' };
}

/** Entries that name the same issuer and the same place share its keys; the keys of two issuers are never mixed. */
function keepersOf<Entry extends JwtEntry>(
  entries: readonly Entry[],
  parts: OwnTokenChecksParts,
): Map<Entry, KeyKeeper> {
  const byPlace = new Map<string, KeyKeeper>();
  const placeOf = ({ issuer, jwksUri }: Entry) => JSON.stringify([issuer, jwksUri]);
  return new Map(
    entries.map((entry) => {
      if (entry.keys !== null) return [entry, keepWrittenKeys(entry.keys)];
      const place = placeOf(entry);
      const sharing = entries.filter((other) => other.keys === null && placeOf(other) === place);
      const algorithms = [...new Set(sharing.flatMap((other) => other.algorithms))];
      const keeper = byPlace.get(place) ?? keepFetchedKeys(entry, { ...parts, algorithms });
      byPlace.set(place, keeper);
      return [entry, keeper];
    }),
  );
}
