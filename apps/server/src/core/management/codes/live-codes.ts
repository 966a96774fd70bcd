import type { AuditStore } from '../../audit/store.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Secrets } from '../../ground/ports.ts';
import { isExpired, isOutstanding, type QrSession } from '../../qr/session.ts';
import type { QrSessionStore } from '../../qr/store.ts';
import type { Administrator } from '../administrator.ts';
import { managementEvent } from '../event.ts';

/** Codes are counted no further, an application alone, and read no further where a status is asked for. */
const countedTo = 10_000;
const readAtMost = 500;
/** Codes that one call ends. */
const mostEnded = 1_000;
const endedAtOnce = 50;
/** Applications of a pool that are looked at: those with the most codes are found among them. */
const mostApplications = 200;
const attempts = 5;

export interface UnfinishedOf {
  applicationId: string;
  n: number;
  isCapped: boolean;
}

/** The QR codes that nobody finished yet, as operators see and end them. Codes are named by their hashes, which nobody can poll with. */
export function createLiveCodes(parts: {
  qrSessions: QrSessionStore;
  audit: Pick<AuditStore, 'findCode'>;
  directory: Pick<Directory, 'applications' | 'getApplication'>;
  secrets: Pick<Secrets, 'randomToken'>;
}) {
  const { qrSessions, audit, directory, secrets } = parts;

  /** @throws DomainError app_not_found */
  function applicationsOf(userPoolId: string, applicationId: string | undefined): string[] {
    if (applicationId === undefined) {
      const ofPool = directory.applications().filter((application) => application.userPoolId === userPoolId);
      return ofPool.slice(0, mostApplications).map(({ id }) => id);
    }
    const application = directory.getApplication(applicationId);
    if (application.userPoolId !== userPoolId) throw new DomainError('app_not_found', { field: 'appId' });
    return [application.id];
  }

  /** The newest first, and how many there are of each application that has any. @throws DomainError app_not_found */
  async function list(
    { userPoolId }: Pick<Administrator, 'userPoolId'>,
    { applicationId, status, limit }: { applicationId?: string; status?: QrSession['status']; limit: number },
  ): Promise<{ codes: QrSession[]; applications: UnfinishedOf[] }> {
    const found: UnfinishedOf[] = [];
    const codes: QrSession[] = [];
    for (const id of applicationsOf(userPoolId, applicationId)) {
      const n = await qrSessions.countOutstanding({ applicationId: id }, countedTo + 1);
      if (n === 0) continue;
      found.push({ applicationId: id, n: Math.min(n, countedTo), isCapped: n > countedTo });
      const newest = await qrSessions.newestOutstanding(id, status === undefined ? limit : readAtMost);
      codes.push(...newest.filter((code) => status === undefined || code.status === status));
    }
    return {
      codes: codes.sort((one, other) => other.createdAt - one.createdAt).slice(0, limit),
      applications: found.sort((one, other) => other.n - one.n),
    };
  }

  /**
   * Ends the codes named, each by its hash or the beginning of it, or those of an application; returns how many were unfinished. Their pages
   * read CANCELLED, and no phone can confirm.
   * @throws DomainError app_not_found
   */
  async function end(
    admin: Administrator,
    which: { codes: readonly string[] } | { applicationId: string },
    caller: Caller,
  ): Promise<{ ended: number; isCapped: boolean }> {
    if ('codes' in which) {
      const ended = await Promise.all(
        which.codes.map(async (code) => {
          const whole = await audit.findCode(admin.userPoolId, code);
          return endOne(admin, whole ?? code, caller);
        }),
      );
      return { ended: ended.filter(Boolean).length, isCapped: false };
    }
    const [id = ''] = applicationsOf(admin.userPoolId, which.applicationId);
    let ended = 0;
    while (ended < mostEnded) {
      const newest = await qrSessions.newestOutstanding(id, endedAtOnce);
      if (newest.length === 0) return { ended, isCapped: false };
      const done = await Promise.all(newest.map(({ idHash }) => endOne(admin, idHash, caller)));
      const count = done.filter(Boolean).length;
      // A store that keeps its list of them beside them may name some that are finished.
      if (count === 0) return { ended, isCapped: false };
      ended += count;
    }
    return { ended, isCapped: true };
  }

  async function endOne(admin: Administrator, idHash: string, caller: Caller): Promise<boolean> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const found = await qrSessions.find(idHash);
      if (found === null) return false;
      const { session, now } = found;
      if (session.userPoolId !== admin.userPoolId || !isOutstanding(session) || isExpired(session, now)) return false;
      const event = {
        ...managementEvent(secrets, 'qr.ended', admin, caller, {
          applicationId: session.applicationId,
          ...(session.scanner !== null && { userId: session.scanner.userId }),
        }),
        codeHash: idHash,
      };
      const next = { ...session, status: 'CANCELLED' as const, version: session.version + 1 };
      if (await qrSessions.replace(next, session.expiresAt, event)) return true;
    }
    return false;
  }

  return { list, end };
}
