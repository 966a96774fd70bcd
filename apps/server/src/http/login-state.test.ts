import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

let passbeam: TestPassbeam;
let phone: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  phone = await passbeam.signIn();
});
afterEach(() => passbeam.close());

const state = 'Qx7-the-visitors-own_state';
const makers = {
  v3: async (body: object) =>
    (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP', ...body } })).body.data.qrcodeId,
  v2: async (body: object) =>
    (await passbeam.v3('POST', '/api/v2/qrcode/gene', { body: { scene: 'APP_AUTH', ...body } })).body.data.random,
};
const generations = ['v3', 'v2'] as const;
type Generation = (typeof generations)[number];

/** Confirms a code; returns everything that polls and the phone were told on the way to the ticket. */
async function confirmed(
  generation: Generation,
  body: object,
): Promise<{ qrcodeId: string; ticket: string; told: string }> {
  const qrcodeId = await makers[generation](body);
  const moves = [];
  for (const action of ['SCAN', 'CONFIRM']) {
    moves.push(
      await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token: phone, body: { qrcodeId, action } }),
    );
  }
  const status = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
  const stream = await passbeam.v3('GET', 'watch-qrcode-status', { query: { qrcodeId } });
  const check = await passbeam.v3('GET', '/api/v2/qrcode/check', { query: { random: qrcodeId } });
  const picture = await passbeam.app.inject({ url: `/qr/${qrcodeId}.svg` });
  const told = [...moves, status, stream, check].map(({ text }) => text).join() + picture.body;
  return { qrcodeId, ticket: status.body.data.ticket, told };
}

async function exchange(generation: Generation, ticket: string, more: object = {}) {
  const path = generation === 'v3' ? 'exchange-tokenset-with-qrcode-ticket' : '/api/v2/qrcode/userinfo';
  const body = { ticket, client_id: 'site', client_secret: passbeam.site.secret, ...more };
  return (await passbeam.v3('POST', path, { body })).body;
}

describe.each(generations)('the state a page of %s makes its code with', (generation) => {
  it('comes back at the exchange and is told to nobody before', async () => {
    const { ticket, told } = await confirmed(generation, { state });
    expect(told).not.toContain(state);
    expect((await exchange(generation, ticket)).data.state).toBe(state);
  });

  it('is not there when the code had none', async () => {
    const { ticket } = await confirmed(generation, {});
    expect((await exchange(generation, ticket)).data).not.toHaveProperty('state');
  });

  it('protects the login: a ticket of a code with another state, or with none, is refused and stays good', async () => {
    for (const body of [{ state: 'the state of an attacker' }, {}]) {
      const { ticket } = await confirmed(generation, body);
      for (let attempt = 0; attempt < 4; attempt++) {
        const refused = await exchange(generation, ticket, { state });
        expect(generation === 'v3' ? refused.apiCode : refused.code).toBe(2300);
        expect(refused.data ?? null).toBeNull();
      }
      expect((await exchange(generation, ticket, body)).data).toBeDefined();
    }
  });

  it('lets the exchange pass where it is the same', async () => {
    const { ticket } = await confirmed(generation, { state });
    expect((await exchange(generation, ticket, { state })).data.state).toBe(state);
  });
});

it.each([
  ['too short', 'x'.repeat(7)],
  ['too long', 'x'.repeat(513)],
  ['letters outside ASCII', 'stäte of a visitor'],
  ['a line break', 'state of\na visitor'],
  ['an empty text', ''],
  ['null', null],
  ['a number', 12345678],
])('a state is 8 to 512 printable ASCII characters: %s is refused by name', async (_name, bad) => {
  for (const [path, body] of [
    ['gene-qrcode', { type: 'MOBILE_APP' }],
    ['/api/v2/qrcode/gene', { scene: 'APP_AUTH' }],
    ['exchange-tokenset-with-qrcode-ticket', { ticket: 'x' }],
  ] as const) {
    const { body: refused } = await passbeam.v3('POST', path, { body: { ...body, state: bad } });
    expect(refused.message).toContain('state');
    expect(refused.statusCode === 400 || refused.code === 2231).toBe(true);
  }
});

it('the longest and strangest state comes back as it was given', async () => {
  const longest = ` !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ `.padEnd(512, 'x');
  const { ticket } = await confirmed('v3', { state: longest });
  expect((await exchange('v3', ticket, { state: longest })).data.state).toBe(longest);
});
