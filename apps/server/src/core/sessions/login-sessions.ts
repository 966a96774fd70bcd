import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';
import { type LoginSession, loginFacts, newLoginSession } from './login-session.ts';
import { roomFor } from './room.ts';
import type { LoginSessionStore } from './store.ts';

export interface OpenInput {
  user: User;
  application: Application;
  /** RFC 8176: `['pwd']` for a password. */
  amr: string[];
  scope: string;
  caller: Caller;
  browserHash?: string | null;
}

/** Opens and ends login sessions. A login born from a scan is written by the ticket exchange, with its redemption. */
export function createLoginSessions(parts: {
  loginSessions: Pick<LoginSessionStore, 'insert' | 'find' | 'revoke'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { loginSessions: store, secrets, clock } = parts;

  async function open({ user, application, amr, scope, caller, browserHash }: OpenInput): Promise<LoginSession> {
    const loginSession = newLoginSession(application, {
      id: secrets.randomToken(),
      userPoolId: user.userPoolId,
      userId: user.id,
      amr,
      parentId: null,
      scope,
      createdAt: clock.now(),
      ip: caller.ip,
      userAgent: caller.userAgent,
      browserHash: browserHash ?? null,
    });
    const event = newEvent(secrets, 'session.created', caller, {
      ...loginFacts(loginSession),
      detail: { amr: amr.join(' ') },
    });
    await store.insert(loginSession, event, roomFor(loginSession, caller, secrets));
    return loginSession;
  }

  /** Ends a login and the web logins it approved; returns how many ended. Ending an ended login is no error. */
  async function end(id: string, caller: Caller): Promise<number> {
    const loginSession = await store.find(id);
    if (loginSession === null || loginSession.revokedAt !== null) return 0;
    return store.revoke(id, clock.now(), newEvent(secrets, 'session.revoked', caller, loginFacts(loginSession)));
  }

  return { open, end };
}

export type LoginSessions = ReturnType<typeof createLoginSessions>;
