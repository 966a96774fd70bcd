import { type Migration, Migrator } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';
import { initial } from './0001-initial.ts';
import { management } from './0002-management.ts';
import { managementSettings } from './0003-management-settings.ts';
import { passcodesAndCustomData } from './0004-passcodes-and-custom-data.ts';
import { v2Codes } from './0005-v2-codes.ts';
import { sharedByNodes } from './0006-shared-by-nodes.ts';
import { expiryRecordedOnce } from './0007-expiry-recorded-once.ts';
import { redemptionsByAge } from './0008-redemptions-by-age.ts';
import { grantsOfApplications } from './0009-grants-of-applications.ts';
import { refusalsCounted } from './0010-refusals-counted.ts';
import { stateOfCodes } from './0011-state-of-codes.ts';
import { oneFormOfIdentifiers } from './0012-one-form-of-identifiers.ts';
import { toldBrowsers } from './0013-told-browsers.ts';
import { usesRemembered } from './0014-uses-remembered.ts';
import { standingLogins } from './0015-standing-logins.ts';
import { linksInCodes } from './0016-links-in-codes.ts';
import { appLinks } from './0017-app-links.ts';
import { doorsOfScans } from './0018-doors-of-scans.ts';
import { identities } from './0019-identities.ts';
import { ownTokens } from './0020-own-tokens.ts';
import { keysThatApprove } from './0021-keys-that-approve.ts';
import { relyingParties } from './0023-relying-parties.ts';
import { authorization } from './0024-authorization.ts';
import { deviceGrants } from './0026-device-grants.ts';
import { applicationsOfDevices } from './0027-applications-of-devices.ts';
import { phonesOfCompanies } from './0030-phones-of-companies.ts';
import { vouchedExternalIds } from './0031-vouched-external-ids.ts';
import { eventsOfAdministrators } from './0032-events-of-administrators.ts';
import { statisticsOfScans } from './0033-statistics-of-scans.ts';
import { userImports } from './0034-user-imports.ts';
import { managedByFile } from './0037-managed-by-file.ts';
import { secrets } from './0038-secrets.ts';
import { rolesOfKeys } from './0042-roles-of-keys.ts';
import { administrators } from './0043-administrators.ts';
import { approversOfDevices } from './0046-approvers-of-devices.ts';
import { refusedOrigins } from './0047-refused-origins.ts';
import { nodes } from './0048-nodes.ts';
import { logoutNotices } from './0055-logout-notices.ts';
import { makersOfLinks } from './0056-makers-of-links.ts';
import { deletedUsers } from './0057-deleted-users.ts';

/** One list for every engine. Names are kept in the database: append, never rename. */
function migrationsFor(engine: Pick<SqlEngine, 'textType' | 'sequenceType'>): Record<string, Migration> {
  return {
    '0001-initial': initial(engine),
    '0002-management': management(engine),
    '0003-management-settings': managementSettings(engine),
    '0004-passcodes-and-custom-data': passcodesAndCustomData(engine),
    '0005-v2-codes': v2Codes,
    '0006-shared-by-nodes': sharedByNodes(engine),
    '0007-expiry-recorded-once': expiryRecordedOnce,
    '0008-redemptions-by-age': redemptionsByAge,
    '0009-grants-of-applications': grantsOfApplications(engine),
    '0010-refusals-counted': refusalsCounted(engine),
    '0011-state-of-codes': stateOfCodes(engine),
    '0012-one-form-of-identifiers': oneFormOfIdentifiers(engine),
    '0013-told-browsers': toldBrowsers(engine),
    '0014-uses-remembered': usesRemembered(engine),
    '0015-standing-logins': standingLogins,
    '0016-links-in-codes': linksInCodes(engine),
    '0017-app-links': appLinks(engine),
    '0018-doors-of-scans': doorsOfScans(engine),
    '0019-identities': identities(engine),
    '0020-own-tokens': ownTokens(engine),
    '0021-keys-that-approve': keysThatApprove(engine),
    '0023-relying-parties': relyingParties(engine),
    '0024-authorization': authorization(engine),
    '0026-device-grants': deviceGrants(engine),
    '0027-applications-of-devices': applicationsOfDevices,
    '0030-phones-of-companies': phonesOfCompanies(engine),
    '0031-vouched-external-ids': vouchedExternalIds(engine),
    '0032-events-of-administrators': eventsOfAdministrators(engine),
    '0033-statistics-of-scans': statisticsOfScans(engine),
    '0034-user-imports': userImports(engine),
    '0037-managed-by-file': managedByFile(engine),
    '0038-secrets': secrets(engine),
    '0042-roles-of-keys': rolesOfKeys(engine),
    '0043-administrators': administrators(engine),
    '0046-approvers-of-devices': approversOfDevices(engine),
    '0047-refused-origins': refusedOrigins(engine),
    '0048-nodes': nodes(engine),
    '0055-logout-notices': logoutNotices(engine),
    '0056-makers-of-links': makersOfLinks(engine),
    '0057-deleted-users': deletedUsers(engine),
  };
}

/** Brings the tables to this release. Processes that start together may all call it: one does the work. */
export async function migrate(engine: SqlEngine): Promise<void> {
  const migrations = migrationsFor(engine);
  const migrator = new Migrator({
    db: engine.db,
    provider: { getMigrations: async () => migrations },
    // Migrations are independent of each other: a missing one is run even after later ones.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const unknown = await findUnknownMigration(engine, new Set(Object.keys(migrations)));
  if (unknown === null) throw error;
  throw new Error(
    `the database was upgraded by a newer release (it has "${unknown}", which this release does not know): ` +
      'run that release or a later one, or restore a backup made before the upgrade',
    { cause: error },
  );
}

/** Which release's tables a database has, by the names of the migrations that it lists. */
export function releaseOf(applied: string[]): 'this' | 'older' | 'newer' | 'none' {
  const known = Object.keys(migrationsFor({ textType: 'text', sequenceType: 'integer' }));
  if (known.every((name) => !applied.includes(name))) return 'none';
  if (applied.some((name) => !known.includes(name))) return 'newer';
  return known.every((name) => applied.includes(name)) ? 'this' : 'older';
}

async function findUnknownMigration(engine: SqlEngine, known: Set<string>): Promise<string | null> {
  const rows = await engine.db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute()
    // Where that table cannot be read, the error that led here says enough.
    .catch(() => []);
  return rows.find((row) => !known.has(row.name))?.name ?? null;
}
