import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openIssuer, rsaKey, type TestKey } from '../../own-tokens/test-world.ts';
import { type Company, openCompany } from './company.fixture.ts';

const first = rsaKey('first');
const second = rsaKey('second');
const keysOf = (...keys: TestKey[]) => ({ body: { keys: keys.map(({ jwk }) => jwk) } });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A company whose keys are fetched, as they are in the field. */
async function open(answers: Parameters<typeof openIssuer>[0] = { '/keys': keysOf(first) }) {
  const issuer = await openIssuer(answers);
  const company = await openCompany({ OUTBOUND_ALLOW: '127.0.0.1' });
  closing.push(() => issuer.close(), company.close);
  await company.trust({ keys: null, jwksUri: `${issuer.url}/keys`, staleKeysSeconds: 3600 });
  const token = (claims: object = {}, key = first) => company.token(claims, { kid: key.jwk.kid }, key);
  return { issuer, company, token };
}

/** What goes on whatever happens to the company's auth server. */
async function expectOthersServed(company: Company): Promise<void> {
  const qrcodeId = await company.code();
  expect(await company.status(qrcodeId)).toMatchObject({ status: 'PENDING' });
  const own = await company.signIn();
  expect((await company.move(qrcodeId, 'SCAN', own)).body.statusCode).toBe(200);
  expect((await company.v3('GET', '/readyz')).http).toBe(200);
}

describe("a company's auth server", () => {
  it('that is down stops its own phones alone, who hear when to come again', async () => {
    const { issuer, company, token } = await open();
    issuer.close();
    const qrcodeId = await company.code();
    for (const door of ['v3 set-qrcode-status', 'v2 qrcode'] as const) {
      const refused = await company.move(qrcodeId, 'SCAN', token(), { door });
      expect(refused).toMatchObject({ http: 503, headers: { 'retry-after': '5' } });
      expect(refused.body.message).toMatch(/^The auth server of this app cannot be reached/);
    }
    expect(await company.status(qrcodeId)).toMatchObject({ status: 'PENDING' });
    await expectOthersServed(company);
  });

  it('that dies between SCAN, CONFIRM and exchange hurts no login, for as long as the last keys serve', async () => {
    const { issuer, company, token } = await open();
    const qrcodeId = await company.code();
    expect((await company.move(qrcodeId, 'SCAN', token())).body.statusCode).toBe(200);
    issuer.close();
    expect((await company.move(qrcodeId, 'CONFIRM', token())).body.statusCode).toBe(200);
    expect((await company.exchange((await company.status(qrcodeId)).ticket)).body.statusCode).toBe(200);
    company.pass(600 + 3599);
    expect((await company.move(await company.code(), 'SCAN', token())).body.statusCode).toBe(200);
    company.pass(2);
    expect((await company.move(await company.code(), 'SCAN', token())).http).toBe(503);
    await expectOthersServed(company);
  });

  it('that stalls makes its own phones wait, for five seconds', async () => {
    const stalled = (request: { resume(): void }) => void request.resume();
    const { company, token } = await open({ '/keys': stalled });
    const waiting = company.move(await company.code(), 'SCAN', token());
    await expectOthersServed(company);
    expect((await waiting).http).toBe(503);
  }, 15_000);

  it('that takes other keys during a login stops nobody: the next move may come with either', async () => {
    const { issuer, company, token } = await open();
    const codes = await Promise.all([1, 2, 3].map(() => company.code()));
    for (const code of codes) expect((await company.move(code, 'SCAN', token())).body.statusCode).toBe(200);
    issuer.answers['/keys'] = keysOf(first, second);
    company.pass(31);
    const replies = await Promise.all([
      company.move(codes[0] ?? '', 'CONFIRM', token()),
      company.move(codes[1] ?? '', 'CONFIRM', token({}, second)),
      company.move(codes[2] ?? '', 'CANCEL', token({}, second)),
    ]);
    expect(replies.map(({ body }) => body.statusCode)).toEqual([200, 200, 200]);
  });

  it('that withdraws a key ends what that key signed, with the next renewal', async () => {
    const { issuer, company, token } = await open();
    await company.confirmed(token());
    issuer.answers['/keys'] = keysOf(second);
    company.pass(31);
    await company.confirmed(token({}, second));
    const { body } = await company.move(await company.code(), 'SCAN', token());
    expect(body).toMatchObject({ statusCode: 401 });
  });

  it('is asked once in thirty seconds, however many unknown keys strangers name', async () => {
    const { issuer, company, token } = await open();
    await company.confirmed(token());
    company.pass(31);
    const qrcodeId = await company.code();
    for (let count = 0; count < 40; count += 1) {
      await company.move(qrcodeId, 'SCAN', company.token({}, { kid: `unknown-${count}` }, second));
    }
    expect(issuer.asked).toEqual(['/keys', '/keys']);
  });

  it('may be down when the server starts, and is named in the log when it calls itself otherwise', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
    const issuer = await openIssuer();
    const document = { issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/keys` };
    issuer.answers['/.well-known/openid-configuration'] = { body: document };
    const company = await openCompany({ OUTBOUND_ALLOW: '127.0.0.1' }, { log });
    closing.push(() => issuer.close(), company.close);
    await company.trust({ keys: null, issuer: issuer.url });
    await vi.waitFor(() => expect(lines.join()).toMatch(/Write the slash at its end/), { timeout: 5_000 });
    await expectOthersServed(company);
  });
});
