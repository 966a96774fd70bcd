import type { QrDoor } from '@passbeam/protocol';
import type { AuditEvent } from '../../audit/event.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Secrets } from '../../ground/ports.ts';
import type { PhoneLogins } from '../../sessions/phone-logins.ts';
import { kindsOf, requireRight } from '../../sessions/rights.ts';
import type { CompanyWord, QrActions, ScannedCode } from '../act.ts';
import { looksLikeQrcodeId } from '../id.ts';
import { isContested } from '../lone-poller.ts';
import { move, type QrAction } from '../session.ts';
import type { QrSessionStore } from '../store.ts';
import type { Approving } from './vouched-people.ts';

/** A move by somebody who is signed in at the company and not here. */
export interface ForeignMove {
  qrcodeId: string;
  action: QrAction;
  door?: QrDoor | undefined;
  userPoolId: string;
  /** The phone application that the move stands for. */
  applicationId: string;
  /** Who says who the person is. */
  issuer: string;
  approving: Approving;
  /** The company's name of the phone's login; null when it names none. */
  session: string | null;
  client?: string | null;
  /** When the person proved who they are, or at least when the company last said so. */
  provedAt: number;
  amr: readonly string[];
  /** What is known of the phone. */
  phone: { ip: string | null; userAgent: string | null };
  caller: Caller;
  /** Who vouched for the person: for the audit. */
  vouchedBy: AuditEvent['detail'];
  /** Where a token of the phone's own vouches. */
  company?: CompanyWord;
  scanToken?: string | undefined;
}

/** Nobody has scanned anything as this. */
const stranger = { userId: '', loginSessionId: '', displayName: '', photo: '' };

/** SCAN, CONFIRM and CANCEL for people who sign in elsewhere, in whichever way the company proved who they are. */
export function createForeignApprovals(parts: {
  act: QrActions;
  phoneLogins: PhoneLogins;
  qrSessions: Pick<QrSessionStore, 'find'>;
  directory: Directory;
  secrets: Pick<Secrets, 'hash'>;
}) {
  const { act, phoneLogins, qrSessions, directory, secrets } = parts;

  /**
   * Null for CONFIRM and CANCEL, which tell nothing new. Neither an account nor a login is made for a move that is refused anyway.
   * @throws DomainError as the phone's own moves; app_not_found, user_not_found, user_suspended, not_signed_in
   */
  return async function approveAs(given: ForeignMove): Promise<ScannedCode | null> {
    const { qrcodeId, action, door, issuer, session, client, provedAt, amr, phone, caller, vouchedBy } = given;
    const { approving, company, scanToken } = given;
    const application = directory.getApplication(given.applicationId);
    if (!application.approvesScans) throw new DomainError('approval_not_allowed');
    // Asked only before something is made for the move: `act` judges each one.
    const refuseStranger = async () => {
      const found = looksLikeQrcodeId(qrcodeId) ? await qrSessions.find(secrets.hash(qrcodeId)) : null;
      if (found === null) throw new DomainError('qr_not_found');
      if (found.session.userPoolId !== given.userPoolId) throw new DomainError('qr_other_pool');
      if (isContested(found.session)) throw new DomainError('qr_expired');
      move(found.session, action, stranger, found.now);
    };

    let { user } = approving;
    if (user === null) {
      await refuseStranger();
      user = await approving.meet();
    }
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    const { requestId } = caller;
    const signIn = { user, application, issuer, session, client, provedAt, amr, ...phone, requestId };
    const loginSession = await phoneLogins.stand(signIn, refuseStranger);
    const { expiresAt } = loginSession;
    const kinds = kindsOf(loginSession, application);
    requireRight(kinds, 'approveCodes');
    const scanned = await act({
      qrcodeId,
      action,
      door,
      signedIn: {
        action: 'approveCodes',
        kinds,
        user,
        loginSession,
        applicationId: application.id,
        scope: '',
        expiresAt,
      },
      caller: phone.ip === null ? caller : { ...phone, ip: phone.ip, requestId },
      phoneIp: phone.ip,
      vouchedBy,
      company,
      scanToken,
    });
    await approving.keep();
    return scanned;
  };
}

export type ApproveAs = ReturnType<typeof createForeignApprovals>;
