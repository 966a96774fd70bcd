import type { AuditEvent } from '../audit/event.ts';
import type { Account } from './account.ts';

/** What a link is good for. It is taken in the transaction of what it leads to, so it works once. */
export interface ConsoleLink {
  /** Only the hash is kept: the token is in the link and nowhere else. */
  tokenHash: string;
  /** Null: a set-up link, which makes the first owner. */
  administratorId: string | null;
  purpose: 'setUp' | 'invitation' | 'recovery';
  /**
   * The administrator who made it, for it is good while they own what the account may do; `machine` for links made on the machine of the
   * store. Null: a node of an earlier release made it, which did not say who.
   */
  madeBy: string | null;
  expiresAt: number;
}

export type AccountWrite = 'stored' | 'stale' | 'nameTaken';

export interface AdministratorStore {
  find(id: string): Promise<Account | null>;
  findBySignInName(signInName: string): Promise<Account | null>;
  /** Those after the id, by id. */
  list(page: { after?: string | undefined; limit: number }): Promise<Account[]>;
  /** Grows with each write that could change who keeps the house: read before deciding, and given to the write. */
  census(): Promise<number>;
  /**
   * Writes an account that is new (version 1) or the next version of the stored one. `stale`: somebody else wrote it, or the census is
   * another one by now, or the link is gone.
   */
  write(
    account: Account,
    terms: {
      census?: number | undefined;
      /** The hash of a link that this uses up. A set-up link takes all the others with it: there is an owner from then on. */
      takes?: string | undefined;
      /** A link for this account, in place of those it had. */
      gives?: ConsoleLink | undefined;
      /** Ends the account's console logins but for one, and its links but for the one it gives: they were had for what the account was. */
      endsLogins?: { except: string | null } | undefined;
    },
    event: AuditEvent | null,
  ): Promise<AccountWrite>;
  /** False when the census moved on, or there is no such account. Its logins and links go with it. */
  remove(id: string, census: number, event: AuditEvent): Promise<boolean>;
  touch(id: string, at: number): Promise<void>;

  findLink(tokenHash: string): Promise<ConsoleLink | null>;
  /** Set-up links are good beside each other, for each node prints its own. */
  putSetUpLink(link: ConsoleLink, event: AuditEvent): Promise<void>;
  /** Deletes up to `limit` links that expired before `before`; returns how many. */
  purgeLinks(before: number, limit: number): Promise<number>;
}

/** What the holder of the cookie has proved, and what is under way. */
export interface ConsoleLogin {
  id: string;
  /** Of the cookie, which is another one after each proof. */
  tokenHash: string;
  administratorId: string;
  createdAt: number;
  /** The last act of a human, to the minute. */
  lastActedAt: number;
  expiresAt: number;
  /** When the password and the second factor were proved; null: not yet. */
  passwordAt: number | null;
  secondFactorAt: number | null;
  /** The code that the page shows: to prove the second factor, or to link a person of the pool. */
  code: { hash: string; purpose: 'prove' | 'link'; userPoolId: string } | null;
  ip: string | null;
  userAgent: string | null;
}

export interface ConsoleLoginStore {
  insert(login: ConsoleLogin, event: AuditEvent | null): Promise<void>;
  find(tokenHash: string): Promise<ConsoleLogin | null>;
  /** Those of an administrator, newest first, at most 100. */
  list(administratorId: string): Promise<ConsoleLogin[]>;
  /** Writes over the login while its cookie is still the one it was read by; false otherwise. */
  replace(next: ConsoleLogin, tokenHash: string, event: AuditEvent | null): Promise<boolean>;
  /** Ends those of the administrator, or those named among them, and says how many. No event when there were none. */
  end(
    administratorId: string,
    which: { ids?: readonly string[] | undefined; except?: string | undefined },
    event: AuditEvent,
  ): Promise<number>;
  purge(before: number, limit: number): Promise<number>;
}
