import type { CryptoKey, JWTHeaderParameters } from 'jose';
import { errors } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '../core/ground/ports.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { type FetchedKeys, fetchKeys, type KeyPlace } from './fetch-keys.ts';
import { type KeySet, readKeySet } from './key-set.ts';

/** Keys are renewed this often, or sooner when the issuer says so, so that a key it withdrew is gone soon. */
const refreshMs = 600_000;
/** Whatever tokens say and whatever the issuer answers, tokens make us ask no more often (threats T25). */
const cooldownMs = 30_000;
/** Without any keys yet we ask again sooner, on our own account. */
const firstRetryMs = 1_000;
const lastRetryMs = 60_000;
const logAgainMs = 60_000;

/** Why there is no key for a token. */
export class NoKey extends Error {
  /** True: nobody knows, for the issuer cannot be reached. */
  readonly isOutage: boolean;

  constructor(isOutage: boolean) {
    super(isOutage ? 'the issuer cannot be reached' : 'no key of the issuer, or several, fit');
    this.isOutage = isOutage;
  }
}

export interface KeyKeeper {
  /** @throws NoKey */
  find(header: JWTHeaderParameters, options: { staleKeysSeconds: number }): Promise<CryptoKey>;
  /** Renews the keys when it is time; called every second or so. */
  tick(): void;
  /** Until the fetch under way is over. */
  settle(): Promise<void>;
}

/** Keys that the operator wrote down. The start has refused what cannot be used (`config/own-tokens-jwt.ts`). */
export function keepWrittenKeys(keys: readonly Record<string, unknown>[]): KeyKeeper {
  const keySet = readKeySet({ keys });
  return {
    async find(header) {
      const key = await keyIn(keySet, header);
      if (key === null) throw new NoKey(false);
      return key;
    },
    tick() {},
    async settle() {},
  };
}

/** Keys of one issuer, from where it publishes them. Nothing waits for it but tokens that need a key nobody has yet. */
export function keepFetchedKeys(
  place: KeyPlace,
  parts: {
    outbound: Outbound;
    /** The database's: nodes agree on how old keys are. */
    clock: Clock;
    log: Pick<Logger, 'info' | 'warn' | 'error'>;
    /** Of all entries that use these keys: for a warning when none fits. */
    algorithms: readonly string[];
  },
): KeyKeeper {
  const { outbound, clock, log, algorithms } = parts;
  const about = { issuer: place.issuer };
  let known: { keySet: KeySet; freshUntil: number } | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let dueAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let fetching: Promise<void> | null = null;
  let logged = { text: '', at: Number.NEGATIVE_INFINITY };

  /** One at a time, shared by all who want one; never rejects. */
  function fetch(): Promise<void> {
    if (fetching !== null) return fetching;
    askedAt = clock.now();
    fetching = fetchKeys(outbound, place)
      .then(take, fail)
      .finally(() => {
        fetching = null;
      });
    return fetching;
  }

  /** What a good answer leaves out is gone at once. */
  function take({ keySet, maxAgeSeconds }: FetchedKeys): void {
    const freshMs = Math.max(cooldownMs, Math.min(refreshMs, (maxAgeSeconds ?? Number.POSITIVE_INFINITY) * 1000));
    dueAt = clock.now() + freshMs;
    const isFirst = known === null && failures === 0;
    known = { keySet, freshUntil: dueAt };
    if (failures > 0) log.info({ ...about, keys: keySet.size }, 'the keys of an issuer are there again');
    failures = 0;
    if (keySet.passedOver.length > 0)
      say('warn', `keys of ${place.issuer} are passed over: ${keySet.passedOver.join(', ')}`);
    else if (!keySet.fits(algorithms)) {
      say('warn', `no key of ${place.issuer} fits its algorithms: ${algorithms.join(', ')}`);
    } else if (isFirst) log.info({ ...about, keys: keySet.size }, 'the keys of an issuer are there');
  }

  /** Good keys stay: whoever can make the issuer fail must not be able to lock everybody out. */
  function fail(error: Error): void {
    failures += 1;
    const retryMs = Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
    dueAt = clock.now() + (known === null ? retryMs : Math.max(cooldownMs, retryMs));
    say('error', `the keys of ${place.issuer} could not be fetched: ${error.message}`);
  }

  function say(level: 'warn' | 'error', text: string): void {
    const now = clock.now();
    if (text === logged.text && now - logged.at < logAgainMs) return;
    logged = { text, at: now };
    log[level](about, text);
  }

  async function search(header: JWTHeaderParameters, staleKeysSeconds: number): Promise<CryptoKey | null | 'outage'> {
    if (known === null || clock.now() >= known.freshUntil + staleKeysSeconds * 1000) return 'outage';
    return keyIn(known.keySet, header);
  }

  return {
    async find(header, { staleKeysSeconds }) {
      let found = await search(header, staleKeysSeconds);
      if (found !== null && found !== 'outage') return found;
      if (fetching !== null || clock.now() - askedAt >= cooldownMs) {
        await fetch();
        found = await search(header, staleKeysSeconds);
      }
      if (found === 'outage') throw new NoKey(true);
      // The key may be a new one that the issuer could not tell us of.
      if (found === null) throw new NoKey(failures > 0);
      return found;
    },
    tick() {
      if (clock.now() >= dueAt) void fetch();
    },
    async settle() {
      await fetching;
    },
  };
}

async function keyIn({ find }: KeySet, header: JWTHeaderParameters): Promise<CryptoKey | null> {
  try {
    return await find(header);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
