import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { KeyRotation, SigningKeyFacts } from '../tokens/signer.ts';
import type { Administrator } from './administrator.ts';
import { managementEvent } from './event.ts';

/** The least age at which the current key may be replaced, which keeps the set of retired keys short. */
const leastAgeMs = 3_600_000;

/** Keys belong to all pools together, so a pool's own secret may ask for a new one, and an access key may not. */
export function createSigningKeyManagement({
  rotation,
  secrets,
  clock,
}: {
  rotation: KeyRotation;
  secrets: Secrets;
  clock: Clock;
}) {
  /** Returns the new key's id. @throws DomainError permission_denied, too_many_requests while the current key is under an hour old */
  async function rotate(admin: Administrator, caller: Caller): Promise<string> {
    requirePoolSecret(admin);
    const kid = await rotation.rotate({
      leastAgeMs,
      eventOf: (successor) =>
        managementEvent(secrets, 'admin.signing_key_rotated', admin, caller, { detail: { kid: successor } }),
    });
    if (kid === null) {
      const [current] = await rotation.keys();
      const waitMs = (current?.createdAt ?? 0) + leastAgeMs - clock.now();
      throw new DomainError('too_many_requests', { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
    }
    return kid;
  }

  /** @throws DomainError permission_denied */
  async function list(admin: Administrator): Promise<SigningKeyFacts[]> {
    requirePoolSecret(admin);
    return rotation.keys();
  }

  return { rotate, list };
}

/** The keys sign for every pool: an access key of one pool has no say, nor has an administrator of some pools. */
function requirePoolSecret({ by, userPoolId, reach }: Administrator): void {
  const isAllowed = 'accessKeyId' in by ? by.accessKeyId === userPoolId : reach === 'all';
  if (!isAllowed) throw new DomainError('permission_denied', { reason: 'signWithPoolSecret' });
}
