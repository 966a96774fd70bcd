import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { prolongedAfterMs, type SsoLogin, ssoEndsAt, ssoFacts } from './sso-login.ts';
import type { SsoLoginStore } from './sso-store.ts';

/** Somebody who is signed in to the browser. */
export interface Present {
  login: SsoLogin;
  user: User;
}

export interface NewSsoLogin {
  user: User;
  application: Application;
  amr: string[];
  parentId: string | null;
  /** When the person proved who they are. */
  authenticatedAt: number;
  /** Of the new cookie. */
  secret: string;
  /** Who is signed in to the browser now. */
  present: Present | null;
  caller: Caller;
}

/** Browsers that are signed in for every application of their pool. */
export function createSsoLogins(parts: {
  ssoLogins: SsoLoginStore;
  users: Pick<UserStore, 'find'>;
  directory: Pick<Directory, 'findPool'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { ssoLogins: store, users, directory, secrets, clock } = parts;

  /** Whoever is signed in to the browser: the login stands, and the account is active. */
  async function find(userPoolId: string, by: { id: string } | { secret: string }): Promise<Present | null> {
    const lifetimes = directory.findPool(userPoolId)?.securitySettings.sso;
    // A pool that nobody has costs no look at the store: strangers name what they like.
    if (lifetimes === undefined) return null;
    const named = 'secret' in by ? { secretHash: secrets.hash(by.secret) } : by;
    const login = await store.findStanding(named, clock.now());
    if (login === null || login.userPoolId !== userPoolId || ssoEndsAt(login, lifetimes) <= clock.now()) return null;
    const user = await users.find(login.userId);
    return user?.status === 'Activated' && user.userPoolId === userPoolId ? { login, user } : null;
  }

  /** The SSO login after the person signed in: the one of this browser goes on if it is theirs, with another secret. */
  function after(given: NewSsoLogin): { login: SsoLogin; endsId: string | null } {
    const { user, application, amr, parentId, authenticatedAt, secret, present, caller } = given;
    const now = clock.now();
    const isSame = present?.user.id === user.id;
    const times = { authenticatedAt, usedAt: now };
    const lifetimes = directory.findPool(user.userPoolId)?.securitySettings.sso;
    const login: SsoLogin = {
      id: isSame ? present.login.id : secrets.randomToken(),
      secretHash: secrets.hash(secret),
      userPoolId: user.userPoolId,
      userId: user.id,
      applicationId: application.id,
      amr,
      parentId,
      createdAt: isSame ? present.login.createdAt : now,
      ...times,
      expiresAt: lifetimes === undefined ? now : ssoEndsAt(times, lifetimes),
      revokedAt: null,
      ip: caller.ip,
      userAgent: caller.userAgent,
    };
    return { login, endsId: isSame || present === null ? null : present.login.id };
  }

  function createdEvent(login: SsoLogin, caller: Caller) {
    return newEvent(secrets, 'sso.created', caller, { ...ssoFacts(login), detail: { amr: login.amr.join(' ') } });
  }

  /** Puts off the end of a login that is used. */
  async function use({ login }: Present): Promise<void> {
    const lifetimes = directory.findPool(login.userPoolId)?.securitySettings.sso;
    if (lifetimes === undefined) return;
    const usedAt = clock.now();
    const expiresAt = ssoEndsAt({ ...login, usedAt }, lifetimes);
    if (expiresAt - login.expiresAt > prolongedAfterMs) await store.touch(login.id, usedAt, expiresAt);
  }

  /** Ends it and every login that stands on it; returns how many ended. */
  function end(login: SsoLogin, caller: Caller, reason: string): Promise<number> {
    const event = newEvent(secrets, 'sso.ended', caller, { ...ssoFacts(login), detail: { reason } });
    return store.revoke(login.id, clock.now(), event);
  }

  return { find, after, createdEvent, use, end };
}

export type SsoLogins = ReturnType<typeof createSsoLogins>;
