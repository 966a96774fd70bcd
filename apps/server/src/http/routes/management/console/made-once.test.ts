import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TestPassbeam } from '../../../../testing.ts';
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
});
