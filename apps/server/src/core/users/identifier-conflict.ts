import type { AuditEvent } from '../audit/event.ts';

/**
 * What bringing the rows of earlier releases to one form found: two people whose identifiers have the same form, or whose usernames
 * look alike. They are never made one. Of two with the same form, `otherUserId` has it: with the phone verified, else who came first;
 * `userId` goes on signing in by the spelling they always used.
 */
export interface IdentifierConflict {
  userPoolId: string;
  field: 'username' | 'phone';
  kind: 'sameForm' | 'looksAlike';
  userId: string;
  otherUserId: string;
}

/** Brings what earlier releases wrote, before the upgrade or beside this release, to one form. */
export interface IdentifierFolding {
  /** Up to `limit` people; how many there were, and what could not be done, each with its event. */
  foldSome(
    limit: number,
    parts: { countryCodeOf(userPoolId: string): string; eventOf(conflict: IdentifierConflict): AuditEvent },
  ): Promise<{ folded: number; conflicts: IdentifierConflict[] }>;
}
