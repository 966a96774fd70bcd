import { expect, it } from 'vitest';
import type { Account } from '../../core/administrators/account.ts';
import type { ConsoleLink, ConsoleLogin } from '../../core/administrators/store.ts';
import { anEvent, anId } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

export function anAccount(given: Partial<Account> = {}): Account {
  const id = anId('administrator');
  return {
    id,
    name: 'Ada',
    signInName: id,
    email: null,
    passwordHash: null,
    totpSecret: null,
    pendingTotpSecret: null,
    totpStep: 0,
    recoveryHashes: [],
    linkedPerson: null,
    grants: [{ userPoolId: '*', role: 'owner' }],
    isSuspended: false,
    language: null,
    theme: null,
    createdAt: 1_000,
    createdBy: null,
    lastSeenAt: null,
    version: 1,
    ...given,
  };
}

export const aLink = (given: Partial<ConsoleLink> = {}): ConsoleLink => ({
  tokenHash: anId('link'),
  administratorId: null,
  purpose: 'setUp',
  madeBy: null,
  expiresAt: 9_000,
  ...given,
});

export function aLogin(administratorId: string, given: Partial<ConsoleLogin> = {}): ConsoleLogin {
  return {
    id: anId('login'),
    tokenHash: anId('cookie'),
    administratorId,
    createdAt: 1_000,
    lastActedAt: 1_000,
    expiresAt: 9_000,
    passwordAt: 1_000,
    secondFactorAt: null,
    code: null,
    ip: '192.0.2.1',
    userAgent: 'Browser/1',
    ...given,
  };
}

export function describeAdministrators(open: OpenStores): void {
  const opened = openedBeforeEach(open);
  const event = () => anEvent({ type: 'administrator.changed' });
  const events = async () => (await opened.stores.audit.list({ type: 'administrator.changed', limit: 10 })).length;

  it('keeps every field, with the event, and finds by id and by name', async () => {
    const { administrators } = opened.stores;
    const linkedPerson = { userPoolId: 'pool-1', userId: 'alice', fingerprint: 'f', linkedAt: 2_000 };
    const secrets = { passwordHash: '$argon2id$', totpSecret: 'JBSWY3DP', pendingTotpSecret: 'KRSXG5A', totpStep: 7 };
    const looks = {
      language: 'zh',
      theme: 'dark',
      lastSeenAt: 5_000,
      createdBy: 'bob',
      email: 'ada@example.com',
    } as const;
    const account = anAccount({ ...secrets, ...looks, recoveryHashes: ['a', 'b'], linkedPerson, isSuspended: true });
    expect(await administrators.write(account, {}, event())).toBe('stored');
    expect(await administrators.find(account.id)).toEqual(account);
    expect(await administrators.findBySignInName(account.signInName)).toEqual(account);
    expect(await administrators.find('another')).toBeNull();
    expect(await events()).toBe(1);
  });

  it('refuses a stale version and a name that is taken, and then writes nothing', async () => {
    const { administrators } = opened.stores;
    const account = anAccount();
    await administrators.write(account, {}, null);
    expect(await administrators.write({ ...account, name: 'B', version: 3 }, {}, event())).toBe('stale');
    expect(await administrators.write(anAccount({ signInName: account.signInName }), {}, event())).toBe('nameTaken');
    expect(await administrators.find(account.id)).toEqual(account);
    expect(await events()).toBe(0);
    expect(await administrators.write({ ...account, name: 'B', version: 2 }, {}, event())).toBe('stored');
  });

  it('lets one of those that read the same census write', async () => {
    const { administrators } = opened.stores;
    const census = await administrators.census();
    const wins = await race(5, 'stored', () => administrators.write(anAccount(), { census }, event()));
    expect(wins).toBe(1);
    expect(await administrators.list({ limit: 10 })).toHaveLength(1);
    expect(await administrators.census()).toBe(census + 1);
    expect(await events()).toBe(1);
  });

  it('uses a link up once, in the step of what it leads to', async () => {
    const { administrators } = opened.stores;
    const [link, other] = [aLink(), aLink()];
    for (const each of [link, other]) await administrators.putSetUpLink(each, event());
    expect(await administrators.findLink(link.tokenHash)).toEqual(link);
    const terms = { takes: link.tokenHash };
    expect(await race(4, 'stored', () => administrators.write(anAccount(), terms, event()))).toBe(1);
    expect(await administrators.list({ limit: 10 })).toHaveLength(1);
    expect(await administrators.findLink(link.tokenHash)).toBeNull();
    expect(await administrators.findLink(other.tokenHash)).toBeNull();
  });

  it('keeps set-up links beside each other, and one link for each account', async () => {
    const { administrators } = opened.stores;
    const [first, second] = [aLink(), aLink()];
    for (const link of [first, second]) await administrators.putSetUpLink(link, event());
    expect(await administrators.findLink(first.tokenHash)).toEqual(first);
    const account = anAccount();
    const [one, other] = [1, 2].map(() =>
      aLink({ administratorId: account.id, purpose: 'invitation', madeBy: 'bob' }),
    ) as [ConsoleLink, ConsoleLink];
    await administrators.write(account, { gives: one }, null);
    await administrators.write({ ...account, version: 2 }, { gives: other }, null);
    expect(await administrators.findLink(one.tokenHash)).toBeNull();
    expect(await administrators.findLink(other.tokenHash)).toEqual(other);
    expect(await administrators.findLink(second.tokenHash)).toEqual(second);
  });

  it('ends the links of an account with its logins, but for the one that it gets then', async () => {
    const { administrators } = opened.stores;
    const [account, other] = [anAccount(), anAccount()];
    const [mine, foreign, next] = [account, other, account].map(({ id }) =>
      aLink({ administratorId: id, purpose: 'recovery' }),
    ) as [ConsoleLink, ConsoleLink, ConsoleLink];
    await administrators.write(account, { gives: mine }, null);
    await administrators.write(other, { gives: foreign }, null);
    await administrators.write({ ...account, version: 2 }, { endsLogins: { except: 'login' } }, null);
    expect(await administrators.findLink(mine.tokenHash)).toBeNull();
    expect(await administrators.findLink(foreign.tokenHash)).toEqual(foreign);
    await administrators.write({ ...account, version: 3 }, { gives: next, endsLogins: { except: null } }, null);
    expect(await administrators.findLink(next.tokenHash)).toEqual(next);
  });

  it('forgets links that have expired, and no others', async () => {
    const { administrators } = opened.stores;
    const accounts = [anAccount(), anAccount(), anAccount()];
    const links = accounts.map(({ id }, index) => aLink({ administratorId: id, expiresAt: 9_000 + index }));
    for (const [index, account] of accounts.entries())
      await administrators.write(account, { gives: links[index] }, null);
    expect(await administrators.purgeLinks(9_002, 1)).toBe(1);
    expect(await administrators.purgeLinks(9_002, 10)).toBe(1);
    const left = await Promise.all(links.map(({ tokenHash }) => administrators.findLink(tokenHash)));
    expect(left).toEqual([null, null, links[2]]);
  });

  it('removes an account with its logins and links, unless the census moved on', async () => {
    const { administrators, consoleLogins } = opened.stores;
    const account = anAccount();
    const link = aLink({ administratorId: account.id, purpose: 'recovery' });
    await administrators.write(account, { gives: link }, null);
    const login = aLogin(account.id);
    await consoleLogins.insert(login, null);
    const census = await administrators.census();
    expect(await administrators.remove(account.id, census + 1, event())).toBe(false);
    expect(await consoleLogins.find(login.tokenHash)).toEqual(login);
    expect(await administrators.remove(account.id, census, event())).toBe(true);
    expect(await administrators.find(account.id)).toBeNull();
    expect(await administrators.findLink(link.tokenHash)).toBeNull();
    expect(await consoleLogins.find(login.tokenHash)).toBeNull();
  });

  it('keeps logins, and writes over one while its cookie is the same', async () => {
    const { consoleLogins } = opened.stores;
    const code = { hash: 'h', purpose: 'link', userPoolId: 'pool-1' } as const;
    const login = aLogin('ada', { secondFactorAt: 2_000, code });
    await consoleLogins.insert(login, event());
    expect(await consoleLogins.find(login.tokenHash)).toEqual(login);
    const next = (n: number) => ({ ...login, tokenHash: `next-${n}`, code: null });
    expect(await race(4, true, (n) => consoleLogins.replace(next(n), login.tokenHash, event()))).toBe(1);
    expect(await consoleLogins.find(login.tokenHash)).toBeNull();
    expect(await consoleLogins.list('ada')).toMatchObject([{ id: login.id, code: null }]);
  });

  it('ends logins of one administrator: those named, all but one, or all with another role', async () => {
    const { administrators, consoleLogins } = opened.stores;
    const account = anAccount();
    await administrators.write(account, {}, null);
    const mine = [1, 2, 3].map((createdAt) => aLogin(account.id, { createdAt }));
    const foreign = aLogin('bob');
    for (const login of [...mine, foreign]) await consoleLogins.insert(login, null);
    const left = async () => (await consoleLogins.list(account.id)).map(({ createdAt }) => createdAt);
    expect(await consoleLogins.end(account.id, { ids: [mine[0]?.id ?? '', foreign.id] }, event())).toBe(1);
    expect(await left()).toEqual([3, 2]);
    expect(await consoleLogins.end(account.id, { except: mine[1]?.id }, event())).toBe(1);
    expect(await left()).toEqual([2]);
    expect(await consoleLogins.end(account.id, { ids: ['nothing'] }, event())).toBe(0);
    expect(await events()).toBe(2);
    await administrators.write({ ...account, version: 2 }, { endsLogins: { except: null } }, null);
    expect(await left()).toEqual([]);
    expect(await consoleLogins.find(foreign.tokenHash)).toEqual(foreign);
    expect(await consoleLogins.purge(9_001, 10)).toBe(1);
  });
}
