import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Secrets } from '../ground/ports.ts';
import { looksLikeQrcodeId } from './id.ts';
import { followedAfter, isContested, isFollowed } from './lone-poller.ts';
import type { ScanLogin } from './scan-logins.ts';
import { isExpired, isFinished, type QrSession, secondsLeft } from './session.ts';
import type { QrSessionStore } from './store.ts';
import { deriveTicket } from './ticket.ts';

/** What a poller can show to prove that it is the one who may follow the code (threats T9). */
export interface Poller {
  cookie: string | null;
  /** A cookie that this poller was offered and has not returned yet: it counts for nothing until the browser returns it. */
  offeredCookie?: string;
  secret: string | null;
  caller: Caller;
}

export interface QrView {
  status: 'PENDING' | 'SCANNED' | 'AUTHORIZED' | 'CANCELLED' | 'EXPIRED';
  secondsLeft?: number;
  /** Confirmed, and a company's server that must be asked before more is shown does not answer: when to look again. */
  againInSeconds?: number;
  user?: { displayName: string; photo: string };
  ticket?: string;
  /** The login itself, when polls return the full user info; the ticket beside it is then the same login's. */
  login?: ScanLogin;
  /** Who scanned; told only where polls return the full user info (wire 9, row 34). */
  scannedUserId?: string;
  cookieToSet?: string;
}

/** One look of the poller who may follow the code. */
interface Look {
  session: QrSession;
  now: number;
  qrcodeId: string;
  poller: Poller;
  user: QrView['user'];
}

const expired: QrView = { status: 'EXPIRED' };

/** How many identities of pollers are kept in memory, so that not every poll must hash its own. */
const keptIdentities = 10_000;

/** Answers status polls (wire 2.2), the hottest path: one read, and writes only where the owner of the QR session changes. */
export function createQrPoll(parts: {
  qrSessions: QrSessionStore;
  directory: Directory;
  secrets: Secrets;
  audit: { append(event: AuditEvent): Promise<void> };
  /** The network that an address belongs to, as wide as one person's. */
  networkOf(ip: string): string;
  /** Redeems the QR session for the poller itself, where polls return the full user info (wire 9, row 21). */
  deliver(session: QrSession, qrcodeId: string, caller: Caller): Promise<ScanLogin | null>;
}) {
  const { qrSessions, directory, secrets, audit, networkOf, deliver } = parts;
  const identities = new Map<string, string>();

  /** Answers one poll. `about` is told the application of the QR session, whatever the answer is. */
  return async function poll(
    qrcodeId: string,
    poller: Poller,
    about?: { aboutApplication: string | null },
  ): Promise<QrView> {
    if (!looksLikeQrcodeId(qrcodeId)) throw new DomainError('qr_not_found');
    const found = await qrSessions.find(secrets.hash(qrcodeId));
    if (found === null) throw new DomainError('qr_not_found');
    const { session, now } = found;
    if (about) about.aboutApplication = session.applicationId;
    // A QR session of an application that was switched off or deleted shows as expired (threats T18).
    if (isExpired(session, now) || !directory.findApplication(session.applicationId)?.enabled) return expired;
    if (session.pollBinding === 'cookie' && !session.isBound) return pollUnbound(session, now, qrcodeId, poller);
    return isOwner(session, poller) ? ownerView(session, now, qrcodeId, poller) : strangerView(session, poller);
  };

  function isOwner(session: QrSession, poller: Poller): boolean {
    if (session.pollBinding === 'none') return true;
    const cookie = poller.cookie ?? (session.isBound ? (poller.offeredCookie ?? null) : null);
    const proof = session.pollBinding === 'secret' ? poller.secret : cookie;
    return proof !== null && session.bindingHash !== null && secrets.equal(secrets.hash(proof), session.bindingHash);
  }

  /** Answers while nobody owns the QR session: a poller that returns the offered cookie becomes its owner. */
  async function pollUnbound(session: QrSession, now: number, qrcodeId: string, poller: Poller): Promise<QrView> {
    // A finished session takes no more writes, and its deadline may have passed.
    if (isFinished(session)) {
      return isOwner(session, poller)
        ? ownerView(session, now, qrcodeId, poller)
        : loneView(session, now, qrcodeId, poller);
    }
    if (session.bindingHash === null) return offerCookie(session, now, qrcodeId, poller);
    if (isOwner(session, poller)) {
      const bound = { ...session, isBound: true, version: session.version + 1 };
      if (await qrSessions.replace(bound, session.expiresAt, null)) return ownerView(bound, now, qrcodeId, poller);
      return again(qrcodeId, poller);
    }
    const followed =
      session.status === 'AUTHORIZED'
        ? session.receiverHash
        : followedAfter(session.receiverHash, identityOf(poller), session.status === 'SCANNED');
    if (followed === session.receiverHash) return loneView(session, now, qrcodeId, poller);
    return follow({ ...session, receiverHash: followed, version: session.version + 1 }, now, qrcodeId, poller);
  }

  /** Stores which poller an unbound QR session follows; that a second one came is recorded once. */
  async function follow(next: QrSession, now: number, qrcodeId: string, poller: Poller): Promise<QrView> {
    const event = isContested(next) ? foreignEvent(next, poller.caller) : null;
    if (!(await qrSessions.replace(next, next.expiresAt, event))) return again(qrcodeId, poller);
    return loneView(next, now, qrcodeId, poller);
  }

  function loneView(session: QrSession, now: number, qrcodeId: string, poller: Poller): QrView | Promise<QrView> {
    if (isContested(session)) return expired;
    return session.receiverHash === null || isFollowed(session.receiverHash, identityOf(poller))
      ? ownerView(session, now, qrcodeId, poller)
      : strangerView(session, poller);
  }

  function identityOf({ caller }: Poller): string {
    const text = `${networkOf(caller.ip)}\n${caller.userAgent ?? ''}`;
    let identity = identities.get(text);
    if (identity === undefined) {
      identity = secrets.hash(text);
      if (identities.size >= keptIdentities) identities.clear();
      identities.set(text, identity);
    }
    return identity;
  }

  /** Offers the cookie to the first poller of a QR session that a server made; later pollers are offered none. */
  async function offerCookie(session: QrSession, now: number, qrcodeId: string, poller: Poller): Promise<QrView> {
    const cookie = poller.cookie ?? secrets.randomToken();
    const offered = {
      ...session,
      bindingHash: secrets.hash(cookie),
      isBound: poller.cookie !== null,
      receiverHash: poller.cookie === null ? identityOf(poller) : null,
      version: session.version + 1,
    };
    if (!(await qrSessions.replace(offered, session.expiresAt, null))) return again(qrcodeId, poller);
    const view = await ownerView(offered, now, qrcodeId, poller);
    return poller.cookie === null ? { ...view, cookieToSet: cookie } : view;
  }

  /** Answers after another request changed the QR session between this one's read and write: what that one left decides. */
  async function again(qrcodeId: string, poller: Poller): Promise<QrView> {
    const found = await qrSessions.find(secrets.hash(qrcodeId));
    if (found === null || isExpired(found.session, found.now)) return expired;
    const { session, now } = found;
    if (session.pollBinding === 'cookie' && !session.isBound) return pollUnbound(session, now, qrcodeId, poller);
    return isOwner(session, poller) ? ownerView(session, now, qrcodeId, poller) : strangerView(session, poller);
  }

  async function ownerView(session: QrSession, now: number, qrcodeId: string, poller: Poller): Promise<QrView> {
    const user = session.scanner
      ? { displayName: session.scanner.displayName, photo: session.scanner.photo }
      : undefined;
    switch (session.status) {
      case 'PENDING':
        return { status: 'PENDING', secondsLeft: secondsLeft(session, now) };
      case 'SCANNED':
        return scannedView(session, now, user);
      case 'CANCELLED':
        return { status: 'CANCELLED', user, scannedUserId: idForFullInfo(session) };
      case 'CONSUMED':
      case 'AUTHORIZED': {
        const look = { session, now, qrcodeId, poller, user };
        if (session.status === 'CONSUMED') return delivered(look);
        return (await isReceiver(session, poller)) ? authorizedView(look) : foreignPoll(session, poller);
      }
    }
  }

  function scannedView(session: QrSession, now: number, user: QrView['user']): QrView {
    const scannedUserId = idForFullInfo(session);
    return { status: 'SCANNED', user, scannedUserId, secondsLeft: secondsLeft(session, now) };
  }

  async function authorizedView(look: Look): Promise<QrView> {
    const { session, qrcodeId, user } = look;
    if (directory.findApplication(session.applicationId) === null || session.ticket === null) return expired;
    if (returnsFullInfo(session)) return deliveredView(look);
    const ticket = deriveTicket(secrets, qrcodeId, session.ticket);
    return ticket === null ? expired : { status: 'AUTHORIZED', user, ticket };
  }

  /**
   * A poll of a live QR session is never refused, for that ends the official client's wait (wire 8.1). What an exchange would refuse reads
   * EXPIRED; while the company cannot be asked the page still waits, and the next poll asks again.
   */
  async function deliveredView({ session, now, qrcodeId, poller, user }: Look): Promise<QrView> {
    let login: ScanLogin | null;
    try {
      login = await deliver(session, qrcodeId, poller.caller);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code !== 'auth_server_unreachable') return expired;
      return { ...scannedView(session, now, user), againInSeconds: error.detail.retryAfterSeconds };
    }
    if (login === null) return expired;
    const ticket = session.ticket === null ? null : deriveTicket(secrets, qrcodeId, session.ticket);
    return { status: 'AUTHORIZED', user, login, ticket: ticket ?? undefined, scannedUserId: login.user.id };
  }

  function returnsFullInfo({ applicationId }: QrSession): boolean {
    const application = directory.findApplication(applicationId);
    return application !== null && directory.qrcodeLoginStrategy(application).returnFullUserInfo;
  }

  function idForFullInfo(session: QrSession): string | undefined {
    return returnsFullInfo(session) ? session.scanner?.userId : undefined;
  }

  /** Answers a poll close behind one that delivered the login: it gets the same login, for the reply may have been lost. */
  async function delivered(look: Look): Promise<QrView> {
    const { session, poller } = look;
    if (session.deliveredSessionId === null || !(await isReceiver(session, poller))) return expired;
    return deliveredView(look);
  }

  /** Whether the poller gets the ticket: the one that is followed, or the first to see AUTHORIZED when nobody polled before. */
  async function isReceiver(session: QrSession, poller: Poller): Promise<boolean> {
    if (session.pollBinding !== 'cookie' || session.isBound) return true;
    const receiverHash = identityOf(poller);
    if (session.receiverHash !== null) return isFollowed(session.receiverHash, receiverHash);
    const claimed = { ...session, receiverHash, version: session.version + 1 };
    if (await qrSessions.replace(claimed, session.expiresAt, null)) {
      Object.assign(session, claimed);
      return true;
    }
    const found = await qrSessions.find(session.idHash);
    return isFollowed(found?.session.receiverHash ?? null, receiverHash);
  }

  /** The public view: status alone, and nothing of value after CONFIRM. */
  function strangerView(session: QrSession, poller: Poller): QrView | Promise<QrView> {
    switch (session.status) {
      case 'PENDING':
      case 'SCANNED':
      case 'CANCELLED':
        return { status: session.status };
      case 'CONSUMED':
        return expired;
      case 'AUTHORIZED':
        return foreignPoll(session, poller);
    }
  }

  /** Records that a stranger polled for the ticket, once per QR session. */
  async function foreignPoll(session: QrSession, { caller }: Poller): Promise<QrView> {
    if (!session.foreignPollSeen) {
      const event = foreignEvent(session, caller);
      const seen = { ...session, foreignPollSeen: true, version: session.version + 1 };
      if (!(await qrSessions.replace(seen, session.expiresAt, event))) await audit.append(event);
    }
    return expired;
  }

  function foreignEvent({ userPoolId, applicationId, idHash }: QrSession, caller: Caller): AuditEvent {
    return newEvent(secrets, 'qr.poll_foreign', caller, { userPoolId, applicationId, codeHash: idHash });
  }
}
