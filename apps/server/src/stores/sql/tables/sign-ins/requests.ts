import type { AuthorizationCode } from '../../../../core/authorization/code.ts';
import type { Interaction } from '../../../../core/authorization/interaction.ts';
import type {
  AuthorizationCodeStore,
  Consent,
  ConsentStore,
  InteractionStore,
} from '../../../../core/authorization/store.ts';
import type { SqlEngine, Tx } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { AuthorizationCodeTable, ConsentTable, InteractionTable } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';
import { revokeLoginsWith } from '../ended-logins.ts';
import { createLoginOpener } from '../logins/opened-logins.ts';
import { createRefreshTokenWriter } from '../refresh-tokens.ts';

export function createInteractionStore(engine: SqlEngine, record: Recorder): InteractionStore {
  const { db } = engine;

  return {
    async insert(interaction) {
      await db.insertInto('interactions').values(toInteractionRow(interaction)).execute();
    },

    async find(idHash) {
      const row = await db.selectFrom('interactions').selectAll().where('id_hash', '=', idHash).executeTakeFirst();
      return row ? toInteraction(row) : null;
    },

    replace: (next, { code, consent, event } = {}) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('interactions')
          .set({ state: JSON.stringify(next.state), version: next.version })
          .where('id_hash', '=', next.idHash)
          .where('version', '=', next.version - 1)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return false;
        if (consent) await putConsent(tx, consent);
        if (code) await tx.insertInto('authorization_codes').values(toCodeRow(code)).execute();
        if (event) await record(tx, event);
        return true;
      }),

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'interactions', key: 'id_hash', instant: 'expires_at' }, before, limit),
  };
}

export function createAuthorizationCodeStore(engine: SqlEngine, record: Recorder): AuthorizationCodeStore {
  const { db } = engine;
  const openLogin = createLoginOpener(engine, record);
  const insertRefreshToken = createRefreshTokenWriter(engine);

  return {
    async insert(code) {
      await db.insertInto('authorization_codes').values(toCodeRow(code)).execute();
    },

    async find(codeHash) {
      const row = await db
        .selectFrom('authorization_codes')
        .selectAll()
        .where('code_hash', '=', codeHash)
        .executeTakeFirst();
      return row ? toCode(row) : null;
    },

    redeem: ({ codeHash, at, loginSession, room, refreshToken, event }) =>
      db.transaction().execute(async (tx) => {
        // This write decides, on whichever node: a code is redeemed by whoever marks it.
        const { numUpdatedRows } = await tx
          .updateTable('authorization_codes')
          .set({ redeemed_at: at, login_session_id: loginSession.id, expires_at: loginSession.expiresAt })
          .where('code_hash', '=', codeHash)
          .where('redeemed_at', 'is', null)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return false;
        await openLogin(tx, loginSession, room);
        if (refreshToken) await insertRefreshToken(tx, refreshToken);
        await record(tx, event);
        return true;
      }),

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'authorization_codes', key: 'code_hash', instant: 'expires_at' }, before, limit),
  };
}

export function createConsentStore({ db }: SqlEngine, record: Recorder): ConsentStore {
  return {
    async find(userId, applicationId) {
      const row = await db
        .selectFrom('consents')
        .selectAll()
        .where('user_id', '=', userId)
        .where('application_id', '=', applicationId)
        .executeTakeFirst();
      return row ? toConsent(row) : null;
    },

    async listOf(userId, limit) {
      const rows = await db
        .selectFrom('consents')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('given_at', 'desc')
        .orderBy('application_id')
        .limit(limit)
        .execute();
      return rows.map(toConsent);
    },

    withdraw: (userId, applicationId, at, event) =>
      db.transaction().execute(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('consents')
          .where('user_id', '=', userId)
          .where('application_id', '=', applicationId)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return null;
        // Before the logins: a code that is redeemed at this moment has one by then, which ends with the others.
        await tx
          .deleteFrom('authorization_codes')
          .where('user_id', '=', userId)
          .where('application_id', '=', applicationId)
          .where('redeemed_at', 'is', null)
          .execute();
        const ended = await revokeLoginsWith(tx, userId, [applicationId], at);
        await record(tx, event);
        return ended;
      }),
  };
}

async function putConsent(tx: Tx, { userId, applicationId, scope, givenAt }: Consent): Promise<void> {
  await tx
    .insertInto('consents')
    .values({ user_id: userId, application_id: applicationId, scope, given_at: givenAt })
    .onConflict((conflict) => conflict.columns(['user_id', 'application_id']).doUpdateSet({ scope, given_at: givenAt }))
    .execute();
}

function toConsent(row: ConsentTable): Consent {
  return { userId: row.user_id, applicationId: row.application_id, scope: row.scope, givenAt: row.given_at };
}

function toInteractionRow(interaction: Interaction): InteractionTable {
  return {
    id_hash: interaction.idHash,
    browser_hash: interaction.browserHash,
    user_pool_id: interaction.userPoolId,
    request: JSON.stringify(interaction.request),
    state: JSON.stringify(interaction.state),
    version: interaction.version,
    created_at: interaction.createdAt,
    expires_at: interaction.expiresAt,
  };
}

function toInteraction(row: InteractionTable): Interaction {
  return {
    idHash: row.id_hash,
    browserHash: row.browser_hash,
    userPoolId: row.user_pool_id,
    request: JSON.parse(row.request),
    state: JSON.parse(row.state),
    version: row.version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

function toCodeRow(code: AuthorizationCode): AuthorizationCodeTable {
  return {
    code_hash: code.codeHash,
    user_pool_id: code.userPoolId,
    application_id: code.applicationId,
    user_id: code.userId,
    sso_login_id: code.ssoLoginId,
    redirect_uri: code.redirectUri,
    scope: code.scope,
    nonce: code.nonce,
    code_challenge: code.codeChallenge,
    amr: JSON.stringify(code.amr),
    parent_id: code.parentId,
    authenticated_at: code.authenticatedAt,
    created_at: code.createdAt,
    expires_at: code.expiresAt,
    ip: code.ip,
    user_agent: code.userAgent,
    redeemed_at: code.redeemedAt,
    login_session_id: code.loginSessionId,
  };
}

function toCode(row: AuthorizationCodeTable): AuthorizationCode {
  return {
    codeHash: row.code_hash,
    userPoolId: row.user_pool_id,
    applicationId: row.application_id,
    userId: row.user_id,
    ssoLoginId: row.sso_login_id,
    redirectUri: row.redirect_uri,
    scope: row.scope,
    nonce: row.nonce,
    codeChallenge: row.code_challenge,
    amr: JSON.parse(row.amr),
    parentId: row.parent_id,
    authenticatedAt: row.authenticated_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ip: row.ip,
    userAgent: row.user_agent,
    redeemedAt: row.redeemed_at,
    loginSessionId: row.login_session_id,
  };
}
