import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../config/config-mistakes.ts';
import type { ConfigFile, CustomFieldEntry, PoolEntry } from '../config/file-schema.ts';
import { newEvent } from '../core/audit/event.ts';
import type { Directory } from '../core/directory/directory.ts';
import type { AppliedFileStore } from '../core/directory/kept/applied-file.ts';
import type { SecretHistory } from '../core/directory/kept/secret-history.ts';
import { type CustomField, type CustomFieldStore, newCustomField } from '../core/users/custom/custom-fields.ts';
import { namesApplicationOrPool } from '../core/users/user-id.ts';
import { type AccessKeyParts, applyAccessKeys, takenAccessKeys } from './apply-access-keys.ts';
import { applyApplication, applyPool, release } from './apply-managed.ts';
import { applyUser, type UserParts } from './apply-users.ts';
import { type FieldChange, type FileFacts, type Handover, type Path, pathName, type Report } from './managed-step.ts';

export interface SeedParts extends Omit<AccessKeyParts, 'secrets'>, UserParts {
  customFields: CustomFieldStore;
  secretHistory: SecretHistory;
  appliedFiles: AppliedFileStore;
  /** Hears what changed, and what was left as it was. */
  report?: Report;
}

/** How many of each were created or changed; all zero when the file was applied before. */
export interface Applied {
  pools: number;
  applications: number;
  users: number;
}

const unknownFile: FileFacts = { digest: '', node: '', lineOf: () => 0 };

/**
 * Writes what the file says: of the pools and applications that it names the keys that it holds, and nothing else of them; others are left
 * alone, and given back where an earlier file named them. Secrets are used when something is made, and once for each greater
 * `secretVersion`. What only the file can say (`ownTokens`, `accessKeys`) is the whole truth. Of users it creates who is missing and writes
 * the fields it names; a password only at creation, so a changed one stays.
 * @param path names the file in messages
 * @throws ConfigError when the file contradicts what is stored
 */
export async function applyConfigFile(
  file: ConfigFile,
  path: string,
  parts: SeedParts,
  facts: FileFacts = unknownFile,
): Promise<Applied> {
  const mistakes = await contradictions(file, parts);
  if (mistakes.length > 0) throw new ConfigError(path, mistakes);

  const applied: Applied = { pools: 0, applications: 0, users: 0 };
  for (const [poolIndex, pool] of file.userPools.entries()) {
    const isOnlyMade = pool.configuration === 'seed' && parts.directory.findPool(pool.id) !== null;
    const at = ['userPools', poolIndex];
    const isPoolChanged = await applyPool({ entry: pool, at, ...facts }, parts);
    const areFieldsChanged = !isOnlyMade && (await applyCustomFields(pool, [...at, 'customFields'], facts, parts));
    for (const [index, entry] of (pool.applications ?? []).entries()) {
      const place = { at: [...at, 'applications', index], pool, ...facts };
      if (await applyApplication({ entry, ...place }, parts)) applied.applications++;
    }
    const areKeysChanged = !isOnlyMade && (await applyAccessKeys(pool.accessKeys ?? [], pool.id, parts));
    if (isPoolChanged || areFieldsChanged || areKeysChanged) applied.pools++;
    for (const [index, user] of (pool.users ?? []).entries()) {
      const outcome = await applyUser(user, { userPoolId: pool.id, isOnlyMade }, parts);
      const place = `userPools[${poolIndex}].users[${index}]`;
      if (outcome === 'applied') applied.users++;
      else if (outcome === 'deleted') {
        parts.report?.warn(
          `${place} has the id of somebody who was deleted, and makes nobody. Take it out of the file.`,
        );
      } else if (outcome !== 'unchanged') mistakes.push(`${place} ${outcome}`);
    }
  }
  if (mistakes.length > 0) throw new ConfigError(path, mistakes);
  await release(file, facts, parts);
  await parts.appliedFiles.add({ digest: facts.digest, node: facts.node });
  return applied;
}

/**
 * What applying the file would change of pools, applications and declared fields, which keys would pass between file and console, and what
 * would stay as it is. Nothing is written.
 * @throws ConfigError when the file contradicts what is stored
 */
export async function planConfigFile(file: ConfigFile, path: string, parts: SeedParts, facts: FileFacts) {
  const mistakes = await contradictions(file, parts);
  if (mistakes.length > 0) throw new ConfigError(path, mistakes);
  const changes: FieldChange[] = [];
  const handovers: Handover[] = [];
  const warnings: string[] = [];
  const report: Report = {
    changed: (change) => changes.push(change),
    handedOver: (handover) => handovers.push(handover),
    warn: (sentence) => warnings.push(sentence),
  };
  const trial = { ...parts, report, isTrial: true };
  for (const [poolIndex, pool] of file.userPools.entries()) {
    const at = ['userPools', poolIndex];
    await applyPool({ entry: pool, at, ...facts }, trial);
    const isOnlyMade = pool.configuration === 'seed' && parts.directory.findPool(pool.id) !== null;
    if (!isOnlyMade) await applyCustomFields(pool, [...at, 'customFields'], facts, trial);
    for (const [index, entry] of (pool.applications ?? []).entries()) {
      await applyApplication({ entry, at: [...at, 'applications', index], pool, ...facts }, trial);
    }
  }
  await release(file, facts, trial);
  return { changes, handovers, warnings };
}

async function contradictions(file: ConfigFile, parts: SeedParts): Promise<string[]> {
  return [
    ...moves(file, parts.directory),
    ...strangers(file, parts.directory),
    ...(await idsOfPeople(file, parts)),
    ...(await takenAccessKeys(file.userPools, parts)),
    ...(await endedSecrets(file, parts)),
  ];
}

/** Refuses applications that change pools: their users' logins would go to people who never agreed. */
function moves(file: ConfigFile, directory: Directory): string[] {
  return file.userPools.flatMap((pool, poolIndex) =>
    (pool.applications ?? []).flatMap((entry, index) => {
      const owner = directory.findApplication(entry.id)?.userPoolId;
      if (owner === undefined || owner === pool.id) return [];
      const at = `userPools[${poolIndex}].applications[${index}].id`;
      return [`${at} belongs to the stored pool ${owner}. Write a new id, or leave the application in its pool.`];
    }),
  );
}

/** Refuses tokens and keys that would stand for an application which is not there, or not of the pool. */
function strangers(file: ConfigFile, directory: Directory): string[] {
  return file.userPools.flatMap((pool, poolIndex) =>
    (['ownTokens', 'accessKeys'] as const).flatMap((list) =>
      (pool[list] ?? []).flatMap(({ applicationId }, index) => {
        if (applicationId === undefined) return [];
        const isInFile = pool.applications?.some(({ id }) => id === applicationId);
        if (isInFile || directory.findApplication(applicationId)?.userPoolId === pool.id) return [];
        const at = `userPools[${poolIndex}].${list}[${index}].applicationId`;
        return [
          `${at} is ${JSON.stringify(applicationId)}, which is no application of this pool. Write one of its own.`,
        ];
      }),
    ),
  );
}

/** Refuses to make a pool or an application with the id of somebody, also of somebody who was deleted: no id is given twice. */
async function idsOfPeople(file: ConfigFile, { directory, users }: SeedParts): Promise<string[]> {
  const given = file.userPools.flatMap((pool, poolIndex) => [
    { at: `userPools[${poolIndex}].id`, id: pool.id },
    ...(pool.applications ?? []).map(({ id }, index) => ({
      at: `userPools[${poolIndex}].applications[${index}].id`,
      id,
    })),
  ]);
  const mistakes: string[] = [];
  for (const { at, id } of given) {
    if (namesApplicationOrPool(id, directory) || !(await users.isIdUsed(id))) continue;
    mistakes.push(`${at} belongs to a person, or did until they were deleted. Write a new id.`);
  }
  return mistakes;
}

/** Refuses to make an application that was deleted with a secret that it once had and that was replaced. */
async function endedSecrets(file: ConfigFile, { directory, secretHistory }: SeedParts): Promise<string[]> {
  const mistakes: string[] = [];
  for (const [poolIndex, pool] of file.userPools.entries()) {
    for (const [index, { id, secret }] of (pool.applications ?? []).entries()) {
      if (secret === undefined || directory.findApplication(id) !== null) continue;
      if (!(await secretHistory.wasReplaced({ kind: 'application', id }, secret))) continue;
      mistakes.push(
        `userPools[${poolIndex}].applications[${index}].secret was replaced before, and is never taken again. Write a new one.`,
      );
    }
  }
  return mistakes;
}

/** A list in the file is the whole truth; without one, what was declared through the management API stays. */
async function applyCustomFields(
  { id: userPoolId, customFields: entries }: PoolEntry,
  at: Path,
  facts: FileFacts,
  parts: SeedParts & { isTrial?: boolean },
): Promise<boolean> {
  const { customFields, secrets, report, isTrial } = parts;
  const { changed, dropped } = await customFieldChanges(entries, userPoolId, parts);
  const event = (verb: string, count: number) =>
    newEvent(secrets, 'settings.changed', null, {
      userPoolId,
      detail: { source: 'config_file', digest: facts.digest, customFields: verb, count },
    });
  if (changed.length + dropped.length === 0) return false;
  if (!isTrial && changed.length > 0) await customFields.put(changed, event('declared', changed.length));
  if (!isTrial && dropped.length > 0) await customFields.remove(userPoolId, dropped, event('removed', dropped.length));
  const place = { userPoolId, applicationId: null, path: pathName(at), line: facts.lineOf(at) };
  report?.changed({ ...place, stored: dropped, file: changed.map(({ key }) => key) });
  return true;
}

async function customFieldChanges(
  entries: CustomFieldEntry[] | undefined,
  userPoolId: string,
  { customFields, clock }: Pick<SeedParts, 'customFields' | 'clock'>,
): Promise<{ changed: CustomField[]; dropped: string[] }> {
  if (entries === undefined) return { changed: [], dropped: [] };
  const stored = new Map((await customFields.list(userPoolId)).map((field) => [field.key, field]));
  const changed = entries
    .map((entry) => newCustomField(entry, userPoolId, clock.now()))
    .filter((field) => {
      const { createdAt, updatedAt } = stored.get(field.key) ?? field;
      return !isDeepStrictEqual({ ...field, createdAt, updatedAt }, stored.get(field.key));
    });
  const dropped = [...stored.keys()].filter((key) => !entries.some((entry) => entry.key === key));
  return { changed, dropped };
}
