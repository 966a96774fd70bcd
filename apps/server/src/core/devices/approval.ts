import type { DeviceConsent } from '@passbeam/protocol';
import { type AuditEvent, type AuditType, newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { describeUserAgent } from '../ground/user-agent.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import { cleanText } from '../users/display.ts';
import type { User } from '../users/user.ts';
import { approve, type DeviceGrant, deny, isExpired, requireHolder, scan } from './device-grant.ts';
import type { DeviceGrantStore } from './store.ts';
import { readUserCode, userCodeHash } from './user-code.ts';

/** A lost race is judged again on what the winner left. More losses than this in a row mean that something is wrong. */
const maxAttempts = 8;

export type DeviceAction = 'SCAN' | 'CONFIRM' | 'CANCEL';

export interface DeviceActionInput {
  /** As scanned or typed. */
  userCode: string;
  action: DeviceAction;
  signedIn: SignedIn<'approveCodes'>;
  caller: Caller;
}

/** A decision on the page, by a person who proved a moment ago who they are. */
export interface DeviceDecision {
  deviceCodeHash: string;
  allow: boolean;
  user: Pick<User, 'id' | 'userPoolId'>;
  /** How they proved it: of the SSO login that this made. */
  authentication: Pick<LoginSession, 'amr' | 'parentId' | 'authenticatedAt'>;
  caller: Caller;
}

/** A grant that waits for a decision, for whoever asks the person. */
export interface WaitingDevice {
  deviceCodeHash: string;
  userCode: string;
  application: Application;
  scope: string;
  ip: string;
  userAgent: string | null;
}

/** How a person lets a device in: in the company's app, by SCAN and CONFIRM, or on the page (RFC 8628, 3.3). */
export function createDeviceApprovals(parts: {
  deviceGrants: DeviceGrantStore;
  directory: Directory;
  audit: { append(event: AuditEvent): Promise<void> };
  secrets: Secrets;
  clock: Clock;
}) {
  const { deviceGrants, directory, audit, secrets, clock } = parts;

  /** The grant of a user code. Unknown, expired and other pools' codes are told alike. @throws DomainError user_code_unknown */
  async function grantOf(typed: string, userPoolId: string | null): Promise<DeviceGrant & { userCode: string }> {
    const userCode = readUserCode(typed);
    if (userCode === null) throw new DomainError('user_code_unknown');
    const hashes = secrets.keyIds.map((keyId) => userCodeHash(secrets, keyId, userCode));
    const grant = await deviceGrants.findByUserCode(hashes);
    if (grant === null || isExpired(grant, clock.now())) throw new DomainError('user_code_unknown');
    if (userPoolId !== null && grant.userPoolId !== userPoolId) throw new DomainError('user_code_unknown');
    directory.getApplication(grant.applicationId);
    return { ...grant, userCode };
  }

  /** The device that waits with this code, to be shown on the page. @throws DomainError user_code_unknown, qr_finished */
  async function find(typed: string): Promise<WaitingDevice> {
    const { deviceCodeHash, userCode, applicationId, status, scope, ip, userAgent } = await grantOf(typed, null);
    if (status !== 'PENDING') throw new DomainError('qr_finished');
    return { deviceCodeHash, userCode, application: directory.getApplication(applicationId), scope, ip, userAgent };
  }

  /**
   * The moves of the company's app. SCAN tells what the person must see before deciding; the others tell nothing new. Repeats by the
   * same login are no error.
   * @throws DomainError approval_not_allowed, user_code_unknown, qr_not_scanned, qr_other_user, qr_finished, qr_conflict
   */
  async function act({ userCode, action, signedIn, caller }: DeviceActionInput): Promise<DeviceConsent | null> {
    const { user, loginSession, applicationId } = signedIn;
    if (!directory.getApplication(applicationId).approvesScans) throw new DomainError('approval_not_allowed');
    const scanner = { userId: user.id, loginSessionId: loginSession.id };
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const grant = await grantOf(userCode, user.userPoolId);
      const now = clock.now();
      const moved = await judge(grant, now);
      if (moved !== grant && !(await deviceGrants.replace(moved, eventOf(eventTypes[action], grant, user.id, caller))))
        continue;
      return action === 'SCAN' ? consentOf(grant, now, caller) : null;
    }
    throw new DomainError('qr_conflict');

    async function judge(grant: DeviceGrant, now: number): Promise<DeviceGrant> {
      try {
        if (action === 'SCAN') return scan(grant, scanner);
        requireHolder(grant, scanner);
        if (isRepeat(grant)) return grant;
        if (action === 'CANCEL') return deny(grant);
        const approval = {
          userId: user.id,
          amr: ['qr'],
          parentId: loginSession.id,
          authenticatedAt: now,
          approvedAt: now,
        };
        return approve(grant, approval);
      } catch (error) {
        if (error instanceof DomainError && error.code === 'qr_other_user') {
          await audit.append(eventOf('device.scan_conflict', grant, user.id, caller));
        }
        throw error;
      }
    }

    function isRepeat({ status, approval }: DeviceGrant): boolean {
      if (action === 'CANCEL') return status === 'DENIED';
      return approval?.parentId === loginSession.id && (status === 'APPROVED' || status === 'CONSUMED');
    }
  }

  /**
   * What the person decided on the page. A repeat of the same decision is no error.
   * @throws DomainError user_code_unknown, qr_other_user, qr_finished, qr_conflict
   */
  async function decide({ deviceCodeHash, allow, user, authentication, caller }: DeviceDecision): Promise<void> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const grant = await deviceGrants.find(deviceCodeHash);
      const now = clock.now();
      if (grant === null || isExpired(grant, now) || grant.userPoolId !== user.userPoolId) {
        throw new DomainError('user_code_unknown');
      }
      const isRepeat = allow
        ? grant.approval?.userId === user.id && grant.approval.authenticatedAt === authentication.authenticatedAt
        : grant.status === 'DENIED';
      if (isRepeat) return;
      const { amr, parentId, authenticatedAt } = authentication;
      const approval = { userId: user.id, amr: [...amr], parentId, authenticatedAt, approvedAt: now };
      const decided = allow ? approve(grant, approval) : deny(grant);
      const type = allow ? 'device.approved' : 'device.denied';
      if (await deviceGrants.replace(decided, eventOf(type, grant, user.id, caller))) return;
    }
    throw new DomainError('qr_conflict');
  }

  function eventOf(type: AuditType, grant: DeviceGrant, userId: string, caller: Caller): AuditEvent {
    const { userPoolId, applicationId, deviceCodeHash: codeHash } = grant;
    return newEvent(secrets, type, caller, { userPoolId, applicationId, userId, codeHash });
  }

  /** What the person is shown before deciding (threats T1); the device chose none of it but its User-Agent. */
  function consentOf(grant: DeviceGrant & { userCode: string }, now: number, caller: Caller): DeviceConsent {
    const application = directory.getApplication(grant.applicationId);
    return {
      applicationName: cleanText(application.name),
      applicationDomain: application.domain,
      scopes: grant.scope.split(' '),
      userCode: grant.userCode,
      requestedAt: new Date(grant.createdAt).toISOString(),
      ageSeconds: Math.max(0, Math.round((now - grant.createdAt) / 1000)),
      ip: grant.ip,
      // No geographic database is bundled: places stay unknown rather than guessed.
      place: null,
      ...describeUserAgent(grant.userAgent),
      ipMismatch: grant.ip !== caller.ip,
      expiresIn: Math.max(0, Math.ceil((grant.expiresAt - now) / 1000)),
    };
  }

  return { find, act, decide };
}

const eventTypes = {
  SCAN: 'device.scanned',
  CONFIRM: 'device.approved',
  CANCEL: 'device.denied',
} as const satisfies Record<DeviceAction, AuditType>;

export type DeviceApprovals = ReturnType<typeof createDeviceApprovals>;
