import type { AuditEvent } from '../audit/event.ts';

/**
 * Two people of the same form or look, found while rows of earlier releases were brought to one form; never merged. `otherUserId` has a
 * shared form: who verified the phone, else who came first. `userId` signs in by their old spelling.
 */
export interface IdentifierConflict {
  userPoolId: string;
  field: 'username' | 'phone';
  kind: 'sameForm' | 'looksAlike';
  userId: string;
  otherUserId: string;
}

/** Brings identifiers that earlier releases wrote, before the upgrade or beside this release, to one form. */
export interface IdentifierFolding {
  /** Folds up to `limit` people; returns how many, and the conflicts that were found, each recorded with its event. */
  foldSome(
    limit: number,
    parts: { countryCodeOf(userPoolId: string): string; eventOf(conflict: IdentifierConflict): AuditEvent },
  ): Promise<{ folded: number; conflicts: IdentifierConflict[] }>;
}
