import type { Directory } from '../directory/directory.ts';
import { liveSecrets } from '../directory/kept/kept.ts';
import type { SecretUses } from '../directory/kept/secret-uses.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { Approver } from '../qr/approval/approve-for.ts';
import type { Signer } from '../tokens/signer.ts';
import { type AccessKey, type KeyRight, mayDo } from './access-key.ts';
import type { Administrator } from './administrator.ts';
import {
  type Brand,
  brandOfScheme,
  readSignature,
  type SignedCall,
  signatureWindowMs,
  textToSign,
} from './signature.ts';
import type { AccessKeyStore, NonceStore } from './store.ts';

/** The life of management tokens, which published clients cache for as long: the value of the published samples (wire 5.1). */
export const managementTokenSeconds = 7200;
/** A key's last use is written at most this often: only people look at it. */
const touchedAfterMs = 60_000;

export interface ManagementToken {
  accessToken: string;
  expiresInSeconds: number;
  /** Unix seconds, as in the token. */
  expiresAt: number;
}

interface Credential {
  userPoolId: string;
  /** The key's id; the pool's id when its secret signed. */
  accessKeyId: string;
  /** Those that work now, the current one first; one but for pools whose secret was rotated. */
  live: readonly string[];
  /** Null when the secret is the pool's own. */
  key: AccessKey | null;
}

/** Decides who may manage a pool (wire 5.1): callers prove it by a signature, or by a token given for the same id and secret. */
export function createManagementAuthority(parts: {
  directory: Directory;
  accessKeys: Pick<AccessKeyStore, 'find' | 'touch'>;
  nonces: NonceStore;
  secretUses: Pick<SecretUses, 'note'>;
  /** Base64 of HMAC-SHA1. */
  hmacSha1(secret: string, text: string): string;
  signer: Pick<Signer, 'sign' | 'verify'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { directory, accessKeys, nonces, hmacSha1, signer, secretUses, secrets, clock } = parts;

  /**
   * Null without management credentials.
   * @throws DomainError signature_* for bad ones, not_signed_in for a token that is no longer good, permission_denied for keys with scopes
   */
  async function authenticate(call: SignedCall): Promise<Administrator | null> {
    const authorization = [call.headers.authorization].flat()[0];
    const brand = brandOfScheme(authorization);
    if (brand !== null) return admit(await checkSignature(call, brand), 'manage');
    const token = /^(?:bearer\s+)?([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    return token !== undefined && claimsToManage(token) ? admit(await checkToken(token), 'manage') : null;
  }

  /**
   * Who approves by this request in the name of others. Each one is signed: there is no token for it.
   * @throws DomainError signature_*, not_signed_in when it is not signed, permission_denied when its key may not approve
   */
  async function authenticateApprover(call: SignedCall): Promise<Approver> {
    const brand = brandOfScheme([call.headers.authorization].flat()[0]);
    if (brand === null) throw new DomainError('not_signed_in', { reason: 'signToApprove' });
    const credential = await checkSignature(call, brand);
    await admit(credential, 'approve');
    const { userPoolId, accessKeyId } = credential;
    const { applicationId, issuer } = credential.key ?? {};
    if (applicationId == null) throw new DomainError('permission_denied', { reason: 'keyMayNotApprove' });
    return { userPoolId, accessKeyId, applicationId, issuer: issuer ?? `urn:passbeam:${userPoolId}:${applicationId}` };
  }

  async function checkSignature(call: SignedCall, brand: Brand): Promise<Credential> {
    const signature = readSignature(call, brand, clock.now());
    const credential = await findCredential(signature.accessKeyId);
    // An unknown key costs the same computation as a known one.
    const text = textToSign(call, brand);
    const right = (credential?.live ?? ['unknown']).find((secret) =>
      secrets.equal(hmacSha1(secret, text), signature.value),
    );
    if (credential === null || right === undefined) throw new DomainError('signature_wrong');
    noteUse(credential, right);

    // Only good signatures take a nonce: nobody can fill the store, or burn somebody's nonce, without the secret.
    const outcome = await nonces.take(
      `${credential.accessKeyId}:${signature.nonce}`,
      signature.signedAt + signatureWindowMs,
    );
    if (outcome === 'used') throw new DomainError('signature_replayed');
    if (outcome === 'full') throw new DomainError('too_many_requests', { retryAfterSeconds: 60 });
    return credential;
  }

  /** Whether a token says of itself, in the clear, that it is a management token. All others are checked elsewhere. */
  function claimsToManage(token: string): boolean {
    try {
      const header = token.slice(0, token.indexOf('.')).replaceAll('-', '+').replaceAll('_', '/');
      return JSON.parse(atob(header)).typ === 'management+jwt';
    } catch {
      return false;
    }
  }

  async function checkToken(token: string): Promise<Credential> {
    const claims = await signer.verify(token, 'management+jwt');
    const credential = typeof claims?.sub === 'string' ? await findCredential(claims.sub) : null;
    if (
      credential === null ||
      claims?.scoped_userpool_id !== credential.userPoolId ||
      typeof claims.key !== 'string' ||
      !isFingerprint(claims.key, credential)
    ) {
      throw new DomainError('not_signed_in', { reason: 'managementTokenEnded' });
    }
    return credential;
  }

  /** Gives a management token (v3) or accessToken (V2) for an id and its secret. @throws DomainError signature_wrong, permission_denied */
  async function mintManagementToken(accessKeyId: string, accessKeySecret: string): Promise<ManagementToken> {
    const credential = await findCredential(accessKeyId);
    const live = credential?.live ?? [secrets.randomToken()];
    const right = live.find((secret) => secrets.equal(secret, accessKeySecret));
    if (credential === null || right === undefined) throw new DomainError('signature_wrong');
    noteUse(credential, right);
    await admit(credential, 'manage');
    const issuedAt = Math.floor(clock.now() / 1000);
    const expiresAt = issuedAt + managementTokenSeconds;
    const claims = {
      sub: credential.accessKeyId,
      aud: credential.userPoolId,
      iat: issuedAt,
      exp: expiresAt,
      jti: secrets.randomToken(),
      scoped_userpool_id: credential.userPoolId,
      key: fingerprint(credential.accessKeyId, right, secrets.currentKeyId),
    };
    const accessToken = await signer.sign(claims, 'management+jwt');
    return { accessToken, expiresInSeconds: managementTokenSeconds, expiresAt };
  }

  /** Ties a token to the secret: when the secret changes, tokens given for the old one end. */
  function fingerprint(accessKeyId: string, secret: string, keyId: string): string {
    return secrets.derive(keyId, 'management-token', accessKeyId, secret) ?? '';
  }

  /** Whether the fingerprint is right. One made with an older key of the server counts as well. */
  function isFingerprint(text: string, credential: Credential): boolean {
    const { accessKeyId, live } = credential;
    return secrets.keyIds.some((keyId) =>
      live.some((secret) => secrets.equal(text, fingerprint(accessKeyId, secret, keyId))),
    );
  }

  /** Of the pool's own secret; keys have their own note of it. */
  function noteUse({ key, userPoolId }: Credential, secret: string): void {
    if (key === null) secretUses.note({ kind: 'userPool', id: userPoolId }, secret);
  }

  /** A program may show at any node what it was given, or changed, at another one a moment ago. */
  async function findCredential(id: string): Promise<Credential | null> {
    await directory.refresh();
    const pool = directory.findPool(id);
    if (pool !== null)
      return { accessKeyId: pool.id, userPoolId: pool.id, live: liveSecrets(pool, clock.now()), key: null };
    const key = await accessKeys.find(id);
    if (key === null || key.status === 'revoked' || directory.findPool(key.userPoolId) === null) return null;
    if (key.expiresAt !== null && key.expiresAt <= clock.now()) return null;
    return { accessKeyId: key.id, userPoolId: key.userPoolId, live: [key.secret], key };
  }

  /**
   * Lets in whoever proved the credential if it may do that, and notes the key's use.
   * @throws DomainError permission_denied
   */
  async function admit({ userPoolId, accessKeyId, key }: Credential, right: KeyRight): Promise<Administrator> {
    if (!mayDo(key ?? { scopes: null }, right)) {
      throw new DomainError('permission_denied', {
        reason: right === 'manage' ? 'keyMayOnlyApprove' : 'keyMayNotApprove',
      });
    }
    const now = clock.now();
    if (key !== null && now - (key.lastUsedAt ?? 0) >= touchedAfterMs) await accessKeys.touch(key.id, now);
    return { userPoolId, role: key?.role ?? 'owner', reach: 'pool', by: { accessKeyId }, freshUntil: null };
  }

  return { authenticate, authenticateApprover, mintManagementToken };
}

export type ManagementAuthority = ReturnType<typeof createManagementAuthority>;
