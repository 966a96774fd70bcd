import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../core/audit/event.ts';
import { newCustomField } from '../core/users/custom/custom-fields.ts';
import { type CallOptions, openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

/** The customData of a code reaches the profile of whoever confirms it only when all conditions hold (threats T24). */

let passbeam: TestPassbeam;
let token: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  await passbeam.addApplication({ id: 'site', savesCustomData: true });
  await passbeam.stores.customFields.put(
    [
      newCustomField({ key: 'team', label: 'Team', dataType: 'STRING' }, 'pool1', 1),
      newCustomField({ key: 'level', label: 'Level', dataType: 'NUMBER' }, 'pool1', 1),
      newCustomField({ key: 'seat', label: 'Seat', dataType: 'OBJECT' }, 'pool1', 1),
    ],
    newEvent(passbeam.secrets, 'settings.changed', null),
  );
  await passbeam.addUser({ username: 'mara', customData: { mine: 'kept', team: 'old' }, phone: '+8613800000002' });
  token = await passbeam.signIn('mara');
});
afterEach(() => passbeam.close());

const secret = () => ({ client_id: 'site', client_secret: passbeam.site.secret });
const mara = async () => {
  const user = await passbeam.stores.users.findByLogin('pool1', 'username', 'mara');
  if (user === null) throw new Error('mara is missing');
  return user;
};

const generations = {
  v3: {
    async gene(customData: unknown, proof: Record<string, unknown> = {}, options: CallOptions = {}) {
      const body = { type: 'MOBILE_APP', customData, ...proof };
      return (await passbeam.v3('POST', 'gene-qrcode', { body, ...options })).body.data?.qrcodeId as string;
    },
    async move(id: string, action: 'SCAN' | 'CONFIRM') {
      const call = { app: 'phone', token, body: { qrcodeId: id, action } };
      return (await passbeam.v3('POST', 'change-qrcode-status', call)).body.statusCode as number;
    },
  },
  v2: {
    async gene(customData: unknown, proof: Record<string, unknown> = {}, options: CallOptions = {}) {
      const body = { scene: 'APP_AUTH', params: customData, ...proof };
      return (await passbeam.v3('POST', '/api/v2/qrcode/gene', { body, ...options })).body.data?.random as string;
    },
    async move(id: string, action: 'SCAN' | 'CONFIRM') {
      const path = `/api/v2/qrcode/${action === 'SCAN' ? 'scanned' : 'confirm'}`;
      return (await passbeam.v3('POST', path, { app: 'phone', token, body: { random: id } })).body.code as number;
    },
  },
};

describe.each([
  ['v3', 'v3'],
  ['v2', 'v2'],
  ['v3', 'v2'],
  ['v2', 'v3'],
] as const)('made through %s, confirmed through %s', (made, confirmed) => {
  async function confirm(id: string): Promise<void> {
    for (const action of ['SCAN', 'CONFIRM'] as const) {
      expect(await generations[confirmed].move(id, action)).toBe(200);
    }
  }
  async function through(customData: unknown, proof?: Record<string, unknown>, options?: CallOptions) {
    await confirm(await generations[made].gene(customData, proof, options));
    return (await mara()).customData;
  }

  it('declared data of a proved application is kept, beside what was there', async () => {
    const id = await generations[made].gene({ team: 'blue', level: 3, other: 'x' }, secret());
    expect((await mara()).customData).toEqual({ mine: 'kept', team: 'old' });
    expect(await generations[confirmed].move(id, 'SCAN')).toBe(200);
    expect((await mara()).customData).toEqual({ mine: 'kept', team: 'old' });
    const before = await mara();
    expect(await generations[confirmed].move(id, 'CONFIRM')).toBe(200);
    const after = await mara();
    expect(after).toEqual({
      ...before,
      customData: { mine: 'kept', team: 'blue', level: 3 },
      version: before.version + 1,
    });
    const [event] = await passbeam.stores.audit.list({ type: 'user.updated', limit: 1 });
    expect(event).toMatchObject({
      userId: after.id,
      applicationId: 'site',
      detail: { source: 'qr_code', fields: 'team level', refused: 1 },
    });
  });

  it('is proved by Basic as well', async () => {
    const basic = { authorization: `Basic ${btoa(`site:${passbeam.site.secret}`)}` };
    expect(await through({ team: 'blue' }, {}, { headers: basic })).toMatchObject({ team: 'blue' });
  });

  it('nothing is kept without a proof', async () => {
    expect(await through({ team: 'blue' })).toEqual({ mine: 'kept', team: 'old' });
    const raw = await passbeam.signIn('alice');
    expect(await through({ team: 'blue' }, {}, { headers: { authorization: raw } })).toEqual({
      mine: 'kept',
      team: 'old',
    });
  });

  it('nothing is kept for an application that did not ask for it, now or any more', async () => {
    await passbeam.addApplication({ id: 'site', savesCustomData: false });
    expect(await through({ team: 'blue' }, secret())).toEqual({ mine: 'kept', team: 'old' });
    await passbeam.addApplication({ id: 'site', savesCustomData: true });
    const id = await generations[made].gene({ team: 'blue' }, secret());
    await passbeam.addApplication({ id: 'site', savesCustomData: false });
    await confirm(id);
    expect((await mara()).customData).toEqual({ mine: 'kept', team: 'old' });
  });

  it('privileges, identifiers and other types change nothing of the person', async () => {
    const before = await mara();
    const id = await generations[made].gene(
      {
        roles: ['admin'],
        role: 'admin',
        isAdmin: true,
        permissions: ['*'],
        status: 'Archived',
        email: 'x@example.com',
        emailVerified: true,
        phone: '+8613900000000',
        username: 'root',
        userId: 'someone',
        externalId: 'hr',
        password: 'hunter2hunter2',
        customData: { team: 'x' },
        team: 7,
        level: 'many',
        seat: 'text',
      },
      secret(),
    );
    await confirm(id);
    expect(await mara()).toEqual(before);
  });

  it('is not removed by null', async () => {
    expect(await through({ team: null }, secret())).toEqual({ mine: 'kept', team: 'old' });
  });

  it('is written once: a repeated CONFIRM does not undo what the person changed since', async () => {
    const id = await generations[made].gene({ team: 'blue' }, secret());
    await confirm(id);
    await passbeam.v3('POST', 'update-profile', { app: 'phone', token, body: { customData: { team: 'green' } } });
    expect(await generations[confirmed].move(id, 'CONFIRM')).toBe(200);
    expect((await mara()).customData).toMatchObject({ team: 'green' });
  });

  it('what does not fit any more is left out, and the login goes on', async () => {
    const customData = { filler: 'x'.repeat(4000) };
    await passbeam.v3('POST', 'update-profile', { app: 'phone', token, body: { customData } });
    expect(await through({ team: 'y'.repeat(100) }, secret())).toEqual({ mine: 'kept', team: 'old', ...customData });
  });
});

it('a wrong secret is refused, not taken for none', async () => {
  for (const proof of [
    { client_id: 'site', client_secret: 'wrong' },
    { client_id: 'phone', client_secret: 'wrong' },
  ]) {
    const body = { type: 'MOBILE_APP', customData: { team: 'blue' }, ...proof };
    expect((await passbeam.v3('POST', 'gene-qrcode', { body })).body).toMatchObject({ statusCode: 401, apiCode: 1001 });
  }
});

it.each(['__proto__', 'constructor', 'prototype'])('%s is refused when the code is made', async (key) => {
  const body = `{"type":"MOBILE_APP","customData":{"seat":{"${key}":{"isAdmin":true}}},"client_id":"site","client_secret":"${passbeam.site.secret}"}`;
  const reply = await passbeam.v3('POST', 'gene-qrcode', { body });
  expect(reply.body.statusCode).toBe(400);
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
});

it('a management call of the pool is a proof', async () => {
  const body = { type: 'MOBILE_APP', customData: { team: 'blue' } };
  const { data } = (
    await callSigned(passbeam, 'POST', 'gene-qrcode', { body, headers: { 'x-authing-app-id': 'site' } })
  ).body;
  for (const action of ['SCAN', 'CONFIRM'] as const) await generations.v3.move(data.qrcodeId, action);
  expect((await mara()).customData).toMatchObject({ team: 'blue' });
});

it('a profile changed at the same moment loses neither change', async () => {
  const ids = await Promise.all([1, 2, 3].map((level) => generations.v3.gene({ level }, secret())));
  for (const id of ids) await generations.v3.move(id, 'SCAN');
  const edit = (name: string) =>
    passbeam.v3('POST', 'update-profile', { app: 'phone', token, body: { customData: { [name]: 1 } } });
  await Promise.all([edit('a'), ...ids.map((id) => generations.v3.move(id, 'CONFIRM')), edit('b'), edit('c')]);
  expect((await mara()).customData).toMatchObject({ mine: 'kept', a: 1, b: 1, c: 1, level: expect.any(Number) });
});
