import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, repeatGraceMs } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { roomFor } from '../sessions/room.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { TokenService } from '../tokens/token-set.ts';
import type { Deliver } from './deliver.ts';
import type { Redemption, RedemptionStore } from './redemption-store.ts';
import type { ScanLogin, ScanLogins } from './scan-logins.ts';
import { isExpired, type QrSession } from './session.ts';
import type { QrSessionStore } from './store.ts';
import { qrcodeIdOfTicket } from './ticket.ts';

/** Wrong attempts by an authenticated application after which the ticket is void (threats T11). */
const maxFailedExchanges = 3;

/** An application, with or without a proof of its secret, or a pool, which speaks for each of its applications. */
export type Redeemer =
  | { kind: 'application'; application: Application; isProved: boolean }
  | { kind: 'pool'; userPoolId: string };

export interface ExchangeInput {
  ticket: string;
  redeemer: Redeemer;
  pollSecret: string | undefined;
  /** The state that the redeemer's own page made its QR session with; given when the redeemer wants it compared (threats T2). */
  state: string | undefined;
  /** Already reduced to what is offered; the application is granted what it is allowed of that. */
  scope: string;
  caller: Caller;
  /** The generation of the call: only the same call again counts as a repeat. */
  call: 'v3' | 'v2';
}

export interface ExchangedLogin extends ScanLogin {
  qrcodeId: string;
  /** The state the QR session was made with, to be compared by the page's backend. */
  state: string | null;
}

/** Turns a ticket into a login, once (wire 2.4; threats T10, T11, T18): all checks that refuse, then the one transaction that consumes. */
export function createTicketExchange(parts: {
  qrSessions: QrSessionStore;
  redemptions: RedemptionStore;
  loginSessions: Pick<LoginSessionStore, 'revoke'>;
  tokens: Pick<TokenService, 'mint'>;
  logins: ScanLogins;
  deliver: Deliver;
  directory: Directory;
  secrets: Secrets;
  clock: Clock;
  audit: { append(event: AuditEvent): Promise<void> };
}) {
  const { qrSessions, redemptions, loginSessions, tokens, logins, deliver, directory, secrets, clock, audit } = parts;

  return async function exchange(input: ExchangeInput): Promise<ExchangedLogin> {
    const { ticket, redeemer, caller } = input;
    if (redeemer.kind === 'application' && !redeemer.isProved) requireOpenExchange(redeemer.application);
    const qrcodeId = qrcodeIdOfTicket(ticket);
    const found = qrcodeId === null ? null : await qrSessions.find(secrets.hash(qrcodeId));
    if (qrcodeId === null || found === null || found.session.status === 'CONSUMED') {
      if (qrcodeId === null || found === null) return refuseUsed(input);
      const again = await deliveredBefore(input, found.session);
      return again === null ? answerAgain(input, found.session, qrcodeId) : told(again, found.session, qrcodeId);
    }
    const { session, now } = found;
    if (session.status !== 'AUTHORIZED' || isExpired(session, now)) throw new DomainError('ticket_invalid');
    await checkTicket(input, session);
    const application = directory.getApplication(session.applicationId);
    const { user } = await logins.checkAuthority(session, application);
    await logins.askAgain(session, qrcodeId);

    const scope = await logins.scopeOf(application, user, input.scope);
    const loginSession = logins.newLogin(session, application, user, scope, secrets.randomToken());
    const { tokenSet, refreshToken } = await tokens.mint({
      user,
      application,
      loginSession,
      scope,
      issuedAt: loginSession.createdAt,
      // With this id the same token set can be made again, for a caller that lost the reply.
      jti: loginSession.id,
    });
    const isFirst = await redemptions.redeem({
      redemption: { ...logins.redemptionOf(session, loginSession, ticket), callerHash: callerHashOf(input) },
      loginSession,
      room: roomFor(loginSession, caller, secrets),
      refreshToken,
      events: logins.eventsOf(session, loginSession, caller),
    });
    // Another exchange was first. The session need not show it: its store may have lost the mark.
    if (!isFirst) return answerAgain(input, session, qrcodeId);
    await logins.requireUnchanged(session, application, loginSession, caller);
    const { withCustomData } = session;
    const login = logins.toldTo(application, { user, loginSession, tokenSet, withCustomData });
    return told(login, session, qrcodeId);
  };

  function told(login: ScanLogin, { state }: QrSession, qrcodeId: string): ExchangedLogin {
    return { ...login, qrcodeId, state: state ?? null };
  }

  /** @throws DomainError ticket_invalid */
  async function refuseUsed(input: ExchangeInput): Promise<never> {
    await noteReplay(input);
    throw new DomainError('ticket_invalid');
  }

  /** A caller that used the ticket a moment ago gets the same login. @throws DomainError ticket_invalid, and as the first time */
  async function answerAgain(input: ExchangeInput, session: QrSession, qrcodeId: string): Promise<ExchangedLogin> {
    const redemption = await redemptions.findByTicket(secrets.hash(input.ticket));
    const isRepeat =
      redemption?.callerHash === callerHashOf(input) && clock.now() - redemption.redeemedAt <= repeatGraceMs;
    if (!isRepeat) return refuseUsed(input);
    await checkTicket(input, session);
    await logins.checkAuthority(session, directory.getApplication(session.applicationId));
    const login = await logins.again(session, redemption.loginSessionId);
    if (login === null) throw new DomainError('ticket_invalid');
    return told(login, session, qrcodeId);
  }

  function callerHashOf({ redeemer, caller, call }: ExchangeInput): string {
    const name = redeemer.kind === 'pool' ? redeemer.userPoolId : redeemer.application.id;
    return callerHash(secrets, JSON.stringify([call, redeemer.kind, name, isProof(redeemer)]), caller);
  }

  function requireOpenExchange(application: Application): void {
    if (directory.qrcodeLoginStrategy(application).allowExchangeUserInfoFromBrowser) return;
    throw new DomainError('exchange_needs_server');
  }

  /** The login that a poll delivered with its ticket: official v2 clients exchange that at once, and get the login they have. */
  async function deliveredBefore(input: ExchangeInput, session: QrSession): Promise<ScanLogin | null> {
    if (session.deliveredSessionId === null) return null;
    await checkTicket(input, session);
    return deliver(session, qrcodeIdOfTicket(input.ticket) ?? '', input.caller);
  }

  /** Checks the ticket, that the caller speaks for its application, and the poll secret where there is one. */
  async function checkTicket(input: ExchangeInput, session: QrSession): Promise<void> {
    const { ticket, redeemer, pollSecret } = input;
    if (session.ticket === null || !secrets.equal(secrets.hash(ticket), session.ticket.hash)) {
      throw new DomainError('ticket_invalid');
    }
    if (!speaksFor(redeemer, session)) {
      await noteFailure(input, session);
      throw new DomainError('ticket_invalid');
    }
    // Somebody who plants a ticket of their own cannot know the state: the ticket logs nobody in, and no failure is counted.
    if (input.state !== undefined && !secrets.equal(input.state, session.state ?? ''))
      throw new DomainError('state_mismatch');
    if (session.pollBinding !== 'secret') return;
    if (pollSecret === undefined) {
      throw new DomainError('invalid_argument', { field: 'poll_secret', reason: 'noPollSecret' });
    }
    if (session.bindingHash === null || !secrets.equal(secrets.hash(pollSecret), session.bindingHash)) {
      await noteFailure(input, session);
      throw new DomainError('ticket_invalid');
    }
  }

  /** A wrong attempt never consumes a ticket, or anyone could kill a login; three by an authenticated application do. */
  async function noteFailure({ redeemer, caller }: ExchangeInput, session: QrSession): Promise<void> {
    if (!isProof(redeemer)) return;
    const { userPoolId, applicationId, scanner, idHash } = session;
    const facts = { userPoolId, applicationId, userId: scanner?.userId ?? null, codeHash: idHash };
    const failedExchanges = session.failedExchanges + 1;
    const isVoid = failedExchanges >= maxFailedExchanges;
    await qrSessions.replace(
      { ...session, failedExchanges, status: isVoid ? 'CONSUMED' : session.status, version: session.version + 1 },
      session.expiresAt,
      isVoid ? newEvent(secrets, 'qr.ticket_voided', caller, facts) : null,
    );
  }

  /** A used ticket that its own application presents again: soon after, a lost reply; later, a leak, so the login ends. */
  async function noteReplay({ ticket, redeemer, caller }: ExchangeInput): Promise<void> {
    const redemption = await redemptions.findByTicket(secrets.hash(ticket));
    if (!redemption) return;
    const event = newEvent(secrets, 'qr.ticket_replayed', caller, {
      userPoolId: redemption.userPoolId,
      applicationId: redeemer.kind === 'application' ? redeemer.application.id : redemption.applicationId,
      loginSessionId: redemption.loginSessionId,
      codeHash: redemption.codeHash,
      detail: { authenticated: isProof(redeemer) },
    });
    const now = clock.now();
    if (isProof(redeemer) && speaksFor(redeemer, redemption) && now - redemption.redeemedAt > repeatGraceMs) {
      await loginSessions.revoke(redemption.loginSessionId, now, event);
    } else {
      await audit.append(event);
    }
  }
}

function isProof(redeemer: Redeemer): boolean {
  return redeemer.kind === 'pool' || redeemer.isProved;
}

function speaksFor(redeemer: Redeemer, owner: Pick<Redemption, 'applicationId' | 'userPoolId'>): boolean {
  return redeemer.kind === 'pool'
    ? redeemer.userPoolId === owner.userPoolId
    : redeemer.application.id === owner.applicationId;
}
