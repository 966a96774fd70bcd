import { createPrivateKey, createPublicKey, type KeyObject, sign as signBytes } from 'node:crypto';
import { promisify } from 'node:util';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  decodeJwt,
  exportPKCS8,
  generateKeyPair,
  importJWK,
  type JWTHeaderParameters,
  jwtVerify,
} from 'jose';
import { JOSEError } from 'jose/errors';
import { newEvent } from '../core/audit/event.ts';
import type { Clock, Secrets } from '../core/ground/ports.ts';
import { createSharedTurn } from '../core/ground/shared-turn.ts';
import { accessTokenSeconds } from '../core/sessions/lifetimes.ts';
import type {
  KeyRotation,
  PublicJwk,
  RotationOptions,
  Signer,
  SigningKeyFacts,
  TokenType,
} from '../core/tokens/signer.ts';
import type { SigningKey, SigningKeyStore } from '../core/tokens/store.ts';
import { isCanonicalJwt } from './canonical.ts';

const algorithm = 'RS256';
const leewaySeconds = 30;
/** So long another node may go on signing with a key that was retired: it looks each five seconds, and its database may be away. */
const noticedWithinMs = 60_000;
/** An unknown `kid` may be another node's new key. Forged ones cost at most `maxUnknownKids` reads in this window. */
const unknownKidWindowMs = 5_000;
const maxUnknownKids = 20;

interface LoadedKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: CryptoKey;
  jwk: PublicJwk;
  retiredAt: number | null;
}

export interface RotatingSigner extends Signer, KeyRotation {}

export async function createSigner(parts: {
  keys: SigningKeyStore;
  issuer: string;
  clock: Clock;
  secrets: Pick<Secrets, 'randomToken'>;
  /** How long a retired key verifies: the longest life of a token, and what another node needs to notice. */
  overlapSeconds?: number;
  /** Default: a fresh RSA key of 2048 bits. */
  newKey?: typeof newSigningKey;
}): Promise<RotatingSigner> {
  const { keys: store, issuer, clock, secrets, newKey = newSigningKey } = parts;
  const overlapMs = (parts.overlapSeconds ?? accessTokenSeconds) * 1000 + noticedWithinMs + leewaySeconds * 1000;
  let loaded = new Map<string, LoadedKey>();
  /** Look-ups of unknown keys by `kid`, since `looksSince`. */
  let looks = new Map<string, Promise<void>>();
  let looksSince = 0;

  if ((await store.list()).every((key) => key.retiredAt !== null)) await store.insertFirst(await newKey(clock.now()));
  const refresh = createSharedTurn(load);
  await refresh();

  async function load(): Promise<void> {
    const rows = await store.list();
    const usable = rows.filter((key) => isUsable(key.retiredAt));
    // Importing a key costs more than reading it, so imported keys are kept and only their retirement is taken over.
    const fresh = await Promise.all(
      usable.map(async (row) => ({ ...(loaded.get(row.kid) ?? (await importKey(row))), retiredAt: row.retiredAt })),
    );
    loaded = new Map(fresh.map((key) => [key.kid, key]));
  }

  function isUsable(retiredAt: number | null): boolean {
    return retiredAt === null || clock.now() < retiredAt + overlapMs;
  }

  function currentKey(): LoadedKey {
    for (const key of loaded.values()) if (key.retiredAt === null) return key;
    throw new Error('there is no signing key in use');
  }

  async function findKey(kid: string | undefined): Promise<LoadedKey | null> {
    if (kid === undefined) return null;
    if (!loaded.has(kid)) await look(kid);
    const key = loaded.get(kid);
    return key && isUsable(key.retiredAt) ? key : null;
  }

  async function look(kid: string): Promise<void> {
    const now = clock.now();
    if (now - looksSince >= unknownKidWindowMs) {
      looks = new Map();
      looksSince = now;
    }
    if (!looks.has(kid) && looks.size < maxUnknownKids) looks.set(kid, readFor(kid));
    await looks.get(kid);
  }

  async function readFor(kid: string): Promise<void> {
    if (!loaded.has(kid)) await refresh();
  }

  async function sign(claims: Record<string, unknown>, typ: TokenType): Promise<string> {
    const key = currentKey();
    const header = JSON.stringify({ alg: algorithm, typ, kid: key.kid });
    const signed = [header, asciiJson({ iss: issuer, ...claims })].map(base64url).join('.');
    const signature = await signInPool('sha256', Buffer.from(signed), key.privateKey);
    return `${signed}.${signature.toString('base64url')}`;
  }

  async function verifyAt(token: string, typ: TokenType, at: number): Promise<Record<string, unknown> | null> {
    if (!isCanonicalJwt(token)) return null;
    const keyOf = async ({ kid }: JWTHeaderParameters) => {
      const key = await findKey(kid);
      if (key === null) throw new UnknownKey();
      return key.publicKey;
    };
    try {
      // Only our own map gives keys: `jwk`, `jku` and `x5u` in a header are never read (threats T34).
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: [algorithm],
        issuer,
        typ,
        currentDate: new Date(at),
        clockTolerance: leewaySeconds,
        requiredClaims: ['exp', 'iat', 'sub', 'aud'],
      });
      return payload;
    } catch (error) {
      if (error instanceof JOSEError || error instanceof UnknownKey) return null;
      throw error;
    }
  }

  async function verifyOnce(token: string, typ: TokenType): Promise<Record<string, unknown> | null> {
    const exp = unverifiedExp(token);
    // The token is judged at the last moment of its life; its signature is checked all the same.
    return exp === null ? null : verifyAt(token, typ, Math.min(clock.now(), exp * 1000 - 1));
  }

  async function rotate({
    eventOf = (kid) => newEvent(secrets, 'key.rotated', null, { detail: { kid } }),
    leastAgeMs = 0,
    dropsOthers = false,
  }: RotationOptions = {}): Promise<string | null> {
    const now = clock.now();
    // Making a key takes a while, so this looks first whether a rotation is allowed now.
    const current = (await store.list()).find((key) => key.retiredAt === null);
    if (current !== undefined && current.createdAt > now - leastAgeMs) return null;
    const successor = await newKey(now);
    const isDone = await store.rotate(successor, now, eventOf(successor.kid), now - leastAgeMs);
    if (!isDone) return null;
    const outdated = (await store.list()).filter(
      ({ retiredAt }) => !isUsable(retiredAt) || (dropsOthers && retiredAt !== null),
    );
    for (const key of outdated) await store.delete(key.kid);
    await refresh();
    return successor.kid;
  }

  async function keys(): Promise<SigningKeyFacts[]> {
    return (await store.list())
      .filter(({ retiredAt }) => isUsable(retiredAt))
      .map(({ kid, createdAt, retiredAt }) => ({
        kid,
        createdAt,
        retiredAt,
        verifiesUntil: retiredAt === null ? null : retiredAt + overlapMs,
      }));
  }

  return {
    sign,
    verify: (token, typ) => verifyAt(token, typ, clock.now()),
    verifyOnce,
    async keySet() {
      // While the store is away, what was read last still checks tokens.
      await refresh().catch(() => {});
      return {
        keys: [...loaded.values()]
          .filter((key) => isUsable(key.retiredAt))
          .sort((a, b) => (b.retiredAt ?? Number.POSITIVE_INFINITY) - (a.retiredAt ?? Number.POSITIVE_INFINITY))
          .map((key) => ({ ...key.jwk })),
      };
    },
    refresh,
    rotate,
    keys,
  };
}

/** Thrown when no key has the `kid`. It is no error of jose's own kind, so that it can be told from those. */
class UnknownKey extends Error {}

export async function newSigningKey(createdAt: number): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { modulusLength: 2048, extractable: true });
  const pem = await exportPKCS8(privateKey);
  const kid = await calculateJwkThumbprint(publicKey);
  return { kid, algorithm, privateKey: pem, createdAt, retiredAt: null };
}

async function importKey({ kid, privateKey, retiredAt }: SigningKey): Promise<LoadedKey> {
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new Error('a signing key must be an RSA key');
  const jwk: PublicJwk = { kty: 'RSA', n, e, kid, use: 'sig', alg: algorithm };
  const publicKey = await importJWK(jwk, algorithm);
  if (publicKey instanceof Uint8Array) throw new Error('a signing key must be asymmetric');
  return { kid, privateKey: createPrivateKey(privateKey), publicKey, jwk, retiredAt };
}

/** RSASSA-PKCS1-v1_5 (RS256) on the pool of threads: the loop goes on meanwhile. */
const signInPool = promisify<string, Buffer, KeyObject, Buffer>(signBytes);

const base64url = (text: string) => Buffer.from(text).toString('base64url');

/** JSON without `>`, `?`, `~` and non-ASCII bytes, so that its base64 and base64url are the same. */
function asciiJson(value: Record<string, unknown>): string {
  return JSON.stringify(value).replace(
    /[>?~\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function unverifiedExp(token: string): number | null {
  try {
    return decodeJwt(token).exp ?? null;
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}
