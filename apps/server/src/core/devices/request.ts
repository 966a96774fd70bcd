import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { deviceGrantSeconds, firstIntervalSeconds } from './device-grant.ts';
import type { DeviceGrantStore } from './store.ts';
import { newUserCode, userCodeHash } from './user-code.ts';

/** How many outstanding grants one application may have, so that strangers cannot fill the table (threats T28). */
const outstandingOfApplication = 10_000;
/** Expired grants are told from unknown ones for so long. */
const expiredKeptMs = 86_400_000;
/** Two user codes are alike once in billions of times. More in a row mean that something is wrong. */
const maxAttempts = 5;

export interface RequestedDevice {
  deviceCode: string;
  userCode: string;
  expiresInSeconds: number;
  intervalSeconds: number;
}

/** Begins a device's sign-in (RFC 8628, 3.1): whoever holds the user code may now approve it. */
export function createDeviceRequests(parts: { deviceGrants: DeviceGrantStore; secrets: Secrets; clock: Clock }) {
  const { deviceGrants, secrets, clock } = parts;

  /** @throws DomainError permission_denied, too_many_requests */
  return async function request({
    application,
    scope,
    caller,
  }: {
    application: Application;
    scope: string;
    caller: Caller;
  }): Promise<RequestedDevice> {
    if (!application.signsInDevices) throw new DomainError('permission_denied', { reason: 'signsInNoDevices' });
    const now = clock.now();
    const limit = outstandingOfApplication;
    if ((await deviceGrants.countOutstanding(application.id, now, limit)) >= limit) {
      throw new DomainError('too_many_requests', { retryAfterSeconds: 30 });
    }
    const deviceCode = `dc_${secrets.randomToken()}`;
    const { id: applicationId, userPoolId } = application;
    const deviceCodeHash = secrets.hash(deviceCode);
    const expiresAt = now + deviceGrantSeconds * 1000;
    const event: AuditEvent = newEvent(secrets, 'device.requested', caller, {
      userPoolId,
      applicationId,
      codeHash: deviceCodeHash,
      detail: { scope },
    });
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const userCode = newUserCode(secrets);
      const grant = {
        deviceCodeHash,
        userCodeHash: userCodeHash(secrets, secrets.currentKeyId, userCode),
        userPoolId,
        applicationId,
        scope,
        status: 'PENDING',
        version: 1,
        ip: caller.ip,
        userAgent: caller.userAgent,
        intervalSeconds: firstIntervalSeconds,
        lastPolledAt: null,
        scanner: null,
        approval: null,
        redemption: null,
        createdAt: now,
        expiresAt,
        keptUntil: expiresAt + expiredKeptMs,
      } as const;
      if (!(await deviceGrants.insert(grant, event))) continue;
      return { deviceCode, userCode, expiresInSeconds: deviceGrantSeconds, intervalSeconds: firstIntervalSeconds };
    }
    throw new Error('no free user code was found');
  };
}
