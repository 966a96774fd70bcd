import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import { newApplication } from '../directory/new-application.ts';
import { newPool } from '../directory/pool.ts';
import type { Caller } from '../ground/caller.ts';
import { openTestCore } from '../testing.ts';
import type { User } from '../users/user.ts';

/** For tests: the token service with real keys and a real store in memory, a pool of three applications, one user. */

export const issuer = 'https://login.example.test/oidc';
export const startedAt = Date.UTC(2026, 10, 20, 12, 0, 0);
export const caller: Caller = { ip: '192.0.2.1', userAgent: 'test', requestId: 'request-1' };

export function anApplication(over: Partial<Application> = {}): Application {
  const named = { id: 'app-post', userPoolId: 'pool-1', name: 'Web site', secret: 'app-post-secret-of-32-characters' };
  return newApplication({ ...named, approvesScans: true, ...over }, startedAt);
}

export function aUser(over: Partial<User> = {}): User {
  return {
    id: 'user-1',
    userPoolId: 'pool-1',
    status: 'Activated',
    statusChangedAt: null,
    username: 'alice',
    email: 'alice@example.com',
    emailVerified: true,
    phone: '+8613800000001',
    phoneCountryCode: '+86',
    phoneVerified: false,
    externalId: null,
    isExternalIdVouched: false,
    profile: { nickname: 'Alice', name: 'Alice Li', city: 'Shanghai' },
    customData: { team: 'blue' },
    passwordHash: null,
    passwordLastSetAt: null,
    passwordSecurityLevel: 0,
    resetPasswordOnNextLogin: false,
    userSourceType: 'register',
    registerSource: [],
    loginsCount: 0,
    lastLogin: null,
    lastIp: null,
    lastLoginApp: null,
    createdAt: startedAt,
    updatedAt: startedAt,
    version: 1,
    ...over,
  };
}

export async function createTokenWorld() {
  const core = await openTestCore({ startedAt, issuer });
  const { stores, directory, tokens, loginSessions } = core;
  for (const id of ['pool-1', 'pool-2']) {
    await directory.putPool(newPool({ id, name: id, secret: `${id}-secret` }, startedAt));
  }
  const application = anApplication();
  const other = anApplication({ id: 'app-other', secret: 'app-other-secret-of-32-characters' });
  await directory.putApplication(application);
  await directory.putApplication(other);
  const user = aUser();
  await stores.users.insert(user, newEvent(core.secrets, 'user.created', null));

  /** Makes a login with its tokens, as sign-in does. */
  async function logIn({ scope = 'openid profile offline_access', amr = ['pwd'], by = user, to = application } = {}) {
    const loginSession = await loginSessions.open({ user: by, application: to, amr, scope, caller });
    const input = { user: by, application: to, loginSession, scope, issuedAt: core.clock.now() };
    const { tokenSet, refreshToken } = await tokens.mint(input);
    if (refreshToken !== null) await stores.refreshTokens.insert(refreshToken);
    return { loginSession, tokenSet, mintInput: input };
  }

  return {
    ...core,
    application,
    other,
    user,
    logIn,
    async changeUser(over: Partial<User>) {
      const current = await stores.users.find(user.id);
      if (current === null) throw new Error('the user is gone');
      await stores.users.update({ ...current, ...over, version: current.version + 1 }, null);
    },
    auditTypes: async () => (await stores.audit.list({ limit: 100 })).map(({ type }) => type),
  };
}

export type TokenWorld = Awaited<ReturnType<typeof createTokenWorld>>;
