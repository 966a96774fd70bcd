import type { AuditEvent } from '../audit/event.ts';

/**
 * Two people whose identifiers have the same form, or whose usernames look alike, found while rows of earlier releases were brought to
 * one form. The two are never merged. Of two with the same form, `otherUserId` has it: whoever verified the phone, else whoever came
 * first. `userId` goes on signing in by the spelling they always used.
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
