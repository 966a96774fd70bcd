import type { ConsentContext } from '@passbeam/protocol';

/** How a code can end for the phone. */
export type ApprovalOutcome =
  | 'approved'
  | 'declined'
  | 'expired'
  /** Somebody else scanned first, or the same person with another phone. */
  | 'taken'
  /** It was approved or declined before. */
  | 'finished'
  /** Replies to the answer were lost, and the code is over by now: whether the answer counted is on the page alone. */
  | 'unclear'
  | 'unknown'
  /** It belongs to another user pool. */
  | 'otherService'
  /** The server does not let this app approve; `text` is the server's own sentence. */
  | 'notAllowed'
  /** The phone's own login came from a scan, and such logins approve nothing. */
  | 'scanBorn'
  | 'suspended'
  /** The login ended between scan and answer. A new one cannot answer for it. */
  | 'signedOut';

/** Why a request has no result yet. Everything may be tried again. */
export type ApprovalTroubleKind =
  | 'offline'
  | 'timeout'
  /** Too many requests, or too many codes scanned and not answered. */
  | 'busy'
  | 'unavailable'
  /** No access token, or one that the server refuses also after it was renewed: let the person sign in, then `retry()`. */
  | 'signedOut'
  /** A mistake in the app's or the server's settings, or an error of your `accessToken` function: `error` says which. */
  | 'failed';

export interface ApprovalTrouble {
  readonly kind: ApprovalTroubleKind;
  /** For the person, in their language. */
  readonly text: string;
  /** How long the server asks to wait; null when it named no time. */
  readonly retryAfterSeconds: number | null;
  /** For your log. Errors of this library hold no token, and `requestId` of an `ApiError` is what the operator asks for. */
  readonly error: unknown;
}

/** A text that is no code for this phone. Nothing was sent. */
export interface ApprovalRejection {
  readonly kind: 'notACode' | 'otherService';
  /** For the person, in their language. Where a camera looks for codes, pass over it in silence. */
  readonly text: string;
}

/** What the person must see before they decide. */
export interface ApprovalQuestion {
  readonly qrcodeId: string;
  /** The facts of the server: which site asks, when, from where, by which browser. */
  readonly consent: ConsentContext;
  /** What the page gave along: its own word, which belongs to no facts. */
  readonly customData: Readonly<Record<string, unknown>>;
  /** "Sign in to …?" */
  readonly heading: string;
  /** What of the facts deserves a second look, in sentences. */
  readonly cautions: readonly string[];
  /** "Decline if you did not start this." */
  readonly advice: string;
  /** Age of the code; counts on from `consent.ageSeconds`. */
  readonly ageSeconds: number;
  /** Seconds until the code expires, counted down; null when the server does not say. */
  readonly secondsLeft: number | null;
  readonly trouble: ApprovalTrouble | null;
}

/** One frozen snapshot; each change makes a new one. */
export type ApprovalState =
  /** Waits for a code. */
  | { readonly step: 'scan'; readonly rejection: ApprovalRejection | null }
  /** SCAN is under way; when `isSending` is false it waits for `retry()`. */
  | {
      readonly step: 'checking';
      readonly qrcodeId: string;
      readonly isSending: boolean;
      readonly trouble: ApprovalTrouble | null;
    }
  /** Waits for the person's answer. A `trouble` means that an answer did not get through. */
  | ({ readonly step: 'consent' } & ApprovalQuestion)
  /** The answer is under way; a `trouble` means that it is being sent again. */
  | ({ readonly step: 'decision'; readonly decision: 'approve' | 'decline' } & ApprovalQuestion)
  | {
      readonly step: 'outcome';
      readonly outcome: ApprovalOutcome;
      /** For the person, in their language. */
      readonly heading: string;
      readonly text: string;
      /** The refusal, for your log; null for `approved`, `declined` and a code whose time ran out here. */
      readonly error: unknown;
    };
