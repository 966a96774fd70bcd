import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';
import { type LoginSession, loginFacts, newLoginSession } from './login-session.ts';
import { roomFor } from './room.ts';
import type { LoginSessionStore } from './store.ts';

/** How often one login without a name of its own may be ended and begin again before it is refused for good. */
const maxGenerations = 100;
/** How long a login lasts after the phone approved last, so that it can be seen and ended long after its tokens expired. */
const phoneLoginMs = 30 * 86_400_000;
/** A login that stands is prolonged when it would last this much longer: nobody needs its end to the minute. */
const prolongedAfterMs = 3_600_000;

/** A phone that is signed in at the company, as the company tells. */
export interface PhoneSignIn {
  user: User;
  /** The phone application that it approves as. */
  application: Application;
  /** Who says so: two issuers may give two logins the same name. */
  issuer: string;
  /** The company's name of the login; null when it names none: then all phones of the person are one. */
  session: string | null;
  /** The app at the company, where that tells phones apart whose login has no name. */
  client?: string | null;
  /** When the person proved who they are, or at least when the company last said so. */
  provedAt: number;
  amr: readonly string[];
  ip: string | null;
  userAgent: string | null;
  requestId: string;
}

/**
 * Logins of phones that sign in elsewhere. Each one is a login like any other: it stands in the person's list, the web logins that it
 * confirmed hang on it, and it can be ended there (threats T18, T39). No token of ours stands on it.
 */
export function createPhoneLogins(parts: {
  loginSessions: Pick<LoginSessionStore, 'find' | 'insertOnce' | 'prolong'>;
  secrets: Pick<Secrets, 'hash' | 'randomToken'>;
  clock: Clock;
}) {
  const { loginSessions, secrets, clock } = parts;

  /**
   * The login of the phone, made when it comes first and prolonged when it comes again. One that was ended here stays ended where the
   * company gives it a name; where it gives none, a proof from after that begins another.
   * @param beforeFirst is called before one is made, and may refuse
   * @throws DomainError not_signed_in when it was ended
   */
  async function stand(signIn: PhoneSignIn, beforeFirst: () => Promise<void>): Promise<LoginSession> {
    let id = idOf(signIn);
    for (let generation = 0; generation < maxGenerations; generation++) {
      let stored = await loginSessions.find(id);
      if (stored === null) {
        await beforeFirst();
        stored = await begin(signIn, id);
      }
      if (stored.revokedAt === null) return prolonged(stored);
      if (signIn.session !== null || signIn.provedAt <= stored.revokedAt) break;
      id = secrets.hash(JSON.stringify([id, stored.revokedAt]));
    }
    throw new DomainError('not_signed_in', { reason: 'phoneLoginEnded' });
  }

  function idOf({ user, application, issuer, session, client = null }: PhoneSignIn): string {
    const named = session === null && client !== null ? [session, client] : [session];
    return secrets.hash(JSON.stringify(['phone', user.userPoolId, application.id, user.id, issuer, ...named]));
  }

  async function begin(signIn: PhoneSignIn, id: string): Promise<LoginSession> {
    const { user, application, amr, ip, userAgent, requestId } = signIn;
    const facts = { id, userPoolId: user.userPoolId, userId: user.id, amr: [...amr], ip, userAgent };
    const none = { birth: 'ownToken', parentId: null, scope: '', browserHash: null } as const;
    const createdAt = clock.now();
    const made = newLoginSession(application, { ...facts, ...none, createdAt });
    const login = { ...made, expiresAt: createdAt + phoneLoginMs };
    const event = newEvent(
      secrets,
      'session.created',
      { ip, userAgent, requestId },
      {
        ...loginFacts(login),
        detail: { amr: amr.join(' '), source: 'own_token' },
      },
    );
    if (await loginSessions.insertOnce(login, event, roomFor(login, { ip: ip ?? '', userAgent, requestId }, secrets))) {
      return login;
    }
    // Another request of the same phone was first.
    return (await loginSessions.find(id)) ?? login;
  }

  async function prolonged(login: LoginSession): Promise<LoginSession> {
    const expiresAt = clock.now() + phoneLoginMs;
    if (expiresAt - login.expiresAt < prolongedAfterMs) return login;
    await loginSessions.prolong(login.id, expiresAt);
    return { ...login, expiresAt };
  }

  return { stand };
}

export type PhoneLogins = ReturnType<typeof createPhoneLogins>;
