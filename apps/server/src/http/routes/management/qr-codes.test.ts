import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned } from './signed-call.fixture.ts';

/** Management credentials on the calls about codes (wire 9, row 29). */
describe('codes by a management client', () => {
  let passbeam: TestPassbeam;
  beforeEach(async () => {
    passbeam = await openTestPassbeam();
  });
  afterEach(() => passbeam.close());

  const gene = (options: Parameters<typeof callSigned>[3] = {}) =>
    callSigned(passbeam, 'POST', 'gene-qrcode', { body: { type: 'MOBILE_APP', customData: { a: [1] } }, ...options });
  const forSite = { headers: { 'x-authing-app-id': 'site' } };

  it('are made, followed and exchanged without an application secret', async () => {
    const { qrcodeId } = (await gene(forSite)).body.data;
    const poll = async (name = 'get') =>
      (await callSigned(passbeam, 'GET', `${name}-qrcode-status`, { query: { qrcodeId } })).body.data;
    expect(await poll()).toMatchObject({ status: 'PENDING' });
    const token = await passbeam.signIn();
    for (const action of ['SCAN', 'CONFIRM']) {
      await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
    }
    const { ticket } = await poll('check');
    const exchange = await callSigned(passbeam, 'POST', 'exchange-tokenset-with-qrcode-ticket', { body: { ticket } });
    expect(exchange.body).toMatchObject({ statusCode: 200, data: { qrcodeId, access_token: expect.any(String) } });
  });

  it('are not exchanged by the administrator of another pool', async () => {
    const { qrcodeId } = (await gene(forSite)).body.data;
    const token = await passbeam.signIn();
    for (const action of ['SCAN', 'CONFIRM']) {
      await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
    }
    const { ticket } = (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
    const key = await passbeam.addPool('pool2');
    const path = 'exchange-tokenset-with-qrcode-ticket';
    const theirs = await callSigned(passbeam, 'POST', path, { key, body: { ticket } });
    expect(theirs.body).toMatchObject({ statusCode: 400, apiCode: 2300 });
    expect((await callSigned(passbeam, 'POST', path, { body: { ticket } })).body.statusCode).toBe(200);
  });

  it("are the pool's first application's unless they name another of the pool", async () => {
    const key = await passbeam.addPool('pool2');
    expect((await gene({ key })).body).toMatchObject({ statusCode: 404, apiCode: 2011 });
    await passbeam.addApplication({ id: 'off', userPoolId: 'pool2', enabled: false });
    await passbeam.addApplication({ id: 'second', userPoolId: 'pool2', createdAt: passbeam.clock.now() + 1 });
    await passbeam.addApplication({ id: 'unlike', userPoolId: 'pool2' });
    const { qrcodeId } = (await gene({ key })).body.data;
    const found = await passbeam.stores.qrSessions.find(passbeam.secrets.hash(qrcodeId));
    expect(found?.session.applicationId).toBe('unlike');
    expect((await gene({ key, ...forSite })).body).toMatchObject({ statusCode: 404, apiCode: 2011 });
  });

  it('are refused when signed wrongly, though anybody may make one unsigned', async () => {
    const key = { id: 'pool1', secret: 'guess' };
    expect((await gene({ key, ...forSite })).body).toMatchObject({ statusCode: 401, apiCode: 1300 });
  });

  it('are never scanned or confirmed by an administrator, who is nobody', async () => {
    const { qrcodeId } = (await gene(forSite)).body.data;
    const { access_token: token } = (
      await passbeam.v3('POST', 'get-management-token', {
        app: null,
        body: { accessKeyId: 'pool1', accessKeySecret: passbeam.pool.secret },
      })
    ).body.data;
    for (const path of ['set-qrcode-status', 'change-qrcode-status']) {
      const body = { qrcodeId, action: 'SCAN' };
      const refused = { statusCode: 401, apiCode: 2020 };
      expect((await callSigned(passbeam, 'POST', path, { ...forSite, body })).body).toMatchObject(refused);
      expect((await passbeam.v3('POST', path, { body, token })).body).toMatchObject(refused);
    }
  });
});
