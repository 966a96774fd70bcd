import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPostgresMissing, startPostgres } from '@passbeam/workshop/postgres';
import { isRedisMissing, startRedis } from '@passbeam/workshop/redis';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { compose, type Passbeam } from '../../compose.ts';
import { loadConfig } from '../../config/config.ts';
import { aCallbackEntry, activeToken, anIntrospectionEntry, bodyOf } from '../../own-tokens/asking-test-world.ts';
import { anEntry, goodClaims, rsaKey, signToken } from '../../own-tokens/test-world.ts';
import { handedInNow } from '../../stores/sql/handed-in-now.fixture.ts';
import { openTestPassbeam, type TestPassbeam, v3Of } from '../../testing.ts';
import { callSigned, type SigningKey } from '../routes/management/signed-call.fixture.ts';
import { claimsOf } from './company.fixture.ts';

/** A login from SCAN to exchange in each way, on each engine. The phone and the page meet different nodes where there are two. */

const environment = { OUTBOUND_ALLOW: '127.0.0.1', RATE_LIMITS: 'off' };

interface Nodes {
  here: TestPassbeam;
  there: Pick<Passbeam, 'app' | 'directory'>;
  close(): Promise<void>;
}

async function openEmbedded(): Promise<Nodes> {
  const here = await openTestPassbeam(environment);
  return { here, there: here, close: () => here.close() };
}

const onPostgres = {
  ...environment,
  SECRET_KEY: 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9',
  PUBLIC_URL: 'https://login.example',
};

/** Codes are rows of PostgreSQL then. */
async function openPostgresAlone(): Promise<Nodes> {
  const postgres = await startPostgres();
  const here = await openTestPassbeam({ ...onPostgres, DATABASE_URL: postgres.url });
  return {
    here,
    there: here,
    async close() {
      await here.close();
      await postgres.stop();
    },
  };
}

async function openShared(): Promise<Nodes> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const shared = { ...onPostgres, DATABASE_URL: postgres.url, REDIS_URL: redis.url };
  const clock = { now: () => 1_800_000_000_000 };
  const here = await openTestPassbeam(shared);
  const there = await compose(loadConfig({ ...shared, DEMO: 'off' }), {
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    links: [],
    clock,
    database: { now: handedInNow(clock), isPatient: true },
  });
  return {
    here,
    there,
    async close() {
      await Promise.all([here.close(), there.close()]);
      await Promise.all([postgres.stop(), redis.stop()]);
    },
  };
}

/** What the company's servers answer; a test changes it. */
const company = { isActive: true, isDown: false, sub: 'person-1', token: '', asked: [] as Record<string, unknown>[] };

async function openCompanyServer() {
  const server = createServer(async (request, reply) => {
    const body = await bodyOf(request);
    const isService = request.url === '/who';
    const question = isService ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    company.asked.push(question);
    if (company.isDown) return void reply.writeHead(500).end();
    const { isActive: active, sub } = company;
    const answer = isService
      ? { id: question.id, active, subject: sub, session: 'login-1', displayName: 'Kate' }
      : { ...activeToken, active, sub, session_id: 'login-1', name: 'Kate', exp: undefined };
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

type Way = 'jwt' | 'introspection' | 'callback' | 'approve-qrcode';
const ways: Way[] = ['jwt', 'introspection', 'callback', 'approve-qrcode'];
const jwtIssuer = 'https://keys.example.com';
const companyKey = rsaKey('company-key');

/** What the company's app holds. */
function tokenOf(way: Way): string {
  if (way !== 'jwt') return company.token;
  return signToken({ ...goodClaims, iss: jwtIssuer, sub: company.sub, sid: 'login-1', name: 'Kate' }, companyKey);
}

const engines: [string, () => Promise<Nodes>, boolean][] = [
  ['on SQLite', openEmbedded, false],
  ['on PostgreSQL without Redis', openPostgresAlone, isPostgresMissing()],
  ['on two nodes with PostgreSQL and Redis', openShared, isPostgresMissing() || isRedisMissing()],
];

describe.each(engines)('a login by a company’s own people %s', (_, open, isMissing) => {
  describe.skipIf(isMissing)('', () => {
    let nodes: Nodes;
    let service: Awaited<ReturnType<typeof openCompanyServer>>;
    let key: SigningKey;

    beforeAll(async () => {
      [nodes, service] = await Promise.all([open(), openCompanyServer()]);
      const { here, there } = nodes;
      const body = { scopes: ['approve'], applicationId: 'phone' };
      const { data } = (await callSigned(here, 'POST', 'create-access-key', { body })).body;
      key = { id: data[0].accessKeyId, secret: data[0].accessKeySecret };
      await here.addApplication({ id: 'tablet', tokenEndpointAuthMethod: 'none' });
      const { userPoolId: _a, ...introspection } = anIntrospectionEntry({
        name: 'asked',
        url: `${service.url}/introspect`,
      });
      const { userPoolId: _b, ...callback } = aCallbackEntry({ name: 'service', url: `${service.url}/who` });
      const { userPoolId: _c, ...jwt } = anEntry({ name: 'keys', issuer: jwtIssuer, keys: [companyKey.jwk] });
      const ownTokens = [introspection, { ...callback, applicationId: 'tablet' }, jwt];
      await here.directory.putPool({ ...here.directory.getPool('pool1'), ownTokens });
      await vi.waitFor(() => expect(there.directory.ownTokenEntries()).toHaveLength(3), { timeout: 10_000 });
    }, 60_000);
    afterAll(async () => {
      await nodes?.close();
      service?.server.close();
    });
    let drawn = 0;
    beforeEach(() => {
      drawn += 1;
      Object.assign(company, {
        isActive: true,
        isDown: false,
        sub: 'person-1',
        token: `opaque-m4rk3r-${drawn}`,
        asked: [],
      });
    });

    const newCode = async () =>
      (await nodes.here.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data.qrcodeId as string;
    const status = async (qrcodeId: string) =>
      (await nodes.here.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
    const exchange = (ticket: string, scope = 'openid external_id') =>
      nodes.here.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
        body: { ticket, client_id: 'site', client_secret: nodes.here.site.secret, scope },
      });

    /** A phone's move; its node is not the page's. */
    function move(way: Way, qrcodeId: string, action: string, node = nodes.there) {
      if (way !== 'approve-qrcode') {
        const app = way === 'callback' ? 'tablet' : 'phone';
        return v3Of(node.app)('POST', 'set-qrcode-status', { app, token: tokenOf(way), body: { qrcodeId, action } });
      }
      const person = { subject: company.sub, displayName: 'Kate' };
      const body = { qrcodeId, action, person, session: 'login-1' };
      return callSigned({ ...nodes.here, app: node.app }, 'POST', 'approve-qrcode', { key, body });
    }

    async function confirmed(way: Way): Promise<string> {
      const qrcodeId = await newCode();
      for (const action of ['SCAN', 'CONFIRM']) {
        expect((await move(way, qrcodeId, action)).body).toMatchObject({ statusCode: 200 });
      }
      return (await status(qrcodeId)).ticket;
    }

    it.each(ways)('by %s goes from SCAN to the exchange, and again', async (way) => {
      const people = new Set<unknown>();
      for (const name of ['first', 'second']) {
        const qrcodeId = await newCode();
        const scanned = await move(way, qrcodeId, 'SCAN');
        expect(scanned.body.data, name).toMatchObject({ consent: { applicationName: 'Application site' } });
        expect(await status(qrcodeId)).toMatchObject({ status: 'SCANNED', briefUserInfo: { displayName: 'Kate' } });
        expect((await move(way, qrcodeId, 'CONFIRM', nodes.here)).body.statusCode).toBe(200);
        const { data } = (await exchange((await status(qrcodeId)).ticket)).body;
        const claims = claimsOf(data.id_token);
        people.add(claims.sub);
        expect((await status(qrcodeId)).status).toBe('EXPIRED');
      }
      expect(people.size).toBe(1);
    });

    it.each(ways)('by %s may be cancelled', async (way) => {
      const qrcodeId = await newCode();
      for (const action of ['SCAN', 'CANCEL', 'CANCEL']) {
        expect((await move(way, qrcodeId, action)).body.statusCode).toBe(200);
      }
      expect((await status(qrcodeId)).status).toBe('CANCELLED');
    });

    it.each(ways)('by %s belongs to whoever scanned', async (way) => {
      const qrcodeId = await newCode();
      await move(way, qrcodeId, 'SCAN');
      company.sub = 'person-2';
      expect((await move(way, qrcodeId, 'CONFIRM')).body).toMatchObject({ statusCode: 403 });
      company.sub = 'person-1';
      expect((await move(way, qrcodeId, 'CONFIRM')).body).toMatchObject({ statusCode: 200 });
    });

    describe.each(['introspection', 'callback'] as const)('by %s', (way) => {
      it('is asked about at each move, and at the exchange once more (2.6)', async () => {
        const ticket = await confirmed(way);
        expect((await exchange(ticket)).body.statusCode).toBe(200);
        const wanted =
          way === 'introspection' ? [undefined, undefined, undefined] : ['token.check', 'token.check', 'person.check'];
        expect(company.asked.map(({ type }) => type)).toEqual(wanted);
        const tokens = company.asked.map(({ token }) => token);
        expect(tokens).toEqual(
          way === 'introspection' ? Array(3).fill(company.token) : [company.token, company.token, undefined],
        );
      });

      it('logs nobody in whose token was revoked after CONFIRM (threats T18)', async () => {
        const ticket = await confirmed(way);
        company.isActive = false;
        expect((await exchange(ticket)).body).toMatchObject({ statusCode: 400, apiCode: 2300 });
      });

      it('logs nobody in who has become another person', async () => {
        const ticket = await confirmed(way);
        company.sub = 'person-2';
        expect((await exchange(ticket)).body).toMatchObject({ statusCode: 400, apiCode: 2300 });
      });

      it('uses nothing up while the company does not answer: the site asks again', async () => {
        const ticket = await confirmed(way);
        company.isDown = true;
        const refused = await exchange(ticket);
        expect(refused).toMatchObject({ http: 503, headers: { 'retry-after': expect.any(String) } });
        company.isDown = false;
        nodes.here.pass(2);
        expect((await exchange(ticket)).body.statusCode).toBe(200);
      });

      it('keeps a page that polls for the login waiting while the company does not answer (wire 8.1)', async () => {
        await nodes.here.setStrategy({ returnFullUserInfo: true });
        try {
          const qrcodeId = await newCode();
          for (const action of ['SCAN', 'CONFIRM']) await move(way, qrcodeId, action);
          company.isDown = true;
          expect(await status(qrcodeId)).toMatchObject({ status: 'SCANNED', briefUserInfo: { displayName: 'Kate' } });
          const { http, body } = await nodes.here.v3('GET', '/api/v2/qrcode/check', { query: { random: qrcodeId } });
          expect(http).toBe(200);
          expect(body).toMatchObject({ code: 200, data: { status: 1, userInfo: { nickname: 'Kate' }, ticket: null } });
          company.isDown = false;
          nodes.here.pass(2);
          expect(await status(qrcodeId)).toMatchObject({ status: 'AUTHORIZED', tokenSet: { token_type: 'Bearer' } });
        } finally {
          await nodes.here.setStrategy({ returnFullUserInfo: false });
        }
      });

      it('is refused with 503 while the company does not answer, and nothing moves', async () => {
        const qrcodeId = await newCode();
        company.isDown = true;
        const refused = await move(way, qrcodeId, 'SCAN', nodes.here);
        expect(refused).toMatchObject({ http: 503, headers: { 'retry-after': expect.any(String) } });
        expect((await status(qrcodeId)).status).toBe('PENDING');
        company.isDown = false;
        nodes.here.pass(2);
        expect((await move(way, qrcodeId, 'SCAN', nodes.here)).body.statusCode).toBe(200);
      });

      it('is 401 when the token is not active', async () => {
        company.isActive = false;
        const qrcodeId = await newCode();
        expect((await move(way, qrcodeId, 'SCAN')).body).toMatchObject({ statusCode: 401, apiCode: 2020 });
        expect((await status(qrcodeId)).status).toBe('PENDING');
      });
    });

    it('keeps no token where it could be read: not in a row, an event or a name (row 19)', async () => {
      const qrcodeId = await newCode();
      for (const action of ['SCAN', 'CONFIRM']) await move('introspection', qrcodeId, action);
      const found = await nodes.here.stores.qrSessions.find(nodes.here.secrets.hash(qrcodeId));
      const { company: kept } = found?.session.scanner ?? {};
      expect(kept?.askAgain).toMatch(/^s1\./);
      expect(JSON.stringify(found)).not.toContain('m4rk3r');
      expect(JSON.stringify(await nodes.here.stores.audit.list({ limit: 1000 }))).not.toContain('m4rk3r');
      // It goes with the ticket, in five minutes at most.
      expect((found?.session.expiresAt ?? 0) - (found?.now ?? 0)).toBeLessThanOrEqual(300_000);
    });
  });
});

it('row 18: a network that guesses opaque tokens is stopped, and the company is not asked any more', async () => {
  const { RATE_LIMITS: _, ...limited } = environment;
  const [passbeam, service] = await Promise.all([openTestPassbeam(limited), openCompanyServer()]);
  try {
    const { userPoolId: __, ...entry } = anIntrospectionEntry({ url: `${service.url}/introspect` });
    await passbeam.directory.putPool({ ...passbeam.directory.getPool('pool1'), ownTokens: [entry] });
    Object.assign(company, { isActive: false, asked: [] });
    const body = { qrcodeId: 'x'.repeat(32), action: 'SCAN' };
    const guess = (token: string) => passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body });
    for (let count = 0; count < 60; count += 1) expect((await guess(`guess-${count}`)).body.statusCode).toBe(401);
    for (let count = 60; count < 70; count += 1) expect((await guess(`guess-${count}`)).http).toBe(429);
    expect(company.asked).toHaveLength(60);
  } finally {
    await passbeam.close();
    service.server.close();
  }
});
