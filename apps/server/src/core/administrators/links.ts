import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { checkPassword } from '../users/password-policy.ts';
import { type Account, everyPool, type Grant, owns, stateOf } from './account.ts';
import { administratorEvent } from './console-caller.ts';
import type { AdministratorStore, ConsoleLink } from './store.ts';

const setUpMs = 60 * 60_000;
const invitationMs = 24 * 60 * 60_000;
/** Who made links on the machine of the store, where an id stands for others: those are longer. */
const machine = 'machine';
/** A lost race is judged again on what the winner left. */
const maxAttempts = 8;

export interface MadeLink {
  url: string;
  expiresAt: number;
}

export type LinkParts = {
  administrators: AdministratorStore;
  passwords: Pick<PasswordHasher, 'hash'>;
  secrets: Secrets;
  clock: Clock;
  /** Where the console is reached from the machine of the server, without a slash at its end. */
  consoleUrl: string;
};

/** The links by which administrators come to be: each is good once, and only its hash is kept. */
export function createConsoleLinks(parts: LinkParts) {
  const { administrators, passwords, secrets, clock, consoleUrl } = parts;

  /**
   * The token stands in the fragment, which no proxy sees and no page hands on.
   * @param at the address of the console for whoever gets the link
   */
  function drawn(
    { purpose, administratorId, madeBy }: Pick<ConsoleLink, 'purpose' | 'administratorId' | 'madeBy'>,
    at = consoleUrl,
  ): { link: ConsoleLink } & MadeLink {
    const token = secrets.randomToken();
    const expiresAt = clock.now() + (purpose === 'setUp' ? setUpMs : invitationMs);
    const page = purpose === 'setUp' ? 'set-up' : 'accept';
    const link = { tokenHash: secrets.hash(token), administratorId, purpose, madeBy, expiresAt };
    return { link, expiresAt, url: `${at}/${page}#${token}` };
  }

  /** A new set-up link; those before stay good, until there is an owner. Null once there is an administrator. */
  async function setUpLink(): Promise<MadeLink | null> {
    if ((await administrators.list({ limit: 1 })).length > 0) return null;
    const { link, ...made } = drawn({ purpose: 'setUp', administratorId: null, madeBy: machine });
    await administrators.putSetUpLink(link, administratorEvent(secrets, 'administrator.link_made', null, null));
    return made;
  }

  /** For who lost password or authenticator, made on the machine of the store. @throws DomainError administrator_not_found */
  async function recoveryLink(signInName: string): Promise<MadeLink> {
    const account = await administrators.findBySignInName(signInName);
    if (account === null) throw new DomainError('administrator_not_found', { field: 'signInName' });
    const { link, ...made } = drawn({ purpose: 'recovery', administratorId: account.id, madeBy: machine });
    const event = administratorEvent(secrets, 'administrator.link_made', null, null, { changedId: account.id });
    const outcome = await administrators.write({ ...account, version: account.version + 1 }, { gives: link }, event);
    if (outcome !== 'stored') throw new DomainError('console_link_invalid');
    return made;
  }

  /** What a link is for. It stays good. @throws DomainError console_link_invalid */
  async function read(token: string): Promise<{ link: ConsoleLink; account: Account | null }> {
    const link = await administrators.findLink(secrets.hash(token));
    if (link === null || link.expiresAt <= clock.now()) throw new DomainError('console_link_invalid');
    const account = link.administratorId === null ? null : await administrators.find(link.administratorId);
    if (link.purpose !== 'setUp' && (account === null || !(await isStillGiven(link, account)))) {
      throw new DomainError('console_link_invalid');
    }
    return { link, account };
  }

  /** Whether who made the link could make it now: they may have lost what they owned, and the account may have got more than they own. */
  async function isStillGiven({ madeBy }: ConsoleLink, account: Account): Promise<boolean> {
    if (madeBy === machine) return true;
    if (madeBy === null) return false;
    const maker = await administrators.find(madeBy);
    return maker !== null && stateOf(maker) === 'active' && owns(maker.grants, account.grants);
  }

  /**
   * Makes the first owner. Of two visitors with the link one gets it; who has another one is refused once there is an owner.
   * @throws DomainError console_link_invalid, password_too_weak
   */
  async function setUp(
    token: string,
    given: { name: string; signInName: string; password: string },
    caller: Caller,
  ): Promise<Account> {
    const { link } = await read(token);
    const census = await administrators.census();
    const isFirst = (await administrators.list({ limit: 1 })).length === 0;
    if (link.purpose !== 'setUp' || !isFirst) throw new DomainError('console_link_invalid');
    checkPassword(given.password, 'password', [given.signInName, given.name]);
    const account: Account = {
      ...blankAccount(secrets.randomId(24), given, [{ userPoolId: everyPool, role: 'owner' }], clock.now()),
      passwordHash: await passwords.hash(given.password),
    };
    const event = administratorEvent(secrets, 'administrator.set_up', { account }, caller);
    const outcome = await administrators.write(account, { census, takes: link.tokenHash }, event);
    if (outcome !== 'stored') throw new DomainError('console_link_invalid');
    return account;
  }

  /**
   * Takes an invitation, or begins anew after a loss: the password is the one given, and the authenticator is set up again.
   * @throws DomainError console_link_invalid, password_too_weak
   */
  async function accept(token: string, password: string, caller: Caller): Promise<Account> {
    const { account: invited } = await read(token);
    if (invited === null) throw new DomainError('console_link_invalid');
    checkPassword(password, 'password', [invited.signInName, invited.name, invited.email]);
    const passwordHash = await passwords.hash(password);
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      // Read before the link is: who joins may be an owner of everything, and who made the link may be losing what they own.
      const census = await administrators.census();
      const { link, account } = await read(token);
      if (account === null) break;
      const next: Account = {
        ...account,
        passwordHash,
        ...{ totpSecret: null, pendingTotpSecret: null, recoveryHashes: [], linkedPerson: null },
        version: account.version + 1,
      };
      const event = administratorEvent(secrets, 'administrator.joined', { account }, caller, { purpose: link.purpose });
      const terms = { census, takes: link.tokenHash, endsLogins: { except: null } };
      if ((await administrators.write(next, terms, event)) === 'stored') return next;
    }
    throw new DomainError('console_link_invalid');
  }

  return { drawn, setUpLink, recoveryLink, read, setUp, accept };
}

export type ConsoleLinks = ReturnType<typeof createConsoleLinks>;

export function blankAccount(
  id: string,
  { name, signInName, email = null }: { name: string; signInName: string; email?: string | null | undefined },
  grants: readonly Grant[],
  createdAt: number,
): Account {
  return {
    ...{ id, name, signInName, email, grants, createdAt },
    ...{ passwordHash: null, totpSecret: null, pendingTotpSecret: null, totpStep: 0, recoveryHashes: [] },
    ...{ linkedPerson: null, isSuspended: false, language: null, theme: null, createdBy: null, lastSeenAt: null },
    version: 1,
  };
}
