import type { AuditType } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { freshProofSeconds } from '../management/roles.ts';
import type { Account } from './account.ts';
import { administratorEvent, type ConsoleCaller } from './console-caller.ts';
import type { AdministratorStore, ConsoleLogin, ConsoleLoginStore } from './store.ts';

const idleMs = 30 * 60_000;
const absoluteMs = 12 * 60 * 60_000;
/** How long a sign-in may take from the password to the second factor, setting one up included. */
const unfinishedMs = 15 * 60_000;
/** The last act is written at most this often. */
const touchedAfterMs = 60_000;

export type Step = 'secondFactor' | 'enrol' | 'done';

export function stepOf({ account, login }: ConsoleCaller): Step {
  if (login.secondFactorAt !== null) return 'done';
  return account.totpSecret === null ? 'enrol' : 'secondFactor';
}

/** Until when both proofs are fresh; in the past when one is not. */
export const freshUntil = ({ passwordAt, secondFactorAt }: ConsoleLogin): number =>
  Math.min(passwordAt ?? 0, secondFactorAt ?? 0) + freshProofSeconds * 1000;

export const idleExpiresAt = ({ lastActedAt }: ConsoleLogin): number => lastActedAt + idleMs;

/** What a proof led to: the cookie is another one after each. */
export interface Proved extends ConsoleCaller {
  token: string;
}

/** The logins of the console: opaque cookies, of which only hashes are kept. */
export function createConsoleLoginKeeper(parts: {
  administrators: Pick<AdministratorStore, 'find' | 'touch'>;
  directory: Pick<Directory, 'refresh'>;
  consoleLogins: ConsoleLoginStore;
  secrets: Secrets;
  clock: Clock;
}) {
  const { administrators, directory, consoleLogins, secrets, clock } = parts;

  /**
   * Whose cookie it is; null: nobody's, or it has ended. Only an act of a human keeps a login from being idle. Whoever is signed in sees
   * what they saved, at whichever node.
   */
  async function find(token: string, isAct: boolean): Promise<ConsoleCaller | null> {
    const login = await consoleLogins.find(secrets.hash(token));
    const now = clock.now();
    if (login === null || login.expiresAt <= now || idleExpiresAt(login) <= now) return null;
    const account = await administrators.find(login.administratorId);
    if (account === null || account.isSuspended || account.passwordHash === null) return null;
    await directory.refresh();
    if (!isAct || now - login.lastActedAt < touchedAfterMs) return { account, login };
    const acted = { ...login, lastActedAt: now };
    // Losing to a proof made at the same moment is fine: that was an act as well.
    await consoleLogins.replace(acted, login.tokenHash, null);
    if (login.secondFactorAt !== null) await administrators.touch(account.id, now);
    return { account, login: acted };
  }

  /** A login of which the password is proved. */
  async function open(account: Account, caller: Caller): Promise<Proved> {
    const token = secrets.randomToken();
    const now = clock.now();
    const login: ConsoleLogin = {
      id: secrets.randomId(24),
      tokenHash: secrets.hash(token),
      administratorId: account.id,
      createdAt: now,
      lastActedAt: now,
      expiresAt: now + unfinishedMs,
      passwordAt: now,
      secondFactorAt: null,
      code: null,
      ip: caller.ip,
      userAgent: caller.userAgent?.slice(0, 512) ?? null,
    };
    await consoleLogins.insert(login, null);
    return { account, login, token };
  }

  /** Notes a proof under a new cookie, so that whoever had the one before has nothing. @throws DomainError not_signed_in */
  async function prove(
    { account, login }: ConsoleCaller,
    proof: { passwordAt?: number; secondFactorAt?: number },
    event: { type: AuditType; caller: Caller; detail?: Record<string, string> } | null,
  ): Promise<Proved> {
    const token = secrets.randomToken();
    const now = clock.now();
    const isFirst = login.secondFactorAt === null && proof.secondFactorAt !== undefined;
    const next: ConsoleLogin = {
      ...login,
      ...proof,
      tokenHash: secrets.hash(token),
      lastActedAt: now,
      expiresAt: isFirst ? now + absoluteMs : login.expiresAt,
      // A code proves once.
      code: null,
    };
    const record = event && administratorEvent(secrets, event.type, { account, login }, event.caller, event.detail);
    if (!(await consoleLogins.replace(next, login.tokenHash, record))) throw new DomainError('not_signed_in');
    if (isFirst) await administrators.touch(account.id, now);
    return { account, login: next, token };
  }

  /** @throws DomainError not_signed_in when the cookie was replaced meanwhile */
  async function showCode({ account, login }: ConsoleCaller, code: ConsoleLogin['code']): Promise<ConsoleCaller> {
    const next = { ...login, code };
    if (!(await consoleLogins.replace(next, login.tokenHash, null))) throw new DomainError('not_signed_in');
    return { account, login: next };
  }

  return { find, open, prove, showCode };
}

export type ConsoleLoginKeeper = ReturnType<typeof createConsoleLoginKeeper>;
