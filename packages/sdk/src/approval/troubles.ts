import { ApiError } from '../errors.ts';
import type { ApprovalTrouble } from './state.ts';
import type { ApprovalWords } from './words.ts';

/** A trouble in words: the server's own where they name a reason that we cannot know, since they come in the person's language. */
export function troubleOf(kind: ApprovalTrouble['kind'], error: unknown, words: ApprovalWords): ApprovalTrouble {
  const isSaid = error instanceof ApiError && error.refusal !== null && (kind === 'busy' || kind === 'failed');
  return Object.freeze({
    kind,
    text: isSaid ? error.message : words.troubles[kind],
    retryAfterSeconds: error instanceof ApiError ? error.retryAfterSeconds : null,
    error,
  });
}

/** The trouble of a request that is being sent again. */
export function againOf(trouble: ApprovalTrouble, words: ApprovalWords): ApprovalTrouble {
  return Object.freeze({ ...trouble, text: words.again });
}

/** The trouble of an answer that may have arrived all the same. */
export function unsureOf(trouble: ApprovalTrouble, words: ApprovalWords): ApprovalTrouble {
  return Object.freeze({ ...trouble, text: trouble.text + words.mayHaveArrived });
}
