import { PassbeamError } from '@passbeam/sdk';
import { type Outcome, words } from './words.ts';

/** What a refused move means for the person who holds the phone. */
export type MoveFailure =
  | { kind: 'ended'; outcome: Outcome }
  | { kind: 'signedOut' }
  /** The person may try again; `message` is shown to them. */
  | { kind: 'trouble'; message: string };

export function failureOf(error: unknown): MoveFailure {
  if (!(error instanceof PassbeamError)) throw error;
  switch (error.code) {
    case 'not_signed_in':
    case 'access_token_missing':
    case 'user_suspended':
      return { kind: 'signedOut' };
    case 'qr_expired':
      return { kind: 'ended', outcome: 'expired' };
    case 'qr_wrong_status':
      return { kind: 'ended', outcome: 'finished' };
    case 'qr_not_found':
      return { kind: 'ended', outcome: 'unknown' };
    case 'qr_other_pool':
      return { kind: 'ended', outcome: 'foreign' };
    // This phone signs in by password, in an application that may confirm codes. So the only reason left is that someone else scanned first.
    case 'permission_denied':
      return { kind: 'ended', outcome: 'taken' };
    default:
      return { kind: 'trouble', message: messageOf(error) };
  }
}

/** The message for the person: the server's own where it answered, since the SDK asks for them in the person's language. */
export function messageOf(error: unknown): string {
  if (!(error instanceof PassbeamError)) throw error;
  if (error.code === 'wrong_credentials') return words.wrongCredentials;
  if (error.code === 'network_error' || error.code === 'timeout') return words.unreachable;
  return error.message;
}
