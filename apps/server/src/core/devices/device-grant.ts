import { DomainError } from '../ground/errors.ts';

/** EXPIRED is no status: it is a reading of the clock. */
export type DeviceGrantStatus = 'PENDING' | 'APPROVED' | 'DENIED' | 'CONSUMED';

/** A device that asks to be signed in, and what became of that (RFC 8628). Codes are kept as hashes (threats T17). */
export interface DeviceGrant {
  /** Of the code that the device alone holds and asks for tokens with. */
  deviceCodeHash: string;
  /** Of the code that a person types or scans. */
  userCodeHash: string;
  userPoolId: string;
  applicationId: string;
  scope: string;
  status: DeviceGrantStatus;
  version: number;
  /** The device, as seen when it asked. */
  ip: string;
  userAgent: string | null;
  /** The pause that the device has to leave between polls; it grows when the device does not. */
  intervalSeconds: number;
  lastPolledAt: number | null;
  /** The login in the company's app that scanned first: CONFIRM and CANCEL belong to it (threats T14). */
  scanner: DeviceScanner | null;
  approval: DeviceApproval | null;
  redemption: DeviceRedemption | null;
  createdAt: number;
  expiresAt: number;
  /** When the row may be deleted: a used code is remembered as long as its use could matter. */
  keptUntil: number;
}

export interface DeviceScanner {
  userId: string;
  loginSessionId: string;
}

/** Whose login the device gets, and how that person proved to be it. */
export interface DeviceApproval {
  userId: string;
  amr: string[];
  /** The login that the device's ends with: of the phone that confirmed, or the one behind a scan on the page; null: none. */
  parentId: string | null;
  authenticatedAt: number;
  approvedAt: number;
}

export interface DeviceRedemption {
  loginSessionId: string;
  redeemedAt: number;
  /** Who got the tokens, for an honest repeat. */
  callerHash: string;
}

/** Seconds from the request to its end: enough to fetch a phone and type, and no more (threats T1). */
export const deviceGrantSeconds = 600;

export const firstIntervalSeconds = 5;
/** The pause grows by this at each early poll (RFC 8628, 3.5), up to `longestIntervalSeconds`. */
const addedSeconds = 5;
const longestIntervalSeconds = 60;

export function isExpired({ expiresAt }: Pick<DeviceGrant, 'expiresAt'>, now: number): boolean {
  return now >= expiresAt;
}

/** SCAN: holds the grant for one login; nothing is granted by it. The same object when that login holds it already. */
export function scan(grant: DeviceGrant, scanner: DeviceScanner): DeviceGrant {
  if (grant.status !== 'PENDING') throw new DomainError('qr_finished');
  if (grant.scanner !== null) {
    requireHolder(grant, scanner);
    return grant;
  }
  return { ...grant, scanner, version: grant.version + 1 };
}

/** @throws DomainError qr_other_user, qr_not_scanned */
export function requireHolder({ scanner }: DeviceGrant, { userId, loginSessionId }: DeviceScanner): void {
  if (scanner === null) throw new DomainError('qr_not_scanned');
  if (scanner.userId !== userId || scanner.loginSessionId !== loginSessionId) throw new DomainError('qr_other_user');
}

export function approve(grant: DeviceGrant, approval: DeviceApproval): DeviceGrant {
  if (grant.status !== 'PENDING') throw new DomainError('qr_finished');
  // Whoever scanned in the app is deciding there: on a page, only the same person may be faster.
  if (grant.scanner !== null && grant.scanner.userId !== approval.userId) throw new DomainError('qr_other_user');
  return { ...grant, status: 'APPROVED', approval, version: grant.version + 1 };
}

export function deny(grant: DeviceGrant): DeviceGrant {
  if (grant.status !== 'PENDING') throw new DomainError('qr_finished');
  return { ...grant, status: 'DENIED', version: grant.version + 1 };
}

/**
 * A poll of a pending grant. An early one makes the pause longer for good and does not begin it anew, so an impatient device
 * is never kept out for ever. The same object when nothing changes.
 */
export function poll(grant: DeviceGrant, now: number): { next: DeviceGrant; isEarly: boolean } {
  const { lastPolledAt, intervalSeconds, version } = grant;
  const isEarly = lastPolledAt !== null && now < lastPolledAt + intervalSeconds * 1000;
  if (!isEarly) return { next: { ...grant, lastPolledAt: now, version: version + 1 }, isEarly };
  const longer = Math.min(intervalSeconds + addedSeconds, longestIntervalSeconds);
  return {
    next: longer === intervalSeconds ? grant : { ...grant, intervalSeconds: longer, version: version + 1 },
    isEarly,
  };
}
