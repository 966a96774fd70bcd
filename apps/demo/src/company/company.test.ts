import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from '../app.ts';
import { createLogin } from '../login.ts';
import { createLoginSessions } from '../login-sessions.ts';
import { type Company, companyApp, companyPath, drawKeys, employee } from './company.ts';

/** The company's auth server, as its app and a server that trusts it meet it. */

const origin = 'http://localhost:3001';
const keys = drawKeys();
const company: Company = {
  issuer: origin + companyPath,
  audience: 'http://localhost:3000',
  signingKey: keys.signingKey,
  password: 'drawn-for-demo',
};
let app: ReturnType<typeof open>;

beforeEach(() => {
  app = open(company);
});
afterEach(() => app.close());

function open(company: Company | null) {
  const passbeam = { exchangeTokenSetWithQrCodeTicket: never, verifyIdToken: never };
  const loginSessions = createLoginSessions({ now: Date.now, randomId: () => 'unused' });
  const login = createLogin({ loginSessions, passbeam, passbeamUrl: company?.audience ?? '', now: Date.now });
  const pages = {
    passbeamUrl: 'http://localhost:3000',
    siteApplicationId: 'site',
    phoneApplicationId: 'phone',
    userPoolId: 'pool',
    drawnAccount: null,
  };
  return buildApp({ login, pages, company, pagesFolder: null });
}
function never(): never {
  throw new Error('not called here');
}

async function signIn(password: string, username = employee.account, from = origin) {
  const form = { grant_type: 'password', client_id: companyApp, username, password };
  const headers = { origin: from, host: 'localhost:3001', 'content-type': 'application/x-www-form-urlencoded' };
  const payload = new URLSearchParams(form).toString();
  const reply = await app.inject({ method: 'POST', url: `${companyPath}/token`, headers, payload });
  return { status: reply.statusCode, body: reply.json() };
}

describe('the company’s auth server', () => {
  it('gives its person an access token for the passbeam server, of a new login each time', async () => {
    const keySet = createLocalJWKSet({ keys: [keys.publicKey as JWK] });
    const sessions = new Set<unknown>();
    for (let times = 0; times < 2; times++) {
      const { body } = await signIn(company.password);
      const { issuer, audience } = company;
      const { payload } = await jwtVerify(body.access_token, keySet, { issuer, audience, typ: 'at+jwt' });
      expect(payload).toMatchObject({ sub: employee.id, name: employee.name, client_id: companyApp });
      sessions.add(payload.session_id);
    }
    expect(sessions.size).toBe(2);
  });

  it.each([
    ['a wrong password', 'wrong', employee.account],
    ['the account of somebody else', company.password, 'alice'],
    ['no password', '', employee.account],
  ])('refuses %s', async (_, password, account) => {
    const { status, body } = await signIn(password, account);
    expect([status, body.access_token]).toEqual([400, undefined]);
    expect(JSON.stringify(body)).not.toContain(company.password);
  });

  it('answers no page of another site', async () => {
    expect((await signIn(company.password, employee.account, 'https://evil.example')).status).toBe(403);
  });

  it('publishes its keys without their private part', async () => {
    const { keys: published } = (await app.inject({ url: `${companyPath}/jwks` })).json();
    expect(published).toEqual([expect.objectContaining({ kty: 'EC', crv: 'P-256' })]);
    expect(published[0]).not.toHaveProperty('d');
  });

  it('is told to the phone, and is not there where nobody trusts it', async () => {
    expect((await app.inject({ url: '/phone/settings' })).json().companyAccount).toBe(employee.account);
    await app.close();
    app = open(null);
    expect((await app.inject({ url: '/phone/settings' })).json().companyAccount).toBeNull();
    expect((await app.inject({ url: `${companyPath}/jwks` })).statusCode).toBe(404);
  });
});
