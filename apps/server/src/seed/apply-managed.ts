import { isDeepStrictEqual } from 'node:util';
import type { ApplicationEntry, ConfigFile, PoolEntry } from '../config/file-schema.ts';
import { changesOf } from '../core/audit/changes.ts';
import { newEvent } from '../core/audit/event.ts';
import type { Application } from '../core/directory/application.ts';
import type { Directory } from '../core/directory/directory.ts';
import { changedBy } from '../core/directory/kept/kept.ts';
import { type Managed, managedByNobody } from '../core/directory/kept/managed.ts';
import type { SecretHistory } from '../core/directory/kept/secret-history.ts';
import { newApplication } from '../core/directory/new-application.ts';
import { newPool, type UserPool } from '../core/directory/pool.ts';
import { defaultApplicationProfile } from '../core/directory/profile.ts';
import type { Clock, Secrets } from '../core/ground/ports.ts';
import {
  applicationOf,
  applicationSide,
  differences,
  type FileFacts,
  handoversOf,
  isHandedOver,
  managedOf,
  type Path,
  pathName,
  poolOf,
  poolSide,
  type Report,
  secretAfter,
} from './managed-step.ts';

/** Writes what the file says of pools and applications, each with the event that tells it. */

interface ManagedParts {
  directory: Directory;
  secretHistory: Pick<SecretHistory, 'wasReplaced'>;
  secrets: Pick<Secrets, 'randomToken'>;
  clock: Clock;
  report?: Report;
  /** True: nothing is written, only reported. */
  isTrial?: boolean;
}

/** Who the changes are by. */
const byFile = 'config_file';

interface Place extends FileFacts {
  at: Path;
}

/** @returns whether anything changed */
export async function applyPool(
  { entry, ...place }: Place & { entry: PoolEntry },
  parts: ManagedParts,
): Promise<boolean> {
  const { directory, clock } = parts;
  const configuration = entry.configuration ?? 'managed';
  return directory.change(async (version) => {
    const now = clock.now();
    const stored = directory.findPool(entry.id);
    const base = stored ?? newPool({ id: entry.id, name: entry.name, secret: entry.secret }, now);
    const isOnlyMade = configuration === 'seed' && stored !== null;
    const written = isOnlyMade ? base : poolOf(entry, base);
    const secret = await secretOf({ entry, place, stored, base }, { kind: 'userPool', isOnlyMade }, parts);
    const managed = { ...managedOf(entry, poolSide(base).flat, { configuration, ...place }), ...secret.version };
    const after = { ...written, ...secret.held, managed };
    if (stored !== null && isDeepStrictEqual(after, stored)) return false;
    const facts = { userPoolId: entry.id, applicationId: null };
    const told = tell({ before: stored && poolSide(stored), after: poolSide(after), facts, place }, parts);
    const isTold = told.isTold || stored === null;
    const next = isTold ? asChanged(stored, after, now) : after;
    if (!parts.isTrial) await directory.putPool(next, isTold ? told.event : undefined, version);
    told.report();
    return isTold;
  });
}

/** @returns whether anything changed */
export async function applyApplication(
  { entry, pool, ...place }: Place & { entry: ApplicationEntry; pool: PoolEntry },
  parts: ManagedParts,
): Promise<boolean> {
  const { directory, clock } = parts;
  const configuration = pool.configuration ?? 'managed';
  return directory.change(async (version) => {
    const now = clock.now();
    const stored = directory.findApplication(entry.id);
    const base = stored ?? blank(entry, pool.id, parts);
    const isOnlyMade = configuration === 'seed' && stored !== null;
    const written = isOnlyMade ? base : applicationOf(entry, base, now);
    const secret = await secretOf({ entry, place, stored, base }, { kind: 'application', isOnlyMade }, parts);
    const managed = { ...managedOf(entry, applicationSide(base).flat, { configuration, ...place }), ...secret.version };
    const after = { ...written, ...secret.held, managed };
    if (stored !== null && isDeepStrictEqual(after, stored)) return false;
    const facts = { userPoolId: pool.id, applicationId: entry.id };
    const told = tell(
      { before: stored && applicationSide(stored), after: applicationSide(after), facts, place },
      parts,
    );
    const isTold = told.isTold || stored === null;
    const next = isTold ? asChanged(stored, after, now) : after;
    const event = isTold ? told.event : undefined;
    if (!parts.isTrial) await directory.changeApplication(stored, next, { at: now, event, version });
    told.report();
    return isTold;
  });
}

/** Something new is in its first version already. */
function asChanged<T extends UserPool | Application>(stored: T | null, after: T, now: number): T {
  return stored === null ? { ...after, updatedBy: byFile } : changedBy(after, byFile, now);
}

/** An application without the keys of its entry. An app without a backend has no secret; its column gets a random one that nobody knows. */
function blank(entry: ApplicationEntry, userPoolId: string, { directory, secrets, clock }: ManagedParts): Application {
  const now = clock.now();
  return newApplication(
    {
      id: entry.id,
      userPoolId,
      name: entry.name,
      secret: entry.secret ?? secrets.randomToken(),
      approvesScans: entry.kind !== 'relyingParty',
      ...directory.findPool(userPoolId)?.defaults,
      profile: { ...defaultApplicationProfile, ssoEnabledAt: now },
    },
    now,
  );
}

/** The secret to keep, and the `secretVersion` that counts as applied. */
async function secretOf(
  about: {
    entry: { id: string; secret?: string | undefined; secretVersion?: number | undefined };
    place: Place;
    stored: UserPool | Application | null;
    base: UserPool | Application;
  },
  { kind, isOnlyMade }: { kind: 'userPool' | 'application'; isOnlyMade: boolean },
  { secretHistory, clock, report }: ManagedParts,
) {
  const { entry, place, stored, base } = about;
  const held = ({ secret, olderSecrets }: Pick<UserPool, 'secret' | 'olderSecrets'>) => ({ secret, olderSecrets });
  if (stored === null || isOnlyMade) {
    return { held: held(base), version: { secretVersion: stored?.managed.secretVersion ?? entry.secretVersion ?? 0 } };
  }
  const wasReplaced =
    entry.secret !== undefined && (await secretHistory.wasReplaced({ kind, id: entry.id }, entry.secret));
  const after = secretAfter(entry, stored, { wasReplaced, now: clock.now(), at: place.at });
  if (after.warning !== null) report?.warn(after.warning);
  return { held: held(after), version: { secretVersion: after.secretVersion } };
}

/** The event of a change and its lines for the log. */
function tell(
  {
    before,
    after,
    facts,
    place,
  }: {
    before: ReturnType<typeof poolSide> | null;
    after: ReturnType<typeof poolSide>;
    facts: { userPoolId: string; applicationId: string | null };
    place: Place;
  },
  { secrets, report }: ManagedParts,
) {
  const changes = differences(before, after);
  const isOther = isHandedOver(before?.managed ?? managedByNobody, after.managed);
  const said = (side: 'stored' | 'file') => ({
    ...Object.fromEntries(changes.map((change) => [change.path, change[side]])),
    ...(isOther && before !== null && { managedByFile: keysOf(side === 'stored' ? before.managed : after.managed) }),
  });
  return {
    isTold: changes.length > 0 || isOther,
    event: newEvent(secrets, 'settings.changed', null, {
      ...facts,
      detail: { source: byFile, digest: place.digest, ...changesOf(said('stored'), said('file')) },
    }),
    report() {
      const keysOfFile = (path: string) => [...place.at, ...path.split('.')];
      for (const { path, stored, file } of changes) {
        const keys = keysOfFile(path);
        report?.changed({ ...facts, path: pathName(keys), line: place.lineOf(keys), stored, file });
      }
      if (before === null) return;
      for (const { key, to } of handoversOf(before.managed, after.managed)) {
        const keys = keysOfFile(key);
        const line = to === 'file' ? place.lineOf(keys) : null;
        report?.handedOver({ ...facts, path: pathName(keys), line, to });
      }
    },
  };
}

function keysOf({ fields }: Managed): string[] {
  return Object.keys(fields).sort();
}

/** Gives back to the console what an earlier file named and this one does not. Nothing is deleted by absence. */
export async function release(
  file: ConfigFile | null,
  facts: Omit<FileFacts, 'lineOf'>,
  parts: ManagedParts,
): Promise<void> {
  const { directory, secrets, clock, report, isTrial } = parts;
  const pools = new Set(file?.userPools.map(({ id }) => id));
  const applications = new Set(file?.userPools.flatMap((pool) => pool.applications?.map(({ id }) => id) ?? []));
  const eventOf = (userPoolId: string, applicationId: string | null, { fields }: Managed) =>
    newEvent(secrets, 'settings.changed', null, {
      ...{ userPoolId, applicationId },
      detail: {
        source: byFile,
        digest: facts.digest,
        ...changesOf({ managedByFile: Object.keys(fields) }, { managedByFile: [] }),
      },
    });
  const isLeft = (ids: Set<string>) => (one: { id: string; managed: Managed }) =>
    one.managed.configuration !== null && !ids.has(one.id);
  const free = <T extends UserPool | Application>(one: T) =>
    changedBy(
      { ...one, managed: { ...managedByNobody, secretVersion: one.managed.secretVersion } },
      byFile,
      clock.now(),
    );
  const tell = (one: { id: string; managed: Managed }, facts: { userPoolId: string; applicationId: string | null }) => {
    for (const key of keysOf(one.managed)) {
      report?.handedOver({ ...facts, path: `${one.id}.${key}`, line: null, to: 'console' });
    }
  };
  for (const left of directory.pools().filter(isLeft(pools))) {
    const { id } = left;
    tell(left, { userPoolId: id, applicationId: null });
    if (isTrial) continue;
    await directory.change(async (version) => {
      const pool = directory.getPool(id);
      await directory.putPool(free(pool), eventOf(id, null, pool.managed), version);
    });
  }
  for (const left of directory.applications().filter(isLeft(applications))) {
    const { id, userPoolId } = left;
    tell(left, { userPoolId, applicationId: id });
    if (isTrial) continue;
    await directory.change(async (version) => {
      const application = directory.findApplication(id);
      if (application === null) return;
      await directory.putApplication(
        free(application),
        eventOf(application.userPoolId, id, application.managed),
        version,
      );
    });
  }
}
