import type { Approval, ApprovalState } from '@passbeam/sdk/approval';
import { checkingScreen } from './checking-screen.ts';
import { consentScreen } from './consent-screen.ts';
import { resultScreen } from './result-screen.ts';
import { scanScreen } from './scan-screen.ts';
import type { Person } from './session.ts';

/** A screen that is drawn once and follows the states it is for. */
export interface Screen<State> {
  element: HTMLElement;
  update?(state: State): void;
}

type StateOf<Step extends ApprovalState['step']> = Extract<ApprovalState, { step: Step }>;
export type Checking = StateOf<'checking'>;
export type Question = StateOf<'consent'> | StateOf<'decision'>;
export type Ended = StateOf<'outcome'>;

/** Shows the screen of whatever step the approval is at. */
export function openApprovalScreens(parts: {
  approval: Approval;
  whoIs(): Person | null;
  /** What else can be done here before a code is scanned. */
  otherDeed(): HTMLElement | null;
  turnTo(screen: HTMLElement): void;
  /** Called when nobody is signed in any more; `goOn` continues after a sign-in. */
  signedOut(goOn: () => void): void;
}) {
  const { approval } = parts;
  /** Stops what the screen before left running, such as its camera. */
  let leaving = new AbortController();
  let shown: { step: string; update: (state: ApprovalState) => void } | null = null;

  approval.subscribe(() => {
    const state = approval.getState();
    if (shown === null) return;
    if (isSignedOut(state)) return parts.signedOut(goOn);
    if (stepOnScreen(state) === shown.step) return shown.update(state);
    draw();
  });

  function leave(): void {
    leaving.abort();
    leaving = new AbortController();
    shown = null;
  }

  function draw(): void {
    leave();
    const state = approval.getState();
    const { element, update } = screenOf(state);
    shown = { step: stepOnScreen(state), update: (next) => update?.(next as never) };
    parts.turnTo(element);
  }

  /** After a new sign-in: the code that is being checked is still there, one that was asked about is not. */
  function goOn(): void {
    if (approval.getState().step === 'outcome') approval.close();
    draw();
    approval.retry();
  }

  function screenOf(state: ApprovalState): Screen<never> {
    switch (state.step) {
      case 'scan':
        return { element: scanScreen({ signal: leaving.signal, approval, otherDeed: parts.otherDeed() }) };
      case 'checking':
        return checkingScreen(state, approval);
      case 'consent':
      case 'decision':
        return consentScreen(state, { person: parts.whoIs(), approval });
      case 'outcome':
        return { element: resultScreen(state, approval.close) };
    }
  }

  return { draw, leave };
}

/** Question and answer are one screen. */
const stepOnScreen = ({ step }: ApprovalState) => (step === 'decision' ? 'consent' : step);

function isSignedOut(state: ApprovalState): boolean {
  return state.step === 'checking'
    ? state.trouble?.kind === 'signedOut'
    : state.step === 'outcome' && state.outcome === 'signedOut';
}
