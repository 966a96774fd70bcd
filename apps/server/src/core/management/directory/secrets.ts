import { secretOverlapBounds } from '@passbeam/protocol';
import type { AuditType } from '../../audit/event.ts';
import type { AuditStore } from '../../audit/store.ts';
import type { Application } from '../../directory/application.ts';
import type { Directory } from '../../directory/directory.ts';
import { changedBy, checkVersion } from '../../directory/kept/kept.ts';
import type { SecretFacts, SecretHistory, SecretHolder } from '../../directory/kept/secret-history.ts';
import type { UserPool } from '../../directory/pool.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { type Administrator, idOf } from '../administrator.ts';
import { managementEvent } from '../event.ts';

/** The current one, one that is ending, and the one before. */
const maxListed = 3;

export interface Rotation {
  /** Null: the secret of the pool itself. */
  appId: string | null;
  overlapSeconds?: number | undefined;
  idempotencyKey?: string | undefined;
  /** Of the next secret, as `next` showed it. */
  nextSecretId?: string | undefined;
  ifVersion?: number | undefined;
}

export interface RotatedSecret {
  secretId: string;
  secret: string;
  previousEndsAt: number | null;
}

export interface ListedSecret extends SecretFacts {
  state: 'current' | 'ending' | 'ended';
}

/** Secrets of the pool and its applications: two live at most, and one that ended never works again (threats T38). */
export function createSecretManagement(parts: {
  directory: Directory;
  audit: Pick<AuditStore, 'append'>;
  secretHistory: Pick<SecretHistory, 'list' | 'wasReplaced'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { directory, audit, secretHistory, secrets, clock } = parts;

  /** @throws DomainError app_not_found */
  function holderOf({ userPoolId }: Administrator, appId: string | null): Application | UserPool {
    if (appId === null) return directory.getPool(userPoolId);
    const application = directory.findApplication(appId);
    if (application?.userPoolId !== userPoolId) throw new DomainError('app_not_found', { field: 'appId' });
    return application;
  }

  const nameOf = ({ id }: { id: string }, appId: string | null): SecretHolder => ({
    kind: appId === null ? 'userPool' : 'application',
    id,
  });

  function eventOf(
    type: AuditType,
    admin: Administrator,
    appId: string | null,
    { name }: { name: string },
    caller: Caller,
    detail: Record<string, string> = {},
  ) {
    const about = appId === null ? {} : { applicationId: appId };
    return managementEvent(secrets, type, admin, caller, { ...about, detail: { operationParam: name, ...detail } });
  }

  async function save(
    admin: Administrator,
    {
      appId,
      after,
      version,
      type,
    }: {
      appId: string | null;
      after: Application | UserPool;
      version: number | undefined;
      type: AuditType;
    },
    caller: Caller,
  ): Promise<void> {
    const next = changedBy(after, idOf(admin), clock.now());
    const event = eventOf(type, admin, appId, after, caller);
    if ('userPoolId' in next) await directory.putApplication(next, event, version);
    else await directory.putPool(next, event, version);
  }

  /**
   * A new secret works from now on, and the one before for `overlapSeconds` more; one that was ending ends. Asked again with the same
   * idempotency key, or for the same next secret, that one is shown, for it is derived.
   * @throws DomainError app_not_found, secret_not_found, version_conflict, invalid_argument
   */
  function rotate(admin: Administrator, asked: Rotation, caller: Caller): Promise<RotatedSecret> {
    const { appId, idempotencyKey, nextSecretId, ifVersion } = asked;
    if (idempotencyKey !== undefined && nextSecretId !== undefined) {
      throw new DomainError('invalid_argument', { field: 'nextSecretId', reason: 'severalNamed' });
    }
    const overlapSeconds = asked.overlapSeconds ?? secretOverlapBounds.min;
    return directory.change(async (version) => {
      const before = holderOf(admin, appId);
      const holder = nameOf(before, appId);
      const drawn = idempotencyKey === undefined ? [secrets.randomId(32)] : derived(holder, idempotencyKey);
      const [previous] = before.olderSecrets;
      // Asked again: nothing changes.
      const isRepeat = drawn.includes(before.secret) || idOfSecret(before.secret) === nextSecretId;
      if (isRepeat) return shown(before.secret, previous?.endsAt ?? null);
      checkVersion(before, ifVersion);
      const [secret = ''] = nextSecretId === undefined ? drawn : [nextOf(before, holder, nextSecretId)];
      if (await secretHistory.wasReplaced(holder, secret)) {
        throw new DomainError('invalid_argument', { field: 'idempotencyKey', reason: 'givenTwice' });
      }
      const endsAt = overlapSeconds === 0 ? null : clock.now() + overlapSeconds * 1000;
      const olderSecrets = endsAt === null ? [] : [{ secret: before.secret, endsAt }];
      const type = appId === null ? 'admin.userpool_secret_rotated' : 'admin.application_secret_rotated';
      await save(admin, { appId, after: { ...before, secret, olderSecrets }, version, type }, caller);
      return shown(secret, endsAt);
    });
  }

  function derived({ kind, id }: SecretHolder, idempotencyKey: string): string[] {
    return secrets.keyIds.flatMap((keyId) => secrets.derive(keyId, 'rotated-secret', kind, id, idempotencyKey) ?? []);
  }

  /** Those that may follow, by each key of the server: another current secret has another next one. */
  const nextSecrets = ({ secret }: { secret: string }, { kind, id }: SecretHolder): string[] =>
    secrets.keyIds.flatMap((keyId) => secrets.derive(keyId, 'next-secret', kind, id, secrets.hash(secret)) ?? []);

  /** @throws DomainError secret_not_found when it was never shown, or another secret came meanwhile */
  function nextOf(before: { secret: string }, holder: SecretHolder, secretId: string): string {
    const found = nextSecrets(before, holder).find((secret) => idOfSecret(secret) === secretId);
    if (found === undefined) throw new DomainError('secret_not_found', { field: 'nextSecretId' });
    return found;
  }

  /**
   * The secret that a rotation may make the current one, so that it can be put where it is used beforehand. It is derived from the present
   * one and the server's key: nothing is kept, and it does not work yet. That it was shown is recorded.
   * @throws DomainError app_not_found
   */
  async function next(
    admin: Administrator,
    appId: string | null,
    caller: Caller,
  ): Promise<{ secretId: string; secret: string }> {
    const holder = holderOf(admin, appId);
    const [secret = ''] = nextSecrets(holder, nameOf(holder, appId));
    const type = appId === null ? 'admin.userpool_secret_shown' : 'admin.application_secret_shown';
    await audit.append(eventOf(type, admin, appId, holder, caller, { which: 'next' }));
    return { secretId: idOfSecret(secret), secret };
  }

  function shown(secret: string, previousEndsAt: number | null): RotatedSecret {
    return { secretId: idOfSecret(secret), secret, previousEndsAt };
  }

  /** As the history names it. */
  const idOfSecret = (secret: string) => secrets.hash(secret).slice(0, 16);

  /** Newest first. @throws DomainError app_not_found */
  async function list(admin: Administrator, appId: string | null): Promise<ListedSecret[]> {
    const holder = holderOf(admin, appId);
    const known = await secretHistory.list(nameOf(holder, appId), maxListed);
    const now = clock.now();
    const current = idOfSecret(holder.secret);
    // Nothing is known of secrets that an earlier release made until they change or are used.
    const first = {
      id: current,
      hint: holder.secret.slice(-4),
      createdAt: holder.createdAt,
      lastUsedAt: null,
      endsAt: null,
    };
    const all = known.some(({ id }) => id === current) ? known : [first, ...known].slice(0, maxListed);
    return all
      .map((facts): ListedSecret => ({ ...facts, state: stateOf(facts, now) }))
      .sort((one, other) => (other.endsAt ?? Number.MAX_VALUE) - (one.endsAt ?? Number.MAX_VALUE));
  }

  /** Ends a secret whose end is still to come. @throws DomainError app_not_found, secret_not_found */
  function end(admin: Administrator, asked: { appId: string | null; secretId: string }, caller: Caller): Promise<void> {
    const { appId, secretId } = asked;
    return directory.change(async (version) => {
      const before = holderOf(admin, appId);
      const olderSecrets = before.olderSecrets.filter(({ secret }) => idOfSecret(secret) !== secretId);
      if (olderSecrets.length === before.olderSecrets.length) {
        throw new DomainError('secret_not_found', { field: 'secretId' });
      }
      const type = appId === null ? 'admin.userpool_secret_ended' : 'admin.application_secret_ended';
      await save(admin, { appId, after: { ...before, olderSecrets }, version, type }, caller);
    });
  }

  return { rotate, next, list, end };
}

function stateOf({ endsAt }: SecretFacts, now: number): ListedSecret['state'] {
  if (endsAt === null) return 'current';
  return endsAt > now ? 'ending' : 'ended';
}
