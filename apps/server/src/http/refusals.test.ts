import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../core/audit/event.ts';
import { testPassword } from '../testing.ts';
import { type ContractWorld, openContractWorld } from './contract/world.fixture.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

let world: ContractWorld;
beforeEach(async () => {
  world = await openContractWorld();
});
afterEach(() => world.close());

async function recorded(type: AuditEvent['type']): Promise<number[]> {
  const events = await world.stores.audit.list({ type, limit: 1000 });
  return events.map(({ count = 1 }) => count);
}
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

async function wrongPassword(account: string, remoteAddress = '192.0.2.1') {
  const body = { connection: 'PASSWORD', passwordPayload: { account, password: 'wrong' } };
  const headers = { 'x-authing-app-id': 'phone', 'content-type': 'application/json' };
  const reply = await world.app.inject({
    method: 'POST',
    url: '/api/v3/signin',
    headers,
    payload: body,
    remoteAddress,
  });
  return reply.json();
}

describe('repeats of a refused call are one event a minute, with their count', () => {
  it('moves of a code that somebody else scanned, by the person who tries', async () => {
    const qrcodeId = await world.codeIn('SCANNED');
    await times(30, () => world.move(qrcodeId, 'CONFIRM', world.bob.access));
    for (let turn = 0; turn < 5; turn++) await world.move(qrcodeId, 'CANCEL', world.bob.access);
    expect(await recorded('qr.scan_conflict')).toEqual([35]);
    world.pass(60);
    await world.move(qrcodeId, 'CONFIRM', world.bob.access);
    expect(await recorded('qr.scan_conflict')).toEqual([1, 35]);
  });

  it('replays of a ticket', async () => {
    const { ticket } = await world.confirmed();
    const exchange = (proof: object, headers = {}) =>
      world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body: { ticket, ...proof }, headers });
    await exchange(world.siteProof);
    await times(25, () => exchange(world.siteProof, { 'user-agent': 'Thief/1' }));
    expect(await recorded('qr.ticket_replayed')).toEqual([25]);
  });

  it('wrong passwords of one account', async () => {
    for (let turn = 0; turn < 4; turn++) await wrongPassword('alice');
    expect(await recorded('user.sign_in_failed')).toEqual([4]);
  });

  it('wrong passwords of accounts that do not exist, whatever names are tried', async () => {
    await times(20, (index) => wrongPassword(`nobody-${index}`));
    expect(await recorded('user.sign_in_failed')).toEqual([20]);
  });

  it('attempts from the addresses of one network of IPv6, and of another apart', async () => {
    await times(10, (index) => wrongPassword(`nobody-${index}`, `2001:db8::${index + 1}`));
    await wrongPassword('nobody', '2001:db8:0:1::1');
    expect((await recorded('user.sign_in_failed')).sort((a, b) => a - b)).toEqual([1, 10]);
  });

  it('wrong guesses at passcodes', async () => {
    const passCodePayload = { email: 'alice@example.com', passCode: '000000' };
    await times(10, () =>
      world.v3('POST', 'signin', { app: 'phone', body: { connection: 'PASSCODE', passCodePayload } }),
    );
    expect(await recorded('user.sign_in_failed')).toEqual([10]);
  });
});

it('what succeeds is recorded each time', async () => {
  for (let turn = 0; turn < 3; turn++) await world.signIn('bob');
  const before = await recorded('session.created');
  expect(before.every((count) => count === 1)).toBe(true);
});

it('people and operators see how often it was tried', async () => {
  for (let turn = 0; turn < 3; turn++) await wrongPassword('alice');
  const query = { success: 'false' };
  const history = await world.v3('GET', 'get-my-login-history', { query, token: world.alice1.access });
  expect(history.body.data).toMatchObject({ totalCount: 1, list: [{ success: false, count: 3 }] });
  const body = { eventType: 'login', success: false };
  const logs = await callSigned(world, 'POST', 'get-user-action-logs', { body });
  expect(logs.body.data).toMatchObject({ totalCount: 1, list: [{ success: false, count: 3 }] });
  const passwordPayload = { username: 'alice', password: testPassword };
  expect(
    (await world.v3('POST', 'signin', { app: 'phone', body: { connection: 'PASSWORD', passwordPayload } })).body
      .statusCode,
  ).toBe(200);
});
