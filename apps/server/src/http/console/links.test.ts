import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { createConsoleBrowser, join, setUpOwner } from './browser.fixture.ts';

type Person = Awaited<ReturnType<typeof join>>;

const everything = [{ userPoolId: '*', role: 'owner' }];
const owning = [{ userPoolId: 'pool1', role: 'owner' }];
const viewing = [{ userPoolId: 'pool1', role: 'viewer' }];
const invalid = { statusCode: 404, apiCode: 1351 };

let passbeam: TestPassbeam;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
/** The owner of a pool, who makes links, and somebody of that pool for whom they are. */
let maker: Person;
let target: Person;
let drawn = 0;

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addPool('pool2');
  owner = await setUpOwner(passbeam);
});
afterAll(() => passbeam?.close());
beforeEach(async () => {
  drawn += 1;
  await prove(owner);
  maker = await join(passbeam, owner.browser, `maker${drawn}`, owning);
  target = await join(passbeam, owner.browser, `target${drawn}`, viewing);
});

async function prove(who: Pick<typeof owner, 'browser' | 'password' | 'secret'>) {
  passbeam.pass(30);
  const totp = who.browser.codeOf(who.secret);
  expect((await who.browser.call('fresh-proof', { password: who.password, totp })).data.step).toBe('done');
}
const tokenOf = ({ data }: { data: { link: string } }) => data.link.split('#')[1] ?? '';
const renewedBy = async ({ browser }: Pick<Person, 'browser'>) =>
  tokenOf(await browser.manage('renew-administrator-link', { administratorId: target.id }));
const change = async (one: Person, changes: object) => {
  const reply = await owner.browser.manage('update-administrator', { administratorId: one.id, ...changes });
  expect(reply.statusCode).toBe(200);
};
const stateOf = (token: string) => createConsoleBrowser(passbeam).call('read-link', { token });
const accept = (token: string) => createConsoleBrowser(passbeam).call('accept', { token, password: 'a quiet harbour' });

describe('a link for an administrator', () => {
  it('is good for who made it while nothing changes', async () => {
    const token = await renewedBy(maker);
    expect((await stateOf(token)).data).toMatchObject({ purpose: 'recovery', signInName: `target${drawn}` });
    expect((await accept(token)).data.step).toBe('enrol');
  });

  it.each<[string, object, object | null]>([
    ['more grants', { grants: everything }, null],
    ['fewer grants', { grants: [{ userPoolId: 'pool2', role: 'viewer' }] }, null],
    ['suspended, and active again', { state: 'suspended' }, { state: 'active' }],
  ])('ends with the console logins of the account: %s', async (_name, first, second) => {
    const token = await renewedBy(maker);
    await change(target, first);
    if (second !== null) await change(target, second);
    expect(await stateOf(token)).toMatchObject(invalid);
    expect(await accept(token)).toMatchObject(invalid);
    expect((await accept(await renewedBy(owner))).statusCode).toBe(200);
  });

  it('stays with another name of the account', async () => {
    const token = await renewedBy(maker);
    await change(target, { name: 'Another name' });
    expect((await accept(token)).statusCode).toBe(200);
  });

  it('ends with a password or an authenticator that the account sets itself', async () => {
    const token = await renewedBy(maker);
    await prove(target);
    await target.browser.call('change-password', { newPassword: 'a second lighthouse' });
    expect(await stateOf(token)).toMatchObject(invalid);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['owns the pool no more', () => change(maker, { grants: viewing })],
    ['is suspended', () => change(maker, { state: 'suspended' })],
    ['is removed', () => owner.browser.manage('remove-administrator', { administratorId: maker.id })],
  ])('is good while its maker is: not once the maker %s', async (_name, happens) => {
    const invitation = await maker.browser.manage('invite-administrator', {
      ...{ name: 'New', signInName: `new${drawn}`, grants: viewing },
    });
    const tokens = [await renewedBy(maker), tokenOf(invitation)];
    await happens();
    for (const token of tokens) {
      expect(await stateOf(token)).toMatchObject(invalid);
      expect(await accept(token)).toMatchObject(invalid);
    }
  });

  it('is good whoever owns what, when it was made on the machine of the store', async () => {
    const link = await passbeam.consoleLinks.recoveryLink(`target${drawn}`);
    expect((await accept(link.url.split('#')[1] ?? '')).statusCode).toBe(200);
  });

  it('is refused when a node of the release before made it, which does not say who did', async () => {
    const { administrators } = passbeam.stores;
    const account = await administrators.find(target.id);
    if (account === null) throw new Error('the account is not there');
    const token = passbeam.secrets.randomToken();
    const expiresAt = passbeam.clock.now() + 60_000;
    const link = { tokenHash: passbeam.secrets.hash(token), administratorId: target.id, madeBy: null, expiresAt };
    const gives = { ...link, purpose: 'recovery' as const };
    expect(await administrators.write({ ...account, version: account.version + 1 }, { gives }, null)).toBe('stored');
    expect(await stateOf(token)).toMatchObject(invalid);
    expect(await accept(token)).toMatchObject(invalid);
  });

  it('is taken while others are invited', async () => {
    const token = await renewedBy(maker);
    const invite = (index: number) =>
      owner.browser.manage('invite-administrator', {
        ...{ name: 'New', signInName: `beside${drawn}-${index}`, grants: viewing },
      });
    const [accepted] = await Promise.all([accept(token), invite(1), invite(2), invite(3)]);
    expect(accepted.statusCode).toBe(200);
  });
});
