import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { aLoginSession, anApplication, anEvent, aRoom } from '../../../stores/conformance/builders.ts';
import { openTestCore } from '../../testing.ts';
import { createLogoutDelivery, type PostLogoutToken } from './deliver.ts';

type World = Awaited<ReturnType<typeof openTestCore>>;

let world: World;
/** What applications were sent, oldest first. */
let sent: { uri: string; token: string }[];
let answer: PostLogoutToken;
beforeEach(async () => {
  sent = [];
  answer = async () => null;
  world = await openTestCore({
    postLogoutToken: async (uri, token) => {
      sent.push({ uri, token });
      return answer(uri, token);
    },
  });
});

const uriOf = (id: string) => `https://${id}.example/logged-out`;

async function registered(id: string, part = {}): Promise<void> {
  await world.directory.putApplication(anApplication({ id, backchannelLogoutUri: uriOf(id), ...part }));
}

/** The ids of so many logins that have just ended. */
async function ended(applicationId: string, count = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let each = 0; each < count; each += 1) {
    const login = aLoginSession({ applicationId, expiresAt: world.clock.now() + 1e9 });
    await world.stores.loginSessions.insert(login, anEvent(), aRoom());
    await world.stores.loginSessions.revoke(login.id, world.clock.now(), anEvent());
    ids.push(login.id);
  }
  return ids;
}

const waiting = async () => (await world.stores.logoutNotices.due(1e15, { limit: 100, notOf: [] })).length;
const undelivered = () => world.stores.audit.list({ type: 'session.logout_undelivered', limit: 9 });

/** Sends what is due, until nothing is under way. */
async function settled(): Promise<void> {
  await world.logoutDelivery.deliver();
  await world.logoutDelivery.settle();
}

describe('a login that ended', () => {
  it('is told to its application in a signed token that is no ID token', async () => {
    await registered('shop', { backchannelLogoutSessionRequired: true });
    const [login] = await ended('shop');
    await settled();
    expect(sent.map(({ uri }) => uri)).toEqual([uriOf('shop')]);
    const { token } = sent[0] ?? { token: '' };
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'logout+jwt', kid: expect.any(String) });
    const iat = world.clock.now() / 1000;
    expect(decodeJwt(token)).toEqual({
      iss: world.issuer,
      aud: 'shop',
      iat,
      exp: iat + 120,
      jti: expect.stringMatching(/^[\w-]{43}$/),
      sub: 'user-1',
      sid: login,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    for (const type of ['JWT', 'at+jwt', 'management+jwt'] as const) {
      expect(await world.signer.verify(token, type)).toBeNull();
      expect(await world.signer.verifyOnce(token, type)).toBeNull();
    }
    expect(await waiting()).toBe(0);
  });

  it('is told without its name where the application asks for the person alone', async () => {
    await registered('shop', { backchannelLogoutSessionRequired: false });
    await ended('shop');
    await settled();
    expect(decodeJwt(sent[0]?.token ?? '')).toMatchObject({ sub: 'user-1' });
    expect(decodeJwt(sent[0]?.token ?? '')).not.toHaveProperty('sid');
  });

  it('is told to nobody whose address was taken away meanwhile', async () => {
    await registered('shop');
    await registered('other');
    await ended('shop');
    await registered('shop', { backchannelLogoutUri: null });
    await settled();
    expect(sent).toEqual([]);
  });
});

describe('an application that does not answer', () => {
  it('is tried eight times in nine hours, each time with a fresh token, and then it is recorded', async () => {
    await registered('shop');
    const [login] = await ended('shop');
    answer = async () => 'HTTP 503';
    const began = world.clock.now();
    const at: number[] = [];
    for (let second = 0; second <= 36_000; second += 10) {
      await settled();
      if (sent.length > at.length) at.push((world.clock.now() - began) / 1000);
      world.pass(10);
    }
    expect(at).toEqual([0, 10, 40, 160, 760, 2_560, 9_760, 31_360]);
    expect(new Set(sent.map(({ token }) => decodeJwt(token).jti)).size).toBe(8);
    expect(sent.every(({ token }) => Number(decodeJwt(token).exp) - Number(decodeJwt(token).iat) === 120)).toBe(true);
    expect(await undelivered()).toMatchObject([
      { applicationId: 'shop', loginSessionId: login, userId: 'user-1', detail: { attempts: 8, reason: 'HTTP 503' } },
    ]);
    expect(await waiting()).toBe(0);
  });

  it('holds nobody else up: four at a time of one, twenty in all, and the rest follows', async () => {
    for (const id of ['dead', 'shop', 'a', 'b', 'c', 'd']) await registered(id);
    await ended('dead', 30);
    await ended('shop', 10);
    const release = Promise.withResolvers<null>();
    let open = 0;
    let most = 0;
    answer = async (uri) => {
      if (uri !== uriOf('dead')) return null;
      open += 1;
      most = Math.max(most, open);
      await release.promise;
      open -= 1;
      return null;
    };
    await world.logoutDelivery.deliver();
    await expect.poll(() => sent.filter(({ uri }) => uri === uriOf('shop')).length).toBe(10);
    expect(open).toBe(4);
    for (const id of ['a', 'b', 'c', 'd']) await ended(id, 6);
    answer = async () => {
      open += 1;
      most = Math.max(most, open);
      await release.promise;
      open -= 1;
      return null;
    };
    await world.logoutDelivery.deliver();
    await expect.poll(() => open).toBe(20);
    release.resolve(null);
    await expect.poll(waiting).toBe(0);
    expect(most).toBe(20);
    expect(sent).toHaveLength(64);
  });
});

describe('applications that did not take the last notice', () => {
  it('are told one at a time, and leave half of the places to the others', async () => {
    const failing = Array.from({ length: 12 }, (_, index) => `failing-${index}`);
    for (const id of [...failing, 'shop']) await registered(id);
    for (const id of failing) await ended(id, 6);
    answer = async () => 'HTTP 503';
    await settled();
    await ended('shop', 30);
    world.pass(10);
    sent = [];
    const release = Promise.withResolvers<string | null>();
    answer = async (uri) => (uri === uriOf('shop') ? null : release.promise);
    await world.logoutDelivery.deliver();
    await expect.poll(() => sent.filter(({ uri }) => uri === uriOf('shop')).length).toBe(30);
    const others = sent.flatMap(({ uri }) => (uri === uriOf('shop') ? [] : [uri]));
    expect(others).toHaveLength(10);
    expect(new Set(others).size).toBe(10);
    release.resolve('HTTP 503');
    await settled();
  });

  it('are told as many as others once they take one', async () => {
    await registered('shop');
    await ended('shop', 10);
    answer = async () => 'HTTP 503';
    await settled();
    world.pass(10);
    sent = [];
    const [first, others] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
    answer = () => (sent.length === 1 ? first : others).promise;
    await world.logoutDelivery.deliver();
    await expect.poll(() => sent.length).toBe(1);
    first.resolve(null);
    await expect.poll(() => sent.length).toBe(5);
    others.resolve(null);
    await expect.poll(waiting).toBe(0);
  });
});

describe('two nodes', () => {
  it('send each notice once, and one goes on where the other died', async () => {
    await registered('shop');
    await ended('shop', 12);
    const other = createLogoutDelivery({
      ...world,
      logoutNotices: world.stores.logoutNotices,
      postLogoutToken: async (uri, token) => {
        sent.push({ uri, token });
        return null;
      },
    });
    await Promise.all([world.logoutDelivery.deliver(), other.deliver()]);
    await expect.poll(waiting).toBe(0);
    expect(new Set(sent.map(({ token }) => decodeJwt(token).sid ?? decodeJwt(token).jti)).size).toBe(12);
    expect(sent).toHaveLength(12);

    sent = [];
    await ended('shop');
    answer = () => new Promise(() => {});
    await world.logoutDelivery.deliver();
    await expect.poll(() => sent.length).toBe(1);
    await other.deliver();
    expect(sent).toHaveLength(1);
    world.pass(10);
    await other.deliver();
    await expect.poll(waiting).toBe(0);
    expect(sent).toHaveLength(2);
  });

  it('record it once when a node dies with the last attempt', async () => {
    await registered('shop');
    await ended('shop');
    const [notice] = await world.stores.logoutNotices.due(1e15, { limit: 1, notOf: [] });
    if (notice === undefined) throw new Error('no notice');
    for (let attempts = 0; attempts < 8; attempts += 1) {
      expect(await world.stores.logoutNotices.take({ ...notice, attempts }, world.clock.now())).toBe(true);
    }
    await settled();
    expect(sent).toEqual([]);
    expect(await undelivered()).toMatchObject([{ detail: { reason: 'no answer' } }]);
  });
});

it('a node that stops begins nothing, and ends what it began', async () => {
  await registered('shop');
  await ended('shop', 6);
  const release = Promise.withResolvers<null>();
  answer = () => release.promise;
  await world.logoutDelivery.deliver();
  await expect.poll(() => sent.length).toBe(4);
  const stopping = world.logoutDelivery.stop();
  release.resolve(null);
  await stopping;
  expect(sent).toHaveLength(4);
  expect(await waiting()).toBe(2);
});
