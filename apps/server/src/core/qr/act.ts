import type { ConsentContext, QrDoor } from '@passbeam/protocol';
import { type AuditEvent, type AuditType, newEvent } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash } from '../ground/honest-repeat.ts';
import type { Secrets } from '../ground/ports.ts';
import { createTurns } from '../ground/turns.ts';
import { loginFacts } from '../sessions/login-session.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { AskAgain } from '../tokens/own-token.ts';
import type { CustomFieldStore } from '../users/custom/custom-fields.ts';
import { displayName, photoUrl } from '../users/display.ts';
import type { UserStore } from '../users/store.ts';
import { consentContext } from './consent.ts';
import { looksLikeQrcodeId } from './id.ts';
import { isContested } from './lone-poller.ts';
import { customDataOf } from './payload.ts';
import { profileData } from './profile-data.ts';
import { isScanTokenOf, scanTokenOf } from './scan-token.ts';
import {
  isRepeatedDecision,
  isVouchedFor,
  move,
  type QrAction,
  type QrSession,
  type Scanner,
  type ScannerOfCompany,
  secondsLeft,
} from './session.ts';
import type { ProfileWrite, QrSessionStore } from './store.ts';
import { mintTicket } from './ticket.ts';

/** A lost race is judged again on what the winner left. More losses than this in a row mean that something is wrong. */
const maxAttempts = 8;
/** How many QR sessions one person may hold in SCANNED, so that nobody can lock other people's codes (threats T40). */
const maxHeldCodes = 5;

const eventTypes = { SCAN: 'qr.scanned', CONFIRM: 'qr.confirmed', CANCEL: 'qr.cancelled' } as const satisfies Record<
  QrAction,
  AuditType
>;

export interface QrActionInput {
  qrcodeId: string;
  action: QrAction;
  /** With SCAN: how the app came to the code, as it tells. */
  door?: QrDoor | undefined;
  signedIn: SignedIn<'approveCodes'>;
  caller: Caller;
  /** The phone's address where that is not the caller's; null: nobody told it. */
  phoneIp?: string | null;
  /** Who vouches for the person, beside the phone itself: for the audit. */
  vouchedBy?: AuditEvent['detail'];
  /** Where the phone approves with a token of the company's own. */
  company?: CompanyWord | undefined;
  /** With CONFIRM and CANCEL: what SCAN gave. */
  scanToken?: string | undefined;
}

/** What a token of the company's own says of the move it comes with. */
export interface CompanyWord extends Pick<ScannerOfCompany, 'entryName' | 'issuer' | 'authorityUntil'> {
  requireScanToken: boolean;
  /** What the company is asked with when the ticket is exchanged. */
  askAgain: AskAgain | null;
}

/** Seals what is kept with a code so that nobody opens it who does not know the code's raw id, the server's key or not. */
export type CodeSeal = (qrcodeId: string) => { seal(text: string): string; unseal(sealed: string): string };

export interface ScannedCode {
  consent: ConsentContext;
  /** The page's own word, not ours: a link does not hold it, and no fact of the consent. */
  customData: Record<string, unknown>;
  /** Seconds left, as a link does not tell them either. */
  expiresIn: number;
  /** Where the phone approves with a token of the company's own: to be sent back with the decision. */
  scanToken?: string;
}

/** The phone's three moves (wire 2.3). Every alias and generation ends here (threats T41). */
export function createQrActions(parts: {
  qrSessions: QrSessionStore;
  loginSessions: LoginSessionStore;
  users: Pick<UserStore, 'find'>;
  customFields: Pick<CustomFieldStore, 'list'>;
  directory: Directory;
  secrets: Secrets;
  audit: { append(event: AuditEvent): Promise<void> };
  /** Whether that number is enforced; false for load tests only. */
  capsHeldCodes: boolean;
  codeSeal: CodeSeal;
  publicUrl: string;
}) {
  const { qrSessions, loginSessions, directory, secrets, audit, codeSeal } = parts;

  /** @throws DomainError approval_not_allowed */
  function requireApprover({ applicationId }: SignedIn): void {
    if (!directory.getApplication(applicationId).approvesScans) throw new DomainError('approval_not_allowed');
  }

  function ticketLifeMs({ applicationId }: QrSession): number {
    return directory.qrcodeLoginStrategy(directory.getApplication(applicationId)).ticketExpiresIn * 1000;
  }

  /** The session after a decision: its deadline is now counted from the moment at which the phone decided. */
  function decided(moved: QrSession, by: Scanner, action: QrAction, qrcodeId: string, now: number): QrSession {
    if (action === 'SCAN') return moved;
    const next = withDecision(moved, by, now);
    const lifeMs = ticketLifeMs(next);
    if (action === 'CANCEL') return { ...next, expiresAt: now + lifeMs };
    return { ...next, ticket: mintTicket(secrets, qrcodeId), expiresAt: now + Math.min(lifeMs, authorityMs(by, now)) };
  }

  function decidedAtOf(session: QrSession): number {
    return session.scanner?.company?.decidedAt ?? session.expiresAt - ticketLifeMs(session);
  }

  /** Judges one person's scans one after the other, or many at the same time would all find room (threats T40). */
  const inTurn = createTurns();

  /** Null for CONFIRM and CANCEL, which tell nothing new. */
  return function act(input: QrActionInput): Promise<ScannedCode | null> {
    return input.action === 'SCAN' ? inTurn(input.signedIn.user.id, () => actNow(input)) : actNow(input);
  };

  async function actNow(input: QrActionInput): Promise<ScannedCode | null> {
    const { qrcodeId, action, door, signedIn, caller, phoneIp = caller.ip, vouchedBy, company, scanToken } = input;
    const { user, loginSession } = signedIn;
    requireApprover(signedIn);
    if (!looksLikeQrcodeId(qrcodeId)) throw new DomainError('qr_not_found');

    const idHash = secrets.hash(qrcodeId);
    const scanner: Scanner = {
      userId: user.id,
      loginSessionId: loginSession.id,
      displayName: displayName(user),
      photo: photoUrl(user, parts.publicUrl),
      ...(door !== undefined && { door }),
      ...(company !== undefined && {
        company: {
          entryName: company.entryName,
          issuer: company.issuer,
          authorityUntil: company.authorityUntil,
          scannedBy: callerHash(secrets, loginSession.id, caller),
          ...(action === 'CONFIRM' &&
            company.askAgain !== null && { askAgain: codeSeal(qrcodeId).seal(JSON.stringify(company.askAgain)) }),
        },
      }),
    };
    const eventOf = (type: AuditType, { applicationId }: QrSession, detail: AuditEvent['detail'] = {}) =>
      newEvent(secrets, type, caller, {
        ...loginFacts(loginSession),
        applicationId,
        codeHash: idHash,
        detail: { ...vouchedBy, ...detail },
      });

    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const found = await qrSessions.find(idHash);
      if (!found) throw new DomainError('qr_not_found');
      const { session, now } = found;
      if (session.userPoolId !== user.userPoolId) throw new DomainError('qr_other_pool');
      directory.getApplication(session.applicationId);

      // Such a session is refused at once: it could be confirmed but never exchanged, which would be a dead end.
      if (!isVouchedFor(session, user, loginSession) || isContested(session)) throw new DomainError('qr_expired');
      requireSamePhone(session);
      const moved = await judge(session, now);
      if (moved === session) return scannedCode(session, now);
      const next = decided(moved, scanner, action, qrcodeId, now);
      const told = next.scanner?.door;
      const event = eventOf(eventTypes[action], session, told === undefined ? {} : { door: told });
      const profile = action === 'CONFIRM' ? await profileWrite(session, now) : undefined;
      if (await qrSessions.replace(next, session.expiresAt, event, profile)) return scannedCode(next, now);
    }
    throw new DomainError('qr_conflict');

    /** The profile write that goes with the move, both or neither: whoever hears "confirmed" finds the data. */
    async function profileWrite(session: QrSession, now: number): Promise<ProfileWrite | undefined> {
      const { customData, isMadeByApplication, applicationId } = session;
      if (customData === null || !isMadeByApplication) return undefined;
      if (!directory.getApplication(applicationId).savesCustomData) return undefined;
      // The profile is read for each attempt, because the lost race may have been about the profile.
      const [person, fields] = await Promise.all([
        parts.users.find(user.id),
        parts.customFields.list(session.userPoolId),
      ]);
      const data = person === null ? null : profileData(customData, person.customData, fields);
      if (person === null || data?.customData == null) return undefined;
      const detail = { source: 'qr_code', fields: data.taken.join(' ').slice(0, 512), refused: data.refused };
      return {
        userId: person.id,
        userVersion: person.version,
        customData: data.customData,
        at: now,
        event: eventOf('user.updated', session, detail),
      };
    }

    /** Where the token names no login, the phone that scanned is known by what its SCAN was answered with. */
    function requireSamePhone({ scanner: first }: QrSession): void {
      if (company === undefined || first === null) return;
      if (action === 'SCAN') {
        const isOther = first.company?.scannedBy !== scanner.company?.scannedBy;
        if (company.requireScanToken && isOther) throw new DomainError('qr_other_user');
        return;
      }
      if (scanToken === undefined) {
        if (!company.requireScanToken) return;
        throw new DomainError('invalid_argument', { field: 'scanToken', reason: 'noScanToken' });
      }
      if (!isScanTokenOf(scanToken, secrets, qrcodeId, first)) throw new DomainError('qr_other_user');
    }

    async function judge(session: QrSession, now: number): Promise<QrSession> {
      if (isRepeatedDecision(session, action, scanner, now - decidedAtOf(session))) return session;
      try {
        const moved = move(session, action, scanner, now);
        if (moved !== session && action === 'SCAN') await requireRoom(session);
        return moved;
      } catch (error) {
        if (error instanceof DomainError && error.code === 'qr_other_user') {
          await audit.append(eventOf('qr.scan_conflict', session));
        }
        throw error;
      }
    }

    async function requireRoom(session: QrSession): Promise<void> {
      if (!parts.capsHeldCodes) return;
      if (await qrSessions.takePlace(user.id, session, maxHeldCodes)) return;
      throw new DomainError('too_many_requests', { reason: 'tooManyScanned', retryAfterSeconds: 30 });
    }

    async function scannedCode(session: QrSession, now: number): Promise<ScannedCode | null> {
      if (action !== 'SCAN') return null;
      return {
        consent: await consentContext({ directory, loginSessions }, session, now, { userId: user.id, ip: phoneIp }),
        customData: customDataOf(session),
        expiresIn: secondsLeft(session, now),
        ...(company !== undefined &&
          session.scanner !== null && { scanToken: scanTokenOf(secrets, qrcodeId, session.scanner) }),
      };
    }
  }
}

export type QrActions = ReturnType<typeof createQrActions>;

/** A ticket lives this long even where the token that confirmed ends sooner: some companies' tokens live a minute. */
const leastAuthorityMs = 60_000;
/** No token of a company is kept longer, however long tickets live. */
const keptTokenMs = 300_000;

/** How long what the phone decides at `now` may be used (threats T18). */
function authorityMs({ company }: Scanner, now: number): number {
  const until = company?.authorityUntil ?? Number.POSITIVE_INFINITY;
  const mostMs = company?.askAgain === undefined ? Number.POSITIVE_INFINITY : keptTokenMs;
  return Math.min(Math.max(until - now, leastAuthorityMs), mostMs);
}

/** The phone may have renewed its token since SCAN: what counts is the one it decided with. */
function withDecision(session: QrSession, by: Scanner, now: number): QrSession {
  const { scanner } = session;
  if (scanner?.company === undefined || by.company === undefined) return session;
  const { authorityUntil, entryName, issuer, askAgain } = by.company;
  return {
    ...session,
    scanner: {
      ...scanner,
      company: { ...scanner.company, authorityUntil, entryName, issuer, decidedAt: now, ...(askAgain && { askAgain }) },
    },
  };
}
