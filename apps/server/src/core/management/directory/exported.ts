import type { Application } from '../../directory/application.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Managed } from '../../directory/kept/managed.ts';
import { type FlatFields, fieldsOfApplication, fieldsOfPool } from '../../directory/managed-fields.ts';
import { DomainError } from '../../ground/errors.ts';
import type { CustomField, CustomFieldStore } from '../../users/custom/custom-fields.ts';
import type { Administrator } from '../administrator.ts';
import type { AccessKeyStore } from '../store.ts';

export interface Exported {
  /** A configuration file, or a list of one entry for `applications`. */
  content: object;
  environment: string[];
  omitted: ('ownTokens' | 'accessKeys' | 'applications')[];
}

const mostApplications = 500;

/**
 * Present settings in the words of the configuration file, so that what was tried at the console can be put there. Secrets are named by
 * variables of the environment.
 */
export function createConfigurationExport(parts: {
  directory: Pick<Directory, 'getPool' | 'applications' | 'findApplication'>;
  customFields: Pick<CustomFieldStore, 'list'>;
  accessKeys: Pick<AccessKeyStore, 'listFromFile'>;
}) {
  const { directory, customFields, accessKeys } = parts;

  /** @throws DomainError app_not_found */
  function ofApplication({ userPoolId }: Administrator, appId: string): Exported {
    const application = directory.findApplication(appId);
    if (application?.userPoolId !== userPoolId) throw new DomainError('app_not_found', { field: 'appId' });
    const variables = createVariables();
    return { content: [applicationEntry(application, variables)], environment: variables.names(), omitted: [] };
  }

  async function ofPool({ userPoolId }: Administrator): Promise<Exported> {
    const pool = directory.getPool(userPoolId);
    const own = directory.applications().filter((application) => application.userPoolId === userPoolId);
    const fields = await customFields.list(userPoolId);
    const keysOfFile = await accessKeys.listFromFile(userPoolId);
    const variables = createVariables();
    const entry = {
      id: pool.id,
      ...secretOf('POOL', pool, variables),
      ...nested(fieldsOfPool(pool)),
      ...(fields.length > 0 && { customFields: fields.map(fieldEntry) }),
      applications: own.slice(0, mostApplications).map((application) => applicationEntry(application, variables)),
    };
    return {
      content: { userPools: [entry] },
      environment: variables.names(),
      omitted: [
        ...(pool.ownTokens.length > 0 ? (['ownTokens'] as const) : []),
        ...(keysOfFile.length > 0 ? (['accessKeys'] as const) : []),
        ...(own.length > mostApplications ? (['applications'] as const) : []),
      ],
    };
  }

  return { ofApplication, ofPool };
}

function applicationEntry(application: Application, variables: Variables): object {
  // An app without a backend has a secret that nobody knows.
  const hasSecret = application.tokenEndpointAuthMethod !== 'none';
  return {
    id: application.id,
    ...(hasSecret && secretOf('APP', application, variables)),
    ...nested(fieldsOfApplication(application)),
  };
}

function fieldEntry({ key, label, dataType, options }: CustomField): object {
  return { key, label, dataType, ...(options.length > 0 && { options }) };
}

function secretOf(prefix: string, { id, managed }: { id: string; managed: Managed }, variables: Variables): object {
  const { secretVersion } = managed;
  return { secret: { env: variables.nameFor(prefix, id) }, ...(secretVersion > 0 && { secretVersion }) };
}

type Variables = ReturnType<typeof createVariables>;

/** Names of variables, each given once. */
function createVariables() {
  const given = new Set<string>();
  return {
    nameFor(prefix: string, id: string): string {
      const wanted = `${prefix}_SECRET_${id.replaceAll('-', '_')}`;
      let name = wanted;
      for (let n = 2; given.has(name); n++) name = `${wanted}_${n}`;
      given.add(name);
      return name;
    },
    names: () => [...given],
  };
}

/** Values by their paths as one object. What has no value is left out, for absence means the same. */
function nested(fields: FlatFields): object {
  const all: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    const keys = path.split('.');
    const last = keys.pop() ?? path;
    let at = all;
    for (const key of keys) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return all;
}
