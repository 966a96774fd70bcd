import type { ChangeQrCodeStatusDto } from '@passbeam/protocol';
import { ApiError, PassbeamError } from '../errors.ts';
import { parseQrPayload } from '../qr-payload.ts';
import { insist } from './insist.ts';
import { createMoves, type MoveOptions } from './moves.ts';
import { type Asked, questionOf, secondsOf } from './question.ts';
import type { ApprovalOutcome, ApprovalState } from './state.ts';
import { againOf, troubleOf, unsureOf } from './troubles.ts';
import { wordsIn } from './words.ts';

export type { ApprovalFetch } from './moves.ts';
export type * from './state.ts';

export interface ApprovalOptions extends MoveOptions {
  /** Clock for the age of a code and the seconds left, in milliseconds. Default `Date.now`. */
  now?: () => number;
}

/** How the app came to a code: its own scanner, a link that opened it, a button on the same phone, or a text typed or pasted. */
export type ApprovalDoor = NonNullable<ChangeQrCodeStatusDto['door']>;

export interface Approval {
  getState(): ApprovalState;
  /** Calls `listener` after each change, also each second while a question is open. Returns what ends that. */
  subscribe(listener: () => void): () => void;
  /**
   * Takes a scanned text: the JSON text of a code, or a link. A scanner may call it for every picture: a text that is no code of this
   * service sends nothing, and a code that is being handled is not sent twice. A new code replaces the one before.
   *
   * @returns whether this is a code that is now handled; if not, `rejection` of the step `scan` says why
   */
  scan(text: string, options?: { door?: ApprovalDoor }): boolean;
  /** The person agrees. Only at the step `consent`; anything else, such as a second tap, does nothing. */
  approve(): void;
  /** The person declines; as `approve`. */
  decline(): void;
  /** Sends SCAN again where it failed: at the step `checking` with a trouble, for example after a new sign-in. */
  retry(): void;
  /**
   * Goes back to the step `scan`, sends nothing, and ignores replies that are still to come. A code that was scanned and not answered
   * belongs to this person until it expires: `decline()` frees it at once.
   */
  close(): void;
}

/** The code that is being handled. */
interface Code {
  qrcodeId: string;
  door: ApprovalDoor | undefined;
  /** Of SCAN's reply, for servers that want it back with the answer. */
  scanToken: string | undefined;
  /** An answer got no reply: it may have arrived. */
  mayBeAnswered: boolean;
}

/**
 * The phone's side of a scan-to-login: scan, consent, decision, outcome.
 *
 *   scan ──▶ checking ──▶ consent ⇄ decision ──▶ outcome
 *                └────────────┴── refused, expired ──▲
 *
 * It needs `fetch` and timers, and nothing of browsers or of Node.js, so it runs in React Native and in mini programs. All texts
 * come in English or Chinese. Requests that got no reply are sent again, which is safe: the server answers a repeated move alike.
 *
 * @throws ConfigurationError naming a wrong option
 * @example
 * const approval = createApproval({ host: 'https://login.example.com', appId, accessToken: () => session.accessToken });
 * approval.subscribe(() => render(approval.getState()));
 * approval.scan(textFromCamera, { door: 'camera' });
 */
export function createApproval(options: ApprovalOptions): Approval {
  const move = createMoves(options);
  const words = wordsIn(options.lang);
  const now = options.now ?? Date.now;
  const listeners = new Set<() => void>();
  let state: ApprovalState = Object.freeze({ step: 'scan', rejection: null });
  let current: Code | null = null;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let countdown: ReturnType<typeof setInterval> | undefined;

  function publish(next: ApprovalState): void {
    state = Object.freeze(next);
    for (const listener of [...listeners]) listener();
  }

  /** Drops the code that is being handled, if any, and what waits for it. */
  function turnTo(code: Code | null): void {
    current = code;
    clearTimeout(pause);
    clearInterval(countdown);
  }

  function scan(text: string, { door }: { door?: ApprovalDoor } = {}): boolean {
    if (state.step === 'decision') return false;
    const code = parseQrPayload(text, { host: options.host });
    if (code === null) return reject('notACode');
    const isForeign = code.userPoolId !== null && code.userPoolId !== (options.userPoolId ?? code.userPoolId);
    if (isForeign) return reject('otherService');
    const { qrcodeId } = code;
    const isHandled = state.step === 'consent' || (state.step === 'checking' && state.isSending);
    if (!isHandled || current?.qrcodeId !== qrcodeId) {
      void check({ qrcodeId, door, scanToken: undefined, mayBeAnswered: false });
    }
    return true;
  }

  function reject(kind: 'notACode' | 'otherService'): false {
    const isTold = state.step === 'scan' && state.rejection?.kind === kind;
    if (isTold || state.step === 'checking' || state.step === 'consent') return false;
    publish({ step: 'scan', rejection: Object.freeze({ kind, text: words.rejections[kind] }) });
    return false;
  }

  async function check(code: Code): Promise<void> {
    turnTo(code);
    const { qrcodeId, door } = code;
    const checking = { step: 'checking', qrcodeId } as const;
    publish({ ...checking, isSending: true, trouble: null });
    const result = await insist({
      send: () => askConsent({ qrcodeId, action: 'SCAN', ...(door !== undefined && { door }) }),
      isWanted: () => current === code,
      wait,
      failed({ failure, error }, isSending) {
        if ('outcome' in failure) return end(failure.outcome, error);
        const trouble = troubleOf(failure.trouble, error, words);
        return publish({ ...checking, isSending, trouble: isSending ? againOf(trouble, words) : trouble });
      },
    });
    if (result !== null && 'reply' in result) ask(code, result.reply);
  }

  /** A reply that does not say who asks is none: nobody could decide by it. */
  async function askConsent(json: ChangeQrCodeStatusDto): Promise<Asked> {
    const reply = await move(json);
    if (reply.consent !== undefined) return { ...reply, consent: reply.consent };
    throw new PassbeamError('invalid_response', 'The server did not say who is asking');
  }

  /** Asks the person, and counts the seconds of the code until it is answered or over. */
  function ask(code: Code, asked: Asked): void {
    code.scanToken = asked.scanToken;
    const since = now();
    countdown = setInterval(() => {
      // An answer that is under way is judged by the server.
      if (state.step !== 'consent') return;
      const seconds = secondsOf(asked, Math.max(0, Math.floor((now() - since) / 1_000)));
      if (seconds.secondsLeft === 0) end(code.mayBeAnswered ? 'unclear' : 'expired', null);
      else if (seconds.ageSeconds !== state.ageSeconds) publish({ ...state, ...seconds });
    }, 1_000);
    publish({ step: 'consent', ...questionOf(code.qrcodeId, asked, words) });
  }

  async function decide(decision: 'approve' | 'decline'): Promise<void> {
    const code = current;
    if (state.step !== 'consent' || code === null) return;
    const { step: _, ...question } = { ...state, trouble: null };
    publish({ step: 'decision', decision, ...question });
    const { qrcodeId, scanToken } = code;
    const action = decision === 'approve' ? 'CONFIRM' : 'CANCEL';
    const result = await insist({
      send: () => move({ qrcodeId, action, ...(scanToken !== undefined && { scanToken }) }),
      isWanted: () => current === code,
      wait,
      failed({ failure, error }, isSentAgain) {
        if ('outcome' in failure) return end(isUnclear(code, failure.outcome) ? 'unclear' : failure.outcome, error);
        if (failure.trouble === 'signedOut') return end('signedOut', error);
        code.mayBeAnswered ||= failure.isLost;
        const trouble = troubleOf(failure.trouble, error, words);
        if (isSentAgain) return publish({ step: 'decision', decision, ...question, trouble: againOf(trouble, words) });
        const told = code.mayBeAnswered ? unsureOf(trouble, words) : trouble;
        return publish({ step: 'consent', ...question, trouble: told });
      },
    });
    if (result !== null && 'reply' in result) end(decision === 'approve' ? 'approved' : 'declined', null);
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      pause = setTimeout(resolve, ms);
    });
  }

  function end(outcome: ApprovalOutcome, error: unknown): void {
    turnTo(null);
    const [heading, text] = words.outcomes[outcome];
    const isSaid = outcome === 'notAllowed' && error instanceof ApiError;
    publish({ step: 'outcome', outcome, heading, text: isSaid ? error.message : text, error });
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    scan,
    approve: () => void decide('approve'),
    decline: () => void decide('decline'),
    retry() {
      if (current !== null && state.step === 'checking' && !state.isSending) void check(current);
    },
    close() {
      turnTo(null);
      if (state.step !== 'scan' || state.rejection !== null) publish({ step: 'scan', rejection: null });
    },
  };
}

/** Whether the end may be that of the person's own answer, whose reply got lost. */
function isUnclear({ mayBeAnswered }: Code, outcome: ApprovalOutcome): boolean {
  return mayBeAnswered && (outcome === 'finished' || outcome === 'expired');
}
