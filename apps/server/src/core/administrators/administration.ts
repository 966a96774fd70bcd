import type { Language } from '@passbeam/protocol';
import type { AuditType } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Secrets } from '../ground/ports.ts';
import { readEmail } from '../identifiers/email-address.ts';
import type { Administrator } from '../management/administrator.ts';
import type { MessageWays } from '../management/installation/messages.ts';
import { type Account, everyPool, type Grant, keepsHouse, owns, ownsEverything, roleIn } from './account.ts';
import { administratorEvent, type ConsoleCaller } from './console-caller.ts';
import { freshUntil } from './console-logins.ts';
import { blankAccount, type ConsoleLinks, type LinkParts, type MadeLink } from './links.ts';
import type { AdministratorStore, ConsoleLoginStore } from './store.ts';

/** A lost race is judged again on what the winner left. */
const maxAttempts = 8;
/** Administrators are few: more than this is no longer a list that people read. */
const mostAdministrators = 1000;

/** What owners do with administrators. They act where they own, and nobody acts on themselves. */
export function createAdministration(
  parts: Pick<LinkParts, 'secrets' | 'clock'> & {
    administrators: AdministratorStore;
    consoleLogins: ConsoleLoginStore;
    links: Pick<ConsoleLinks, 'drawn'>;
    directory: Pick<Directory, 'findPool'>;
    secrets: Secrets;
    messageWays: Pick<MessageWays, 'sendLink'>;
  },
) {
  const { administrators, consoleLogins, links, directory, secrets, clock, messageWays } = parts;

  /** Who this is in a pool. @throws DomainError permission_denied */
  function inPool({ account, login }: ConsoleCaller, userPoolId: string): Administrator {
    const role = directory.findPool(userPoolId) === null ? null : roleIn(account.grants, userPoolId);
    if (role === null) throw new DomainError('permission_denied', { reason: 'noGrantInPool' });
    const reach = roleIn(account.grants, everyPool) === role ? 'all' : 'pool';
    const by = { administratorId: account.id, administratorName: account.name, consoleLoginId: login.id };
    return { userPoolId, role, reach, by, freshUntil: freshUntil(login) };
  }

  /** Those whose grants touch what the caller owns. */
  async function list({ account }: ConsoleCaller, page: { after?: string | undefined; limit: number }) {
    requireOwner(account);
    const isSeen = ({ grants }: Account) =>
      ownsEverything(account) || grants.some((grant) => roleIn(account.grants, grant.userPoolId) === 'owner');
    const all = await administrators.list({ ...page, limit: mostAdministrators });
    return all.filter(isSeen).slice(0, page.limit);
  }

  /** @throws DomainError administrator_not_found, permission_denied */
  async function get(who: ConsoleCaller, id: string): Promise<Account> {
    requireOwner(who.account);
    const account = await administrators.find(id);
    if (account === null) throw new DomainError('administrator_not_found', { field: 'administratorId' });
    if (!owns(who.account.grants, account.grants)) denied();
    return account;
  }

  /**
   * @param consoleUrl where the caller reaches the console: the link leads there
   * @throws DomainError permission_denied, sign_in_name_taken, invalid_argument
   */
  async function invite(
    who: ConsoleCaller,
    given: { name: string; signInName: string; email?: string | undefined; grants: readonly Grant[] },
    { caller, consoleUrl }: { caller: Caller; consoleUrl: string },
  ): Promise<{ account: Account; made: MadeLink }> {
    const census = await administrators.census();
    const inviter = await administrators.find(who.account.id);
    if (inviter === null || inviter.isSuspended) return denied();
    requireOwner(inviter);
    checkGrants({ ...who, account: inviter }, given.grants);
    const account: Account = {
      ...blankAccount(secrets.randomId(24), given, given.grants, clock.now()),
      createdBy: who.account.id,
    };
    const named = { administratorId: account.id, madeBy: who.account.id };
    const { link, ...made } = links.drawn({ purpose: 'invitation', ...named }, consoleUrl);
    const event = eventOf('administrator.invited', who, account, caller, { grants: textOf(account.grants) });
    const outcome = await administrators.write(account, { census, gives: link }, event);
    if (outcome === 'stale') throw new DomainError('administrator_changed');
    if (outcome === 'nameTaken') throw new DomainError('sign_in_name_taken', { field: 'signInName' });
    return { account, made };
  }

  /** A new link in place of a lost one; for who lost password or authenticator, it begins anew. */
  async function renewLink(
    who: ConsoleCaller,
    id: string,
    { caller, consoleUrl }: { caller: Caller; consoleUrl: string },
  ): Promise<{ account: Account; made: MadeLink }> {
    const account = await get(who, id);
    const purpose = account.passwordHash === null ? 'invitation' : 'recovery';
    const { link, ...made } = links.drawn({ purpose, administratorId: id, madeBy: who.account.id }, consoleUrl);
    const next = { ...account, version: account.version + 1 };
    const event = eventOf('administrator.link_made', who, account, caller, {});
    if ((await administrators.write(next, { gives: link }, event)) !== 'stored') {
      throw new DomainError('administrator_changed');
    }
    return { account: next, made };
  }

  /** Sends a link to the administrator's address, where there is one; whoever made it hands it over otherwise. */
  async function mailLink(
    { email, name }: Account,
    { url, expiresAt }: MadeLink,
    language: Language,
  ): Promise<boolean> {
    const address = email === null ? null : readEmail(email);
    if (address === null) return false;
    const to = { kind: 'email', address } as const;
    return messageWays.sendLink({ id: secrets.randomToken(), to, name, url, expiresAt, language });
  }

  /** Another role or state ends the console logins and links. @throws DomainError last_owner, permission_denied, administrator_changed */
  function update(
    who: ConsoleCaller,
    id: string,
    changes: Partial<Pick<Account, 'name' | 'email' | 'grants' | 'isSuspended'>>,
    ifVersion: number | undefined,
    caller: Caller,
  ): Promise<Account> {
    return whileHouseIsKept(who, id, async (account, requireKept, census, whoNow) => {
      if (ifVersion !== undefined && ifVersion !== account.version) throw new DomainError('administrator_changed');
      if (changes.grants !== undefined) checkGrants(whoNow, changes.grants);
      const next = { ...account, ...changes, version: account.version + 1 };
      const isOtherPower = changes.grants !== undefined || changes.isSuspended !== undefined;
      if (isOtherPower && id === who.account.id) throw new DomainError('permission_denied', { reason: 'notOneself' });
      requireKept(next);
      const event = eventOf('administrator.changed', who, next, caller, {
        grants: textOf(next.grants),
        grantsBefore: textOf(account.grants),
        isSuspended: next.isSuspended,
        name: next.name,
      });
      const terms = { census, ...(isOtherPower && { endsLogins: { except: null } }) };
      return (await administrators.write(next, terms, event)) === 'stored' ? next : null;
    });
  }

  /** @throws DomainError last_owner, permission_denied, administrator_not_found */
  async function remove(who: ConsoleCaller, id: string, caller: Caller): Promise<void> {
    await whileHouseIsKept(who, id, async (account, requireKept, census) => {
      requireKept(null);
      const event = eventOf('administrator.removed', who, account, caller, { signInName: account.signInName });
      return (await administrators.remove(id, census, event)) ? account : null;
    });
  }

  /** Runs a change that could take away the last owner of everything. Two at once are judged one after the other. */
  async function whileHouseIsKept<T>(
    who: ConsoleCaller,
    id: string,
    change: (
      account: Account,
      requireKept: (next: Account | null) => void,
      census: number,
      whoNow: ConsoleCaller,
    ) => Promise<T | null>,
  ): Promise<T> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const census = await administrators.census();
      // The caller is read again as well: somebody may have taken their role since the request began.
      const [caller, account] = await Promise.all([administrators.find(who.account.id), get(who, id)]);
      if (caller === null || caller.isSuspended || !owns(caller.grants, account.grants)) return denied();
      const others = (await administrators.list({ limit: mostAdministrators })).filter((one) => one.id !== id);
      const requireKept = (next: Account | null) => {
        const isKept = others.some(keepsHouse) || (next !== null && keepsHouse(next)) || !keepsHouse(account);
        if (!isKept) throw new DomainError('last_owner', { field: 'administratorId' });
      };
      const done = await change(account, requireKept, census, { ...who, account: caller });
      if (done !== null) return done;
    }
    throw new DomainError('administrator_changed');
  }

  const logins = async (who: ConsoleCaller, id: string) => consoleLogins.list((await get(who, id)).id);

  async function endLogins(who: ConsoleCaller, id: string, ids: readonly string[] | undefined, caller: Caller) {
    const account = await get(who, id);
    return consoleLogins.end(id, { ids }, eventOf('administrator.logins_ended', who, account, caller, {}));
  }

  /** @throws DomainError permission_denied, invalid_argument */
  function checkGrants({ account }: ConsoleCaller, grants: readonly Grant[]): void {
    for (const [index, { userPoolId }] of grants.entries()) {
      const field = `grants.${index}.userPoolId`;
      if (userPoolId !== everyPool && directory.findPool(userPoolId) === null) {
        throw new DomainError('invalid_argument', { field, reason: ['grantOfUnknownPool', userPoolId] });
      }
      if (grants.findIndex((grant) => grant.userPoolId === userPoolId) !== index) {
        throw new DomainError('invalid_argument', { field, reason: ['grantTwice', userPoolId] });
      }
    }
    if (!owns(account.grants, grants)) denied();
  }

  const eventOf = (
    type: AuditType,
    who: ConsoleCaller,
    changed: Account,
    caller: Caller,
    detail: Record<string, string | boolean>,
  ) => administratorEvent(secrets, type, who, caller, { changedId: changed.id, changedName: changed.name, ...detail });

  return { inPool, list, get, invite, renewLink, mailLink, update, remove, logins, endLogins };
}

export type Administration = ReturnType<typeof createAdministration>;

/** @throws DomainError permission_denied */
function requireOwner({ grants }: Account): void {
  if (!grants.some(({ role }) => role === 'owner'))
    throw new DomainError('permission_denied', { reason: ['roleTooLow', 'owner'] });
}

function denied(): never {
  throw new DomainError('permission_denied', { reason: 'ownerOfThosePools' });
}

const textOf = (grants: readonly Grant[]) => grants.map(({ userPoolId, role }) => `${userPoolId}:${role}`).join(' ');
