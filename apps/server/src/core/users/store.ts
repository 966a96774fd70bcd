import type { AuditEvent } from '../audit/event.ts';
import type { PageBudget } from '../audit/store.ts';
import type { UserSearch } from './search.ts';
import type { TakenField, UniqueField, User } from './user.ts';

/** Which identifier a sign-in uses. `account` matches username, email or phone, in this order. */
export type LoginField = 'account' | 'username' | 'email' | 'phone';

/** Where a list of people by the beginning of an identifier has come to. */
export interface BeginningPlace {
  /** Which kind of identifier, in the order they are searched. */
  column: number;
  value: string;
}

export interface PeopleSelection extends Pick<UserSearch, 'userPoolId' | 'keywords' | 'conditions'> {
  /** Both included. */
  createdFrom?: number;
  createdTo?: number;
  /** Nobody who is Activated: the few others have an index. */
  isNotActivated?: boolean;
  hasPassword?: boolean;
}

/** The end of a person's logins as part of a change of the person: both happen, or neither. What they approved for devices is denied as well. */
export interface LoginsEnd {
  at: number;
  /** The login that stays, if one does. */
  exceptId?: string;
  /** Recorded if any login ended. */
  event: AuditEvent;
}

/** Keeps users. A user with a proved contact takes it from people of the pool who only claim it: the same write drops theirs. */
export interface UserStore {
  /** Null when stored; otherwise the identifier that another user of the pool has, or an id that was used before, in whatever pool (nothing is written). */
  insert(user: User, event: AuditEvent): Promise<TakenField | null>;
  find(id: string): Promise<User | null>;
  /** Whether somebody has the id, in whatever pool, or had it before they were deleted. */
  isIdUsed(id: string): Promise<boolean>;
  /**
   * Finds the person in whatever spelling (`readLogin`); where an earlier release let two share an identifier, each by their own.
   * @param countryCode of phones typed without their country
   */
  findByLogin(userPoolId: string, field: LoginField, value: string, countryCode?: string): Promise<User | null>;
  /** People of the pool with another username that could be taken for this one. */
  findLookAlikes(userPoolId: string, username: string): Promise<{ id: string; username: string }[]>;
  /**
   * Over version `next.version - 1`. `'stale'` when another writer was first; the field that is taken; null when stored. With `end`, no
   * login stands afterwards that was opened by what the person was before.
   */
  update(next: User, event: AuditEvent | null, end?: LoginsEnd): Promise<TakenField | 'stale' | null>;
  /** The pool's users whose `field` is one of `values`, in no particular order, and compared as by `findByLogin`. */
  findMany(userPoolId: string, field: 'id' | UniqueField, values: readonly string[]): Promise<User[]>;
  /** Stores all of them or none: null when stored, otherwise whose identifier is taken, by another user or within the list. */
  insertMany(users: readonly { user: User; event: AuditEvent }[]): Promise<{ index: number; field: TakenField } | null>;
  /**
   * `totalCount` counts without regard to the page, and is an estimate where counting would exceed the budget; `isBeyond` when the page
   * itself would.
   */
  search(search: UserSearch, budget?: PageBudget): Promise<{ users: User[]; totalCount: number; isBeyond: boolean }>;
  /** Newest first, behind the person `after`. `searchedTo` is when the last person looked at was made, if the budget ended the reading. */
  readOn(
    selection: PeopleSelection,
    reading: { after: { createdAt: number; id: string } | null; limit: number; budget: number },
  ): Promise<{
    users: User[];
    next: { createdAt: number; id: string } | null;
    searched: number;
    searchedTo: number | null;
  }>;
  /** People with an id, username, e-mail, phone or externalId that begins so, whatever the case of the text. */
  findByBeginning(
    userPoolId: string,
    text: string,
    page: { after: BeginningPlace | null; limit: number },
  ): Promise<{ users: User[]; next: BeginningPlace | null }>;
  /** How many people the pool has; for large pools as it was within the last minute. */
  count(userPoolId: string): Promise<number>;
  /**
   * Deletes users of the pool, one after the other, each together with its event and logins; returns the ids of those that were
   * there. Nobody gets these ids again.
   */
  delete(userPoolId: string, users: readonly { id: string; event: AuditEvent; end: LoginsEnd }[]): Promise<string[]>;
  /** Counts a login and notes its facts, without touching `version`. */
  recordLogin(id: string, at: number, ip: string | null, applicationId: string): Promise<void>;
}
