import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { repeatGraceMs } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { type LoginSession, loginFacts, newLoginSession } from '../sessions/login-session.ts';
import { allowedScope, defaultScope, scopeWithin } from '../sessions/scopes.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { AskAgain, OwnTokenChecks } from '../tokens/own-token.ts';
import type { RefreshTokenStore } from '../tokens/store.ts';
import type { TokenService, TokenSet } from '../tokens/token-set.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { userWithin } from '../users/user-within.ts';
import type { CodeSeal } from './act.ts';
import { isVouchedFor, type QrSession } from './session.ts';

/** A login born from a scan, as handed to whoever may have it. Each generation tells it in its own words. */
export interface ScanLogin {
  user: User;
  application: Application;
  loginSession: LoginSession;
  tokenSet: TokenSet;
  /** The page asked for the person's custom data too. */
  withCustomData: boolean;
}

/** What the exchange of a ticket and a poll that delivers share: whether there may be a login, the login, and its events. */
export function createScanLogins(parts: {
  loginSessions: LoginSessionStore;
  refreshTokens: Pick<RefreshTokenStore, 'find'>;
  /** What people agreed to give an application, on our page. */
  consents: { find(userId: string, applicationId: string): Promise<{ scope: string } | null> };
  users: Pick<UserStore, 'find'>;
  tokens: TokenService;
  ownTokens: Pick<OwnTokenChecks, 'stillGood'>;
  codeSeal: CodeSeal;
  directory: Directory;
  secrets: Secrets;
  clock: Clock;
}) {
  const { loginSessions, refreshTokens, consents, users, tokens, directory, secrets, clock, ownTokens, codeSeal } =
    parts;

  /** Checks user, phone's login and both applications again: nobody logs in on an authority that has ended (threats T18). */
  async function checkAuthority(
    session: QrSession,
    application: Application,
  ): Promise<{ user: User; phone: LoginSession }> {
    directory.getApplication(application.id);
    const { scanner } = session;
    const [user, phone] = scanner
      ? await Promise.all([users.find(scanner.userId), loginSessions.find(scanner.loginSessionId)])
      : [null, null];
    if (!user || user.userPoolId !== application.userPoolId) throw new DomainError('ticket_invalid');
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    if (!phone || phone.revokedAt !== null || phone.expiresAt <= clock.now()) throw new DomainError('ticket_invalid');
    const phoneApplication = directory.findApplication(phone.applicationId);
    if (!phoneApplication?.enabled || !phoneApplication.approvesScans) throw new DomainError('ticket_invalid');
    if (!isVouchedFor(session, user, phone)) throw new DomainError('ticket_invalid');
    requireTrust(session);
    return { user, phone };
  }

  /**
   * A phone that approved with a token of the company's own needs a pool that still trusts such tokens. How long the token lets it approve
   * is in the ticket's deadline. @throws DomainError ticket_invalid
   */
  function requireTrust({ userPoolId, scanner }: QrSession): void {
    const company = scanner?.company;
    if (company === undefined) return;
    const isTrusted = directory.findPool(userPoolId)?.ownTokens.some(({ name }) => name === company.entryName);
    if (!isTrusted) throw new DomainError('ticket_invalid');
  }

  /**
   * Asks the company whether it stands by what it said when the phone confirmed, where it can be asked. Before anything is used up: whoever
   * hears that it does not answer may ask again. @throws DomainError ticket_invalid, auth_server_unreachable
   */
  async function askAgain({ userPoolId, scanner }: QrSession, qrcodeId: string): Promise<void> {
    const company = scanner?.company;
    if (company?.askAgain === undefined) return;
    const entry = directory.findPool(userPoolId)?.ownTokens.find(({ name }) => name === company.entryName);
    const kept = openedOrNull(company.askAgain, qrcodeId);
    if (entry === undefined || kept === null) throw new DomainError('ticket_invalid');
    const answer = await ownTokens.stillGood({ ...entry, userPoolId }, kept);
    if (answer === false) throw new DomainError('ticket_invalid');
    if (answer !== true) throw new DomainError('auth_server_unreachable', answer);
  }

  /** Null when a key of the server is gone that it was sealed with. */
  function openedOrNull(sealed: string, qrcodeId: string): AskAgain | null {
    try {
      return JSON.parse(codeSeal(qrcodeId).unseal(sealed));
    } catch {
      return null;
    }
  }

  /** Checks once more: when the phone's login ended while this login was being signed, it was not there to be ended with it. */
  async function requireUnchanged(
    session: QrSession,
    application: Application,
    loginSession: LoginSession,
    caller: Caller,
  ): Promise<void> {
    try {
      await checkAuthority(session, application);
    } catch (error) {
      if (error instanceof DomainError) {
        const facts = { ...loginFacts(loginSession), codeHash: session.idHash };
        await loginSessions.revoke(loginSession.id, clock.now(), newEvent(secrets, 'session.revoked', caller, facts));
      }
      throw error;
    }
  }

  /** Gives a login of a moment ago again, with the same tokens; null when it has ended, or that moment is over. */
  async function again(session: QrSession, loginSessionId: string): Promise<ScanLogin | null> {
    const application = directory.getApplication(session.applicationId);
    const loginSession = await loginSessions.find(loginSessionId);
    if (loginSession === null || loginSession.revokedAt !== null) return null;
    if (clock.now() - loginSession.createdAt > repeatGraceMs) return null;
    const user = await users.find(loginSession.userId);
    if (user?.status !== 'Activated') return null;
    const { scope, createdAt: issuedAt, id: jti } = loginSession;
    const { tokenSet, refreshToken } = await tokens.mint({ user, application, loginSession, scope, issuedAt, jti });
    // With another server key a different token would be derived, which no store knows.
    if (refreshToken !== null && (await refreshTokens.find(refreshToken.hash)) === null) return null;
    return toldTo(application, { user, loginSession, tokenSet, withCustomData: session.withCustomData });
  }

  /**
   * What of the asked scope a scan grants. Somebody else's product gets name and picture, which the phone has shown; anything more only as
   * far as the person agreed to it on our page.
   */
  async function scopeOf(application: Application, user: User, asked: string): Promise<string> {
    const allowed = allowedScope(application, asked);
    if (application.kind !== 'relyingParty') return allowed;
    const agreed = (await consents.find(user.id, application.id))?.scope ?? '';
    return scopeWithin(allowed, `${defaultScope} ${agreed}`.split(' '));
  }

  /** A login as its application may see it. */
  function toldTo(application: Application, login: Omit<ScanLogin, 'application'>): ScanLogin {
    const isOwn = application.kind !== 'relyingParty';
    return { ...login, application, user: isOwn ? login.user : userWithin(login.user, login.loginSession.scope) };
  }

  function newLogin(session: QrSession, application: Application, user: User, scope: string, id: string): LoginSession {
    const madeByBrowser = session.generatorUserAgent !== null;
    return newLoginSession(application, {
      id,
      userPoolId: session.userPoolId,
      userId: user.id,
      amr: ['qr'],
      parentId: session.scanner?.loginSessionId ?? null,
      scope,
      createdAt: clock.now(),
      // The address of the person's browser, not of the backend that exchanges the ticket.
      ip: madeByBrowser ? session.generatorIp : null,
      userAgent: session.generatorUserAgent,
      browserHash:
        session.pollBinding === 'cookie'
          ? session.isBound
            ? session.bindingHash
            : null
          : (session.browserHash ?? null),
    });
  }

  function redemptionOf(session: QrSession, loginSession: LoginSession, ticket: string) {
    return {
      ticketHash: secrets.hash(ticket),
      codeHash: session.idHash,
      userPoolId: session.userPoolId,
      applicationId: session.applicationId,
      loginSessionId: loginSession.id,
      redeemedAt: loginSession.createdAt,
      callerHash: null,
    };
  }

  function eventsOf(session: QrSession, loginSession: LoginSession, caller: Caller): AuditEvent[] {
    const facts = { ...loginFacts(loginSession), codeHash: session.idHash };
    // The login is the person's browser's; who exchanged for it may be a backend.
    const { ip, userAgent, amr } = loginSession;
    const browser = { ip, userAgent, requestId: caller.requestId };
    return [
      newEvent(secrets, 'qr.exchanged', caller, facts),
      newEvent(secrets, 'session.created', browser, { ...facts, detail: { amr: amr.join(' ') } }),
    ];
  }

  return { checkAuthority, askAgain, requireUnchanged, again, scopeOf, toldTo, newLogin, redemptionOf, eventsOf };
}

export type ScanLogins = ReturnType<typeof createScanLogins>;
