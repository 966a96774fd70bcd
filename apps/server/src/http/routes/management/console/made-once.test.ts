import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TestPassbeam } from '../../../../testing.ts';
import { join, setUpOwner } from '../../../console/browser.fixture.ts';
import { callSigned } from '../signed-call.fixture.ts';
import { onBothEngines } from './both-engines.fixture.ts';

const idempotencyKey = 'drawn-once-for-this-application';

onBothEngines('what is made with an idempotency key', (open) => {
  let passbeam: TestPassbeam;
  beforeEach(async () => {
    passbeam = await open();
  });
  afterEach(() => passbeam.close());

  const call = async (path: string, body: Record<string, unknown>, key?: { id: string; secret: string }) =>
    (await callSigned(passbeam, 'POST', path, { body, key })).body;
  const create = (body: Record<string, unknown> = {}, key?: { id: string; secret: string }) =>
    call('create-application', { appName: 'Shop', idempotencyKey, ...body }, key);
  const applications = () => passbeam.directory.applications().map(({ name }) => name);
  const recorded = () => passbeam.stores.audit.list({ type: 'admin.application_created', limit: 10 });

  it('is one application, however often and from wherever it is asked for at once', async () => {
    const before = applications().length;
    const replies = await Promise.all([create(), create(), create()]);
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(new Set(replies.map(({ data }) => data.appId)).size).toBe(1);
    expect(replies[0].data.appId).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(applications()).toHaveLength(before + 1);
    expect(await recorded()).toHaveLength(1);
  });

  it('is shown again hours later, as it is then', async () => {
    const { data } = await create({ appDescription: 'Ours', appIdentifier: 'shop' });
    passbeam.pass(20 * 3600);
    await call('update-application', { appId: data.appId, appName: 'The shop' });
    const again = await create({ appIdentifier: 'shop', appDescription: 'Ours' });
    expect(again.data).toMatchObject({ appId: data.appId, appName: 'The shop' });
    expect(await recorded()).toHaveLength(1);
  });

  it('is refused for another request, which changes nothing', async () => {
    await create();
    const before = applications();
    expect(await create({ appName: 'Another' })).toMatchObject({
      statusCode: 400,
      refusal: 'invalid_argument',
      message: expect.stringContaining('idempotencyKey was used for another request'),
    });
    expect(applications()).toEqual(before);
  });

  it('is another one with another key, without one, and in another pool', async () => {
    const other = await passbeam.addPool('pool2');
    const made = [
      await create(),
      await create({ idempotencyKey: `${idempotencyKey}-2` }),
      await create({ idempotencyKey: undefined }),
      await create({}, other),
    ];
    expect(new Set(made.map(({ data }) => data.appId)).size).toBe(4);
  });

  it('may be a user pool: for an owner of all pools, with one secret, and with nothing of other pools', async () => {
    const { browser: owner } = await setUpOwner(passbeam);
    const make = async (body: object = {}, by = owner) =>
      by.manage('create-userpool', { userPoolName: 'Branch', idempotencyKey, ...body });
    const [first, second] = await Promise.all([make(), make()]);
    expect(first.data).toMatchObject({ userPoolName: 'Branch', configuration: null, secret: expect.any(String) });
    expect([second.data.userPoolId, second.data.secret]).toEqual([first.data.userPoolId, first.data.secret]);
    const { userPoolId: id, secret } = first.data;
    expect(passbeam.directory.pools().filter(({ name }) => name === 'Branch')).toHaveLength(1);
    const [event] = await passbeam.stores.audit.list({ userPoolId: id, limit: 10 });
    expect(event).toMatchObject({ type: 'admin.userpool_created', detail: { administratorName: 'Ada' } });
    expect(JSON.stringify(event)).not.toContain(secret);
    expect((await call('get-userpool', {}, { id, secret })).data).toMatchObject({ userPoolId: id });
    expect(await make({ userPoolName: 'Other' })).toMatchObject({ statusCode: 400, refusal: 'invalid_argument' });
    await call('rotate-userpool-secret', {}, { id, secret });
    expect(await make()).toMatchObject({ statusCode: 400, refusal: 'invalid_argument' });
  });

  it('is no pool for owners of one pool, its secret, its keys, or after the proof has aged', async () => {
    const { browser: owner } = await setUpOwner(passbeam);
    const { browser: ofOne } = await join(passbeam, owner, 'bo', [{ userPoolId: 'pool1', role: 'owner' }]);
    const { browser: operator } = await join(passbeam, owner, 'eve', [{ userPoolId: '*', role: 'operator' }]);
    const before = passbeam.directory.pools();
    for (const by of [ofOne, operator]) {
      expect(await by.manage('create-userpool', { userPoolName: 'X' })).toMatchObject({ statusCode: 403 });
    }
    expect(await call('create-userpool', { userPoolName: 'X' })).toMatchObject({
      statusCode: 403,
      refusal: 'permission_denied',
    });
    passbeam.pass(301);
    expect(await owner.manage('create-userpool', { userPoolName: 'X' })).toMatchObject({
      statusCode: 401,
      apiCode: 1350,
    });
    expect(passbeam.directory.pools()).toEqual(before);
  });
});
