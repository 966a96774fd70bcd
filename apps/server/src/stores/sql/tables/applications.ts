import { sql } from 'kysely';
import type { AuditEvent } from '../../../core/audit/event.ts';
import { type AppLinks, noAppLinks } from '../../../core/directory/app-links.ts';
import type { Application } from '../../../core/directory/application.ts';
import { refreshTokenBounds } from '../../../core/directory/application.ts';
import type { ApplicationStore } from '../../../core/directory/application-store.ts';
import { defaultApplicationProfile } from '../../../core/directory/profile.ts';
import type { SqlEngine, Tx } from '../engine/engine.ts';
import type { ApplicationTable } from '../engine/schema.ts';
import type { Sealer } from '../engine/seal.ts';
import type { Recorder } from './audit.ts';
import { raiseDirectoryVersion } from './directory-version.ts';
import { revokeLoginsOf } from './ended-logins.ts';
import { keptColumns, keptOf, readHeld } from './kept/kept.ts';
import { noteSecrets } from './kept/secret-history.ts';

export function createApplicationStore(engine: SqlEngine, sealer: Sealer, record: Recorder): ApplicationStore {
  const { db } = engine;

  function toRow(application: Application): ApplicationTable {
    const { identifier, ...profile } = application.profile;
    return {
      id: application.id,
      user_pool_id: application.userPoolId,
      kind: application.kind,
      name: application.name,
      sealed_secret: sealer.seal(application.secret),
      domain: application.domain,
      logo_url: application.logoUrl,
      color: application.color,
      terms_url: application.termsUrl,
      redirect_uris: JSON.stringify(application.redirectUris),
      logout_redirect_uris: JSON.stringify(application.logoutRedirectUris),
      token_endpoint_auth_method: application.tokenEndpointAuthMethod,
      enabled: Number(application.enabled),
      approves_scans: Number(application.approvesScans),
      signs_in_devices: Number(application.signsInDevices),
      backchannel_logout_uri: application.backchannelLogoutUri,
      backchannel_logout_session_required: Number(application.backchannelLogoutSessionRequired),
      poll_binding: application.pollBinding,
      qr_payload: application.qrPayload,
      app_links: appLinksJson(application),
      custom_security_enabled: Number(application.customSecurityEnabled),
      security_override: JSON.stringify(application.securityOverride),
      saves_custom_data: Number(application.savesCustomData),
      allowed_scopes: application.allowedScopes && JSON.stringify(application.allowedScopes),
      refresh_token_expires_in: application.refreshTokenExpiresIn,
      identifier,
      sso_enabled: Number(profile.ssoEnabledAt !== null),
      profile: JSON.stringify(profile),
      ...keptColumns(application, sealer),
      created_at: application.createdAt,
      updated_at: application.updatedAt,
    };
  }

  function toApplication(row: ApplicationTable): Application {
    return {
      id: row.id,
      userPoolId: row.user_pool_id,
      kind: row.kind,
      name: row.name,
      secret: sealer.unseal(row.sealed_secret),
      domain: row.domain,
      logoUrl: row.logo_url,
      color: row.color,
      termsUrl: row.terms_url,
      redirectUris: JSON.parse(row.redirect_uris),
      logoutRedirectUris: JSON.parse(row.logout_redirect_uris),
      tokenEndpointAuthMethod: row.token_endpoint_auth_method,
      enabled: row.enabled === 1,
      approvesScans: row.approves_scans === 1,
      signsInDevices: row.signs_in_devices === 1,
      backchannelLogoutUri: row.backchannel_logout_uri,
      backchannelLogoutSessionRequired: row.backchannel_logout_session_required === 1,
      pollBinding: row.poll_binding,
      qrPayload: row.qr_payload,
      ...noAppLinks,
      ...JSON.parse(row.app_links ?? '{}'),
      customSecurityEnabled: row.custom_security_enabled === 1,
      securityOverride: JSON.parse(row.security_override),
      savesCustomData: row.saves_custom_data === 1,
      allowedScopes: row.allowed_scopes === null ? null : JSON.parse(row.allowed_scopes),
      refreshTokenExpiresIn: row.refresh_token_expires_in ?? refreshTokenBounds.max,
      // Rows that another release wrote may lack a key of the profile.
      profile: { ...defaultApplicationProfile, ...JSON.parse(row.profile), identifier: row.identifier },
      ...keptOf(row, sealer),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  }

  async function write(tx: Tx, application: Application, version?: number): Promise<void> {
    await raiseDirectoryVersion(tx, version);
    const { id, ...columns } = toRow(application);
    const before = await readHeld(tx, 'applications', id, sealer);
    await noteSecrets(tx, { kind: 'application', id }, { before, after: application, at: application.updatedAt });
    await tx
      .insertInto('applications')
      .values({ id, ...columns })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
      .execute();
  }

  /** Does the work in a transaction; false when another application has the identifier. */
  async function unlessTaken(work: (tx: Tx) => Promise<void>): Promise<boolean> {
    try {
      await db.transaction().execute(work);
      return true;
    } catch (error) {
      if (engine.uniqueViolation(error)?.includes('identifier')) return false;
      throw error;
    }
  }

  return {
    put: (application, event?: AuditEvent, version?: number) =>
      unlessTaken(async (tx) => {
        await write(tx, application, version);
        if (event) await record(tx, event);
      }),

    putEndingLogins: (application, at, event?: AuditEvent, version?: number) =>
      unlessTaken(async (tx) => {
        await write(tx, application, version);
        await revokeLoginsOf(tx, application.id, at);
        if (event) await record(tx, event);
      }),

    remove: (id, at, event, version) =>
      db.transaction().execute(async (tx) => {
        // First, as every write of the directory does: two that took their locks in another order could wait for each other.
        await raiseDirectoryVersion(tx, version);
        const { numDeletedRows } = await tx.deleteFrom('applications').where('id', '=', id).executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        await tx.deleteFrom('consents').where('application_id', '=', id).execute();
        await revokeLoginsOf(tx, id, at);
        await record(tx, event);
        return true;
      }),

    async list() {
      const rows = await db.selectFrom('applications').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(toApplication);
    },

    async page({ userPoolId, keywords, ssoEnabled, offset, limit }) {
      const matching = db
        .selectFrom('applications')
        .where('user_pool_id', '=', userPoolId)
        .$if(ssoEnabled !== undefined, (query) => query.where('sso_enabled', '=', Number(ssoEnabled)))
        .$if(keywords !== undefined, (query) => query.where(holds(keywords ?? '')));
      const [count, rows] = await Promise.all([
        matching.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
        matching.selectAll().orderBy('created_at').orderBy('id').limit(limit).offset(offset).execute(),
      ]);
      return { totalCount: Number(count.total), applications: rows.map(toApplication) };
    },
  };
}

function appLinksJson({ appleAppIds, androidApps, appStoreUrl, androidStoreUrl }: AppLinks): string {
  return JSON.stringify({ appleAppIds, androidApps, appStoreUrl, androidStoreUrl } satisfies AppLinks);
}

/** Condition: the name, the identifier or the id contains the keywords. `%` and `_` stand for themselves. */
function holds(keywords: string) {
  const pattern = `%${keywords.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  return sql<boolean>`(lower(name) like ${pattern} escape '\\' or lower(id) like ${pattern} escape '\\' or lower(identifier) like ${pattern} escape '\\')`;
}
