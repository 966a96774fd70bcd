import type { ErrorCode } from '@passbeam/protocol';
import { ApiError, PassbeamError, type PassbeamErrorCode } from '../errors.ts';
import type { ApprovalOutcome, ApprovalTroubleKind } from './state.ts';

/** What a failed move means: the end of the code, or a trouble that may pass. */
export type Failure =
  | { outcome: ApprovalOutcome }
  | {
      trouble: ApprovalTroubleKind;
      /** The same request may succeed a moment later, and does no harm where it had arrived before. */
      isRepeatable: boolean;
      /** There was no reply, so the move may have been made all the same. */
      isLost: boolean;
    };

/** Exact names first; the general ones are those of servers that tell no exact name. */
const outcomes: Partial<Record<ErrorCode | PassbeamErrorCode, ApprovalOutcome>> = {
  qr_expired: 'expired',
  // The store forgot that this phone scanned the code: for the person that is a code to scan anew.
  qr_not_scanned: 'expired',
  qr_finished: 'finished',
  qr_wrong_status: 'finished',
  qr_not_found: 'unknown',
  qr_other_user: 'taken',
  qr_other_pool: 'otherService',
  qr_born_login: 'scanBorn',
  approval_not_allowed: 'notAllowed',
  permission_denied: 'notAllowed',
  user_suspended: 'suspended',
};

const troubles: Partial<Record<PassbeamErrorCode, ApprovalTroubleKind>> = {
  network_error: 'offline',
  timeout: 'timeout',
  too_many_requests: 'busy',
  unavailable: 'unavailable',
  internal: 'unavailable',
  qr_conflict: 'unavailable',
  not_signed_in: 'signedOut',
  access_token_missing: 'signedOut',
};

export function failureOf(error: unknown): Failure {
  if (!(error instanceof PassbeamError)) return { trouble: 'failed', isRepeatable: false, isLost: false };
  const refusal = error instanceof ApiError ? error.refusal : null;
  const outcome = (refusal !== null && outcomes[refusal]) || outcomes[error.code];
  if (outcome) return { outcome };
  const trouble = troubles[error.code] ?? 'failed';
  return {
    trouble,
    isRepeatable: error.isTransient && trouble !== 'busy',
    isLost: trouble === 'offline' || trouble === 'timeout' || error.code === 'invalid_response',
  };
}
