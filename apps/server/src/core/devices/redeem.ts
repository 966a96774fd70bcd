import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, repeatGraceMs } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { redemptionKeptMs } from '../qr/redemption-store.ts';
import { loginFacts, newLoginSession } from '../sessions/login-session.ts';
import { roomFor } from '../sessions/room.ts';
import { allowedScope } from '../sessions/scopes.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import { isLive } from '../tokens/standing-login.ts';
import type { RefreshTokenStore } from '../tokens/store.ts';
import type { TokenService, TokenSet } from '../tokens/token-set.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { type DeviceApproval, type DeviceGrant, isExpired, poll } from './device-grant.ts';
import type { DeviceGrantStore } from './store.ts';

export interface RedeemDeviceInput {
  application: Application;
  isProved: boolean;
  deviceCode: string;
  caller: Caller;
}

/** Answers a device that asks for its tokens (RFC 8628, 3.4): not yet, no, or once the tokens. */
export function createDeviceRedemption(parts: {
  deviceGrants: DeviceGrantStore;
  loginSessions: Pick<LoginSessionStore, 'find' | 'revoke'>;
  refreshTokens: Pick<RefreshTokenStore, 'find'>;
  users: Pick<UserStore, 'find'>;
  tokens: Pick<TokenService, 'mint'>;
  directory: Pick<Directory, 'getApplication' | 'findApplication'>;
  audit: { append(event: AuditEvent): Promise<void> };
  secrets: Secrets;
  clock: Clock;
}) {
  const { deviceGrants, loginSessions, refreshTokens, users, tokens, directory, audit, secrets, clock } = parts;

  /** @throws DomainError device_code_invalid, device_pending, device_too_fast, device_denied, device_expired, user_suspended */
  return async function redeem(input: RedeemDeviceInput): Promise<TokenSet> {
    const { application, caller } = input;
    const grant = await deviceGrants.find(secrets.hash(input.deviceCode));
    // Another application's attempt changes nothing.
    if (grant === null || grant.applicationId !== application.id) throw new DomainError('device_code_invalid');
    if (grant.status === 'CONSUMED') return answerAgain(grant, input);
    if (grant.status === 'DENIED') throw new DomainError('device_denied');
    const now = clock.now();
    if (isExpired(grant, now)) throw new DomainError('device_expired');
    if (grant.status === 'PENDING') return refuseForNow(grant, now);
    if (grant.approval === null) throw new Error('an approved grant has no approval');

    const user = await approvedUser(grant, grant.approval);
    const scope = allowedScope(application, grant.scope);
    const loginSession = newLoginSession(application, {
      id: secrets.randomToken(),
      userPoolId: grant.userPoolId,
      userId: user.id,
      amr: grant.approval.amr,
      birth: 'device',
      parentId: grant.approval.parentId,
      scope,
      createdAt: now,
      authenticatedAt: grant.approval.authenticatedAt,
      ip: caller.ip,
      userAgent: caller.userAgent,
      browserHash: null,
    });
    const { tokenSet, refreshToken } = await tokens.mint({
      user,
      application,
      loginSession,
      scope,
      issuedAt: now,
      // With this id the same token set can be made again, for a device that lost the reply.
      jti: loginSession.id,
    });
    const next: DeviceGrant = {
      ...grant,
      status: 'CONSUMED',
      version: grant.version + 1,
      redemption: { loginSessionId: loginSession.id, redeemedAt: now, callerHash: callerHashOf(input) },
      keptUntil: now + redemptionKeptMs,
    };
    const facts = { ...loginFacts(loginSession), codeHash: grant.deviceCodeHash };
    const isFirst = await deviceGrants.redeem({
      next,
      loginSession,
      room: roomFor(loginSession, caller, secrets),
      refreshToken,
      events: [newEvent(secrets, 'session.created', caller, { ...facts, detail: { amr: loginSession.amr.join(' ') } })],
    });
    if (isFirst) {
      // When the approving login ended while this one was being signed, it was not there to be ended with it.
      await approvedUser(grant, grant.approval).catch(async (error: unknown) => {
        await loginSessions.revoke(loginSession.id, clock.now(), newEvent(secrets, 'session.revoked', caller, facts));
        throw error;
      });
      return tokenSet;
    }
    const winner = await deviceGrants.find(grant.deviceCodeHash);
    if (winner?.status !== 'CONSUMED') throw new DomainError('device_code_invalid');
    return answerAgain(winner, input);
  };

  /** @throws DomainError device_pending, device_too_fast */
  async function refuseForNow(grant: DeviceGrant, now: number): Promise<never> {
    const { next, isEarly } = poll(grant, now);
    // A lost race changes nothing: the next poll is judged on what the winner left.
    if (next !== grant) await deviceGrants.replace(next, null);
    throw new DomainError(isEarly ? 'device_too_fast' : 'device_pending');
  }

  /**
   * The person, if all that approved still stands (threats T18): nobody is signed in on an authority that has ended.
   * @throws DomainError device_denied, user_suspended
   */
  async function approvedUser(grant: DeviceGrant, { userId, parentId, approvedAt }: DeviceApproval): Promise<User> {
    directory.getApplication(grant.applicationId);
    const user = await users.find(userId);
    if (user === null || user.userPoolId !== grant.userPoolId) throw new DomainError('device_denied');
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    if ((user.passwordLastSetAt ?? 0) > approvedAt) throw new DomainError('device_denied');
    if (parentId !== null && !(await standsToApprove(parentId))) throw new DomainError('device_denied');
    return user;
  }

  async function standsToApprove(loginSessionId: string): Promise<boolean> {
    const phone = await loginSessions.find(loginSessionId);
    if (phone === null || !isLive(phone, clock.now())) return false;
    const application = directory.findApplication(phone.applicationId);
    return (application?.enabled && application.approvesScans) ?? false;
  }

  /** A device that got its tokens a moment ago gets them again; anybody else learns nothing. @throws DomainError device_code_invalid */
  async function answerAgain(grant: DeviceGrant, input: RedeemDeviceInput): Promise<TokenSet> {
    const { redemption, approval } = grant;
    if (redemption === null || approval === null) throw new Error('a used grant has no redemption');
    const isRepeat =
      redemption.callerHash === callerHashOf(input) && clock.now() - redemption.redeemedAt <= repeatGraceMs;
    if (!isRepeat) return refuseUsed(grant, redemption.loginSessionId, redemption.redeemedAt, input);
    const user = await approvedUser(grant, approval);
    const { application } = input;
    const loginSession = await loginSessions.find(redemption.loginSessionId);
    if (loginSession === null || !isLive(loginSession, clock.now())) throw new DomainError('device_code_invalid');
    const { scope, createdAt: issuedAt, id: jti } = loginSession;
    const { tokenSet, refreshToken } = await tokens.mint({ user, application, loginSession, scope, issuedAt, jti });
    // With another server key a different token would be derived, which no store knows.
    if (refreshToken !== null && (await refreshTokens.find(refreshToken.hash)) === null) {
      throw new DomainError('device_code_invalid');
    }
    return tokenSet;
  }

  /** A used code that its proved application presents later has leaked, so the login ends (as with tickets, threats T11). */
  async function refuseUsed(
    grant: DeviceGrant,
    loginSessionId: string,
    redeemedAt: number,
    { isProved, caller }: RedeemDeviceInput,
  ): Promise<never> {
    const { userPoolId, applicationId, deviceCodeHash: codeHash } = grant;
    const facts = { userPoolId, applicationId, loginSessionId, codeHash, detail: { authenticated: isProved } };
    const event = newEvent(secrets, 'device.code_replayed', caller, facts);
    const now = clock.now();
    if (isProved && now - redeemedAt > repeatGraceMs) await loginSessions.revoke(loginSessionId, now, event);
    else await audit.append(event);
    throw new DomainError('device_code_invalid');
  }

  function callerHashOf({ application, isProved, caller }: RedeemDeviceInput): string {
    return callerHash(secrets, JSON.stringify(['device', application.id, isProved]), caller);
  }
}

export type RedeemDevice = ReturnType<typeof createDeviceRedemption>;
