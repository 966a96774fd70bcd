import type { AuditEvent } from '../../audit/event.ts';
import type { LoginsEnd } from '../../users/store.ts';
import type { TakenField, User } from '../../users/user.ts';
import type { Refusal, StagedRow, UserImport } from './import.ts';
import type { ReaderState } from './records.ts';

export interface Person {
  kind: 'created' | 'changed';
  user: User;
  event: AuditEvent;
  /** Ends the person's logins, whose account is no longer in use. */
  end: LoginsEnd | null;
}

/** What some rows came to: written all together, with the place and the counts of the import then, or not at all. */
export interface Step {
  from: Pick<UserImport, 'id' | 'batch' | 'offset'>;
  next: Pick<UserImport, 'batch' | 'offset' | 'created' | 'changed' | 'unchanged' | 'refused'>;
  /** Nobody in a dry run. */
  people: readonly Person[];
  /** Those that are kept for the report. */
  refusals: readonly Refusal[];
  /** Identifiers that these rows were the first to name. */
  seen: readonly { key: string; line: number }[];
  /** At the last row. */
  end: { at: number; event: AuditEvent } | null;
}

/** Keeps imports with their rows, sealed, and reports. Each write names the state it begins at, so of those that race one wins. */
export interface UserImportStore {
  /** Null when stored; otherwise the id of the open import that the pool has. */
  insert(created: UserImport, reader: ReaderState, event: AuditEvent): Promise<string | null>;
  find(userPoolId: string, id: string): Promise<UserImport | null>;
  /** The import as it stands, and where the reading of its file has come to: null once it is no longer uploading. */
  findWithReader(userPoolId: string, id: string): Promise<{ found: UserImport; reader: ReaderState | null } | null>;
  /** Newest first. */
  list(userPoolId: string, limit: number): Promise<UserImport[]>;
  /** Adds the part `next.parts - 1` and its rows; false when another call was first, or the import is no longer uploading. */
  stage(
    next: UserImport,
    reader: ReaderState,
    batches: readonly (readonly StagedRow[])[],
    event: AuditEvent | null,
  ): Promise<boolean>;
  /** Imports that run, of all pools, the longest untouched first. */
  running(limit: number): Promise<UserImport[]>;
  /** Imports in that state that nobody touched since. */
  idle(state: UserImport['state'], before: number, limit: number): Promise<UserImport[]>;
  /** Null when what is staged cannot be opened: the key that sealed it is gone. */
  rowsOf(id: string, batch: number): Promise<StagedRow[] | null>;
  /** Lines of the file that named these identifiers first. */
  seen(id: string, keys: readonly string[]): Promise<Map<string, number>>;
  /** Null when written. `lost` where the import stands elsewhere by now; else which person could not be written, and why. */
  settle(step: Step): Promise<null | 'lost' | { index: number; taken: TakenField | 'stale' }>;
  /** Moves between states; false when it was in none of `from`. */
  move(
    next: Pick<UserImport, 'id' | 'state' | 'touchedAt' | 'endedAt' | 'failure'>,
    from: readonly UserImport['state'][],
    event: AuditEvent,
  ): Promise<boolean>;
  /** By row, after the row given. */
  report(id: string, after: number | null, limit: number): Promise<Refusal[]>;
  /** Deletes rows of imports that have ended, and imports that ended before: at most `limit` rows a table; returns the most of one. */
  purge(before: number, limit: number): Promise<number>;
}
