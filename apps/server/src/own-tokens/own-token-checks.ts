import { errors, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import type { EntryOfPool, JwtEntry } from '../core/directory/own-token-entries.ts';
import type { Clock } from '../core/ground/ports.ts';
import type { Ticker } from '../core/qr/watch.ts';
import type { OwnTokenAnswer, OwnTokenRefusal } from '../core/tokens/own-token.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { type Fault, factsOf, faultOf, fitsAudience, fitsClient } from './judge.ts';
import { type KeyKeeper, keepFetchedKeys, keepWrittenKeys, NoKey } from './key-keeper.ts';
import { type ReadToken, readToken, UnreadableToken } from './read-token.ts';
import { createRefusalLog } from './refusal-log.ts';

const tickMs = 1_000;
const retryAfterSeconds = 5;

type Entry = EntryOfPool<JwtEntry>;

export interface OwnTokenChecksParts {
  /** The entries of all pools as they are now. Another list whenever something changed. */
  entries(): readonly EntryOfPool[];
  outbound: Outbound;
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  ticker: Pick<Ticker, 'every'>;
}

/**
 * Whether a token of the company is good for one move of one code. Its unverified `iss`, audience and client choose one entry, and
 * nothing else is tried: that entry's keys, then its rules (RFC 8725 3.8).
 */
export function createOwnTokenChecks(parts: OwnTokenChecksParts) {
  let known: KnownEntries = { all: [], entries: [], keepers: new Map(), byPlace: new Map() };

  function current(): KnownEntries {
    const entries = parts.entries();
    if (entries !== known.all) known = withKeepers(entries, known, parts);
    return known;
  }

  const tell = createRefusalLog(parts);
  // The start waits for no issuer: its keys are fetched when the first second is over, or when the first token comes.
  const stopTicking = parts.ticker.every(tickMs, () => {
    for (const keeper of current().byPlace.values()) keeper.tick();
  });

  /** Of the entries of this issuer the one the token fits, else the one that comes nearest: it says what is wrong. */
  function choose({ claims }: ReadToken): Entry | undefined {
    const ofIssuer = current().entries.filter(({ issuer }) => issuer === claims.iss);
    const ofAudience = ofIssuer.filter((entry) => fitsAudience(claims, entry));
    return ofAudience.find((entry) => fitsClient(claims, entry)) ?? ofAudience[0] ?? ofIssuer[0];
  }

  async function check(token: string, occasion: { qrcodeId: string }): Promise<OwnTokenAnswer> {
    const answer = await judge(token, occasion);
    const issuers = current().entries.map(({ issuer }) => issuer);
    if (answer.refusal !== null) tell(answer.refusal, issuers);
    return answer;
  }

  async function judge(token: string, { qrcodeId }: { qrcodeId: string }): Promise<OwnTokenAnswer> {
    const read = readOrNull(token);
    if ('refusal' in read) return read;
    const entry = choose(read) ?? null;
    const issuer = String(read.claims.iss).slice(0, 128);
    const refuse = (refusal: Omit<OwnTokenRefusal, 'entryName' | 'issuer' | 'isSigned'>, isSigned = false) => ({
      entry,
      checked: null,
      refusal: { entryName: entry?.name ?? null, issuer, isSigned, ...refusal },
    });
    if (entry === null) return refuse({ word: 'unknown_issuer' });
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
    const keeper = current().keepers.get(entry) ?? keepNoKeys;
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
    await Promise.all([...known.byPlace.values()].map((keeper) => keeper.settle()));
  }

  return {
    trustsAny: () => current().entries.length > 0,
    check,
    settle,
    async stop() {
      stopTicking();
      await settle();
    },
  };
}

function readOrNull(token: string): ReadToken | Extract<OwnTokenAnswer, { checked: null }> {
  try {
    return readToken(token);
  } catch (error) {
    if (!(error instanceof UnreadableToken)) throw error;
    const word = error.isEncrypted ? 'encrypted' : 'malformed';
    const refusal = { word, entryName: null, isSigned: false, expected: error.message } as const;
    return { entry: null, checked: null, refusal };
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

interface KnownEntries {
  all: readonly EntryOfPool[];
  entries: readonly Entry[];
  keepers: ReadonlyMap<Entry, KeyKeeper>;
  byPlace: ReadonlyMap<string, KeyKeeper>;
}

/** Of an entry that was taken away while its token was being looked at. */
const keepNoKeys: Pick<KeyKeeper, 'find'> = {
  async find() {
    throw new NoKey(false);
  },
};

/**
 * Entries that name the same issuer and the same place share its keys; the keys of two issuers are never mixed. Keys stay known when
 * something else of the entries changes.
 */
function withKeepers(all: readonly EntryOfPool[], before: KnownEntries, parts: OwnTokenChecksParts): KnownEntries {
  const entries = all.filter((entry) => entry.way === 'jwt');
  const entriesAt = Map.groupBy(entries, placeOf);
  const byPlace = new Map<string, KeyKeeper>();
  for (const [place, sharing] of entriesAt) {
    const [entry] = sharing as [Entry];
    const algorithms = [...new Set(sharing.flatMap((other) => other.algorithms))];
    const made = () =>
      entry.keys === null ? keepFetchedKeys(entry, { ...parts, algorithms }) : keepWrittenKeys(entry.keys);
    byPlace.set(place, before.byPlace.get(place) ?? made());
  }
  const keepers = new Map(entries.map((entry) => [entry, byPlace.get(placeOf(entry)) as KeyKeeper]));
  return { all, entries, keepers, byPlace };
}

function placeOf({ issuer, jwksUri, keys }: Entry): string {
  return JSON.stringify([issuer, jwksUri, keys]);
}
