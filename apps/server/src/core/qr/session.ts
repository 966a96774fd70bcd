import type { QrDoor } from '@passbeam/protocol';
import type { PollBinding } from '../directory/application.ts';
import { DomainError } from '../ground/errors.ts';
import { repeatGraceMs } from '../ground/honest-repeat.ts';

/**
 * The whole life of a QR session:
 *
 *   PENDING --scan--> SCANNED --confirm--> AUTHORIZED --exchange--> CONSUMED (shown as EXPIRED)
 *                        \------cancel---> CANCELLED
 *
 * EXPIRED is not a move: it is a reading of the store's clock.
 */
export type StoredQrStatus = 'PENDING' | 'SCANNED' | 'AUTHORIZED' | 'CANCELLED' | 'CONSUMED';

/** Who scanned, how they came to the code if their app tells, and the two facts the waiting page may show about them, taken at SCAN. */
export interface Scanner {
  userId: string;
  loginSessionId: string;
  displayName: string;
  photo: string;
  /** A hint, never a permission: an app may say what it likes. */
  door?: QrDoor;
  /** Absent when the phone's token was one of ours. */
  company?: ScannerOfCompany;
}

/** What is known beside of a phone that approves with a token of the company's own. Instants are epoch milliseconds. */
export interface ScannerOfCompany {
  /** The entry of `ownTokens` that trusts the token. */
  entryName: string;
  /** Who issued the token of the last move. */
  issuer: string;
  /** Until when the token of the last move lets the phone approve; null: for this move and the ticket that comes of it. */
  authorityUntil: number | null;
  /** `AskAgain` as JSON, sealed so that only who knows the code's raw id opens it; absent where nobody is asked again. */
  askAgain?: string;
  /** The `callerHash` of who scanned. Nobody else hears its `scanToken` again. */
  scannedBy: string;
  /** When the phone decided; absent before, and where a key decided in its place. */
  decidedAt?: number;
}

/** What a ticket is derived from, together with the raw id. The ticket itself is never stored (decision 2). */
export interface TicketSeed {
  keyId: string;
  nonce: string;
  hash: string;
}

export interface QrSession {
  idHash: string;
  userPoolId: string;
  applicationId: string;
  status: StoredQrStatus;
  version: number;
  createdAt: number;
  /** The current deadline: of the QR session, and from CONFIRM on of the ticket, also of the one that CANCEL made impossible. */
  expiresAt: number;
  /** JSON text of the page's customData; null when none was given. */
  customData: string | null;
  /** Its maker proved the application's or pool's secret: only then may customData reach a profile (threats T24). */
  isMadeByApplication: boolean;
  /** The page wants the person's custom data in the user it gets in the end (v2 `withCustomData`). */
  withCustomData: boolean;
  /** Address and User-Agent of whoever asked; the User-Agent is null when a site that proved itself said nothing of its browser (threats T1). */
  generatorIp: string | null;
  /** The network of that address, by which outstanding sessions are capped. Null: counted for no network. */
  generatorNetwork: string | null;
  generatorUserAgent: string | null;
  /** The first language the browser asks for; null when it names none. */
  generatorLanguage: string | null;
  /** True when a site that proved itself told these facts of its browser: the server has not seen them itself. */
  isReportedBySite: boolean;
  /** How polls are bound (threats T9). */
  pollBinding: PollBinding;
  /** `cookie`: hash of the cookie offered. `secret`: the pollChallenge. */
  bindingHash: string | null;
  /** `cookie`: the offered cookie came back, its holder owns the code. */
  isBound: boolean;
  /** For sessions that bind nobody: which poller they follow (`lone-poller.ts`). */
  receiverHash: string | null;
  /** By this the page's backend knows its login. Only the exchange tells it, never the picture or a poll (threats T2). */
  state: string | null;
  /** For sessions bound by a secret: hash of the cookie by which their browser is known again. It binds nobody. */
  browserHash: string | null;
  scanner: Scanner | null;
  ticket: TicketSeed | null;
  /** Failed exchanges by an authenticated application; the third voids the ticket (threats T11). */
  failedExchanges: number;
  /** A poll by a stranger after CONFIRM was recorded already. */
  foreignPollSeen: boolean;
  /** Set when a poll itself delivered the token set (returnFullUserInfo): the login session it made. */
  deliveredSessionId: string | null;
}

const moves = {
  SCAN: { from: 'PENDING', to: 'SCANNED' },
  CONFIRM: { from: 'SCANNED', to: 'AUTHORIZED' },
  CANCEL: { from: 'SCANNED', to: 'CANCELLED' },
} as const satisfies Record<string, { from: StoredQrStatus; to: StoredQrStatus }>;

export type QrAction = keyof typeof moves;

/** The statuses of a session that waits for its phone. Outstanding sessions are capped (threats T28, T40). */
export const outstandingStatuses = ['PENDING', 'SCANNED'] as const satisfies readonly StoredQrStatus[];

export function isOutstanding({ status }: { status: string }): boolean {
  return (outstandingStatuses as readonly string[]).includes(status);
}

/** Whether nothing can happen to the session any more: it does not move, and it does not expire. */
export function isFinished({ status }: Pick<QrSession, 'status'>): boolean {
  return status === 'CANCELLED' || status === 'CONSUMED';
}

export function isExpired(session: QrSession, now: number): boolean {
  return !isFinished(session) && now >= session.expiresAt;
}

export function secondsLeft(session: QrSession, now: number): number {
  return Math.max(0, Math.ceil((session.expiresAt - now) / 1000));
}

/** The next state, the same object for a repeat by its owner, or a refusal. Ticket seed and later deadlines are the caller's to add. */
export function move(session: QrSession, action: QrAction, scanner: Scanner, now: number): QrSession {
  const { from, to } = moves[action];
  const { status } = session;
  if (isFinished(session)) throw new DomainError('qr_finished');
  if (isExpired(session, now)) throw new DomainError('qr_expired');
  if (session.scanner !== null && !isSameScanner(session.scanner, scanner)) throw new DomainError('qr_other_user');
  if (status === to) return session;
  if (status === 'PENDING' && action !== 'SCAN') throw new DomainError('qr_not_scanned');
  if (status !== from) throw new DomainError('qr_finished');
  return { ...session, status: to, scanner: session.scanner ?? scanner, version: session.version + 1 };
}

/**
 * Whether the phone repeats a decision whose reply got lost: it hears the same for a moment, and nothing moves. `move` judges a confirmed
 * session that still waits for its page.
 */
export function isRepeatedDecision(
  { status, scanner }: Pick<QrSession, 'status' | 'scanner'>,
  action: QrAction,
  by: Scanner,
  msSinceDecision: number,
): boolean {
  const isSameDecision =
    (status === 'CANCELLED' && action === 'CANCEL') || (status === 'CONSUMED' && action === 'CONFIRM');
  return (
    isSameDecision &&
    scanner !== null &&
    isSameScanner(scanner, by) &&
    msSinceDecision >= 0 &&
    msSinceDecision <= repeatGraceMs
  );
}

/** Whether no newer password voids the session (threats T18), unless the phone signed in after it and so proved it. */
export function isVouchedFor(
  session: Pick<QrSession, 'createdAt'>,
  user: { passwordLastSetAt: number | null },
  phone: { createdAt: number },
): boolean {
  return (user.passwordLastSetAt ?? 0) <= Math.max(session.createdAt, phone.createdAt);
}

/** First scan wins; CONFIRM and CANCEL belong to the same user on the same login session (threats T14). */
function isSameScanner(a: Scanner, b: Scanner): boolean {
  return a.userId === b.userId && a.loginSessionId === b.loginSessionId;
}
