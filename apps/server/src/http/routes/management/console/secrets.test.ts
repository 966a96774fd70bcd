import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';
import { callSigned } from '../signed-call.fixture.ts';

/** Secrets that change with an overlap: two work at once, then one. */
let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const call = (path: string, body: Record<string, unknown> = {}, key?: { id: string; secret: string }) =>
  callSigned(passbeam, 'POST', path, key === undefined ? { body } : { body, key });
const rotate = async (body: Record<string, unknown> = {}) =>
  (await call('rotate-application-secret', { appId: 'site', ...body })).body;
const listed = async () => {
  await passbeam.secretUses.settle();
  return (await call('list-application-secrets', { appId: 'site' })).body.data.list;
};
async function isTaken(secret: string): Promise<boolean> {
  const { body } = await passbeam.v3('POST', 'check-app-id-secret', { body: { appId: 'site', appSecret: secret } });
  return body.data.valid;
}

it('both secrets work until the end of the overlap, then the new one alone', async () => {
  const { data } = await rotate({ overlapSeconds: 3600 });
  expect(data.previousEndsAt).toBe(new Date(passbeam.clock.now() + 3_600_000).toISOString());
  expect([await isTaken(passbeam.site.secret), await isTaken(data.secret)]).toEqual([true, true]);
  passbeam.pass(3600);
  expect([await isTaken(passbeam.site.secret), await isTaken(data.secret)]).toEqual([false, true]);
});

it('without an overlap the one before ends at once', async () => {
  const { data } = await rotate();
  expect(data.previousEndsAt).toBeNull();
  expect([await isTaken(passbeam.site.secret), await isTaken(data.secret)]).toEqual([false, true]);
});

it('a second rotation ends the one that was ending: two are live at most', async () => {
  const { data: second } = await rotate({ overlapSeconds: 3600 });
  const { data: third } = await rotate({ overlapSeconds: 3600 });
  const secrets = [passbeam.site.secret, second.secret, third.secret];
  expect(await Promise.all(secrets.map(isTaken))).toEqual([false, true, true]);
});

it('one that is ending may be ended now; the current one may not', async () => {
  const { data } = await rotate({ overlapSeconds: 3600 });
  const [current, ending] = await listed();
  expect((await call('end-application-secret', { appId: 'site', secretId: current.secretId })).body).toMatchObject({
    statusCode: 404,
    refusal: 'secret_not_found',
  });
  expect((await call('end-application-secret', { appId: 'site', secretId: ending.secretId })).body.statusCode).toBe(
    200,
  );
  expect([await isTaken(passbeam.site.secret), await isTaken(data.secret)]).toEqual([false, true]);
});

it('lists say when each was used, by their last characters alone', async () => {
  const { data, ...reply } = await rotate({ overlapSeconds: 60 });
  await isTaken(passbeam.site.secret);
  const list = await listed();
  expect(list).toMatchObject([
    { state: 'current', hint: data.secret.slice(-4), secretId: data.secretId, lastUsedAt: null, endsAt: null },
    { state: 'ending', hint: passbeam.site.secret.slice(-4), lastUsedAt: new Date(passbeam.clock.now()).toISOString() },
  ]);
  expect(JSON.stringify([list, reply])).not.toContain(data.secret);
});

it('a repeat with the same idempotency key shows the same secret and changes nothing', async () => {
  const idempotencyKey = 'drawn-once-for-this-rotation';
  const first = await rotate({ overlapSeconds: 60, idempotencyKey });
  const { version } = passbeam.directory.getApplication('site');
  expect((await rotate({ overlapSeconds: 60, idempotencyKey, ifVersion: version - 1 })).data).toEqual(first.data);
  expect(passbeam.directory.getApplication('site').version).toBe(version);
  await rotate();
  expect(await rotate({ idempotencyKey })).toMatchObject({ statusCode: 400, refusal: 'invalid_argument' });
});

it('a rotation on an older version is refused, and the secret stays', async () => {
  await rotate();
  expect(await rotate({ ifVersion: 0 })).toMatchObject({ statusCode: 409, refusal: 'version_conflict' });
});

it('calls signed with either secret of the pool are taken during the overlap, and tokens given for them', async () => {
  const old = { id: 'pool1', secret: passbeam.pool.secret };
  const token = async (key: typeof old) =>
    (await passbeam.v3('POST', 'get-management-token', { body: { accessKeyId: key.id, accessKeySecret: key.secret } }))
      .body.data?.access_token;
  const oldToken = await token(old);
  const { data } = (await call('rotate-userpool-secret', { overlapSeconds: 3600 })).body;
  const fresh = { id: 'pool1', secret: data.secret };
  const codes = async () =>
    Promise.all([old, fresh].map(async (key) => (await call('list-userpool-secrets', {}, key)).body.statusCode));
  const withToken = async () =>
    (await passbeam.v3('GET', 'get-security-settings', { headers: { authorization: `Bearer ${oldToken}` } })).body
      .statusCode;
  expect(await codes()).toEqual([200, 200]);
  expect(await withToken()).toBe(200);
  passbeam.pass(3600);
  expect(await codes()).toEqual([401, 200]);
  expect(await withToken()).toBe(401);
  expect(await token(old)).toBeUndefined();
});

it('each rotation and each end is an event that holds no secret', async () => {
  const { data } = await rotate({ overlapSeconds: 60 });
  const [, ending] = await listed();
  await call('end-application-secret', { appId: 'site', secretId: ending.secretId });
  const events = await passbeam.stores.audit.list({ limit: 20 });
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['admin.application_secret_rotated', 'admin.application_secret_ended']),
  );
  for (const secret of [data.secret, passbeam.site.secret]) expect(JSON.stringify(events)).not.toContain(secret);
});

it('applications of other pools look unknown', async () => {
  await passbeam.addPool('pool2');
  await passbeam.addApplication({ id: 'theirs', userPoolId: 'pool2' });
  for (const path of ['rotate-application-secret', 'list-application-secrets', 'end-application-secret']) {
    expect((await call(path, { appId: 'theirs', secretId: 'x' })).body).toMatchObject({ refusal: 'app_not_found' });
  }
});

it('the next secret is known beforehand, does not work yet, and becomes the current one', async () => {
  const show = async () => (await call('show-next-application-secret', { appId: 'site' })).body.data;
  const next = await show();
  expect(await show()).toEqual(next);
  expect(await isTaken(next.secret)).toBe(false);
  const rotated = await rotate({ overlapSeconds: 60, nextSecretId: next.secretId });
  expect(rotated.data).toMatchObject(next);
  expect([await isTaken(passbeam.site.secret), await isTaken(next.secret)]).toEqual([true, true]);
  const { version } = passbeam.directory.getApplication('site');
  expect((await rotate({ overlapSeconds: 60, nextSecretId: next.secretId })).data).toEqual(rotated.data);
  expect(passbeam.directory.getApplication('site').version).toBe(version);
  expect(await show()).not.toEqual(next);
});

it('a next secret that was shown before another rotation, or never, is refused and changes nothing', async () => {
  const { secretId } = (await call('show-next-application-secret', { appId: 'site' })).body.data;
  const ofPool = (await call('show-next-userpool-secret')).body.data.secretId;
  const { data } = await rotate();
  for (const nextSecretId of [secretId, ofPool, 'unknown']) {
    expect(await rotate({ nextSecretId })).toMatchObject({ statusCode: 404, refusal: 'secret_not_found' });
  }
  const idempotencyKey = 'drawn-once-for-this-rotation';
  expect(await rotate({ nextSecretId: secretId, idempotencyKey })).toMatchObject({ statusCode: 400 });
  expect(passbeam.directory.getApplication('site').secret).toBe(data.secret);
});

it('the pool has a next secret of its own, which owners alone are shown', async () => {
  const made = (await call('create-access-key', { role: 'operator', name: 'o' })).body.data[0];
  const operator = { id: made.accessKeyId, secret: made.accessKeySecret };
  for (const path of ['show-next-userpool-secret', 'show-next-application-secret']) {
    expect((await call(path, { appId: 'site' }, operator)).body).toMatchObject({ statusCode: 403 });
  }
  const { secret, secretId } = (await call('show-next-userpool-secret')).body.data;
  const early = await call('get-userpool', {}, { id: 'pool1', secret });
  expect(early.body.statusCode).not.toBe(200);
  await call('rotate-userpool-secret', { overlapSeconds: 60, nextSecretId: secretId });
  expect((await call('get-userpool', {}, { id: 'pool1', secret })).body.statusCode).toBe(200);
});
