import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose, type Passbeam } from '../../compose.ts';
import { loadConfig } from '../../config/config.ts';
import { handedInNow } from '../../stores/sql/handed-in-now.fixture.ts';
import { v3Of } from '../../testing.ts';
import { type Company, claimsOf, type Move, metPeople, openCompany } from './company.fixture.ts';

describe.skipIf(isPostgresMissing() || isRedisMissing())(
  "a company's tokens on two nodes with PostgreSQL and Redis",
  () => {
    let postgres: PostgresServer;
    let redis: RedisServer;
    let here: Company;
    let there: Passbeam;

    beforeAll(async () => {
      [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
      const environment = {
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        SECRET_KEY: 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9',
      };
      here = await openCompany(environment);
      const { clock } = here;
      there = await compose(loadConfig({ ...environment, DEMO: 'off' }), {
        log: pino({ level: 'silent' }),
        version: '0.0.0',
        links: [],
        clock,
        database: { now: handedInNow(clock), isPatient: true },
      });
      await there.directory.reload();
    });
    afterAll(async () => {
      await Promise.all([here?.close(), there?.close()]);
      await Promise.all([postgres?.stop(), redis?.stop()]);
    });

    const moveThere = (qrcodeId: string, action: Move, token: string, body: object = {}) =>
      v3Of(there.app)('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action, ...body } });

    it('approve a login whose moves come to either node, with tokens that were renewed meanwhile', async () => {
      const qrcodeId = await here.code();
      const scanned = await here.move(qrcodeId, 'SCAN', here.token({ jti: 'a' }));
      const { scanToken } = scanned.body.data;
      expect((await moveThere(qrcodeId, 'CONFIRM', here.token({ jti: 'b' }), { scanToken })).body.statusCode).toBe(200);
      const { ticket } = await here.status(qrcodeId);
      const { data } = (await here.exchange(ticket, 'openid')).body;
      expect(claimsOf(data.id_token)).toMatchObject({ external_id: 'person-1' });
    });

    it('make one person of many first meetings on both nodes at once', async () => {
      const before = (await metPeople(here)).length;
      const codes = await Promise.all(Array.from({ length: 5 }, () => here.code()));
      const replies = await Promise.all(
        codes.map((code, phone) => {
          const token = here.token({ sub: 'person-2', sid: `phone-${phone}` });
          return phone % 2 ? here.move(code, 'SCAN', token) : moveThere(code, 'SCAN', token);
        }),
      );
      expect(replies.map(({ body }) => body.statusCode)).toEqual([200, 200, 200, 200, 200]);
      expect(await metPeople(here)).toHaveLength(before + 1);
    });

    it('hold one login for many moves of one phone on both nodes at once', async () => {
      const codes = await Promise.all(Array.from({ length: 4 }, () => here.code()));
      const token = here.token({ sub: 'person-3' });
      await Promise.all(
        codes.map((code, at) => (at % 2 ? here.move(code, 'SCAN', token) : moveThere(code, 'SCAN', token))),
      );
      const person = (await metPeople(here)).find(({ externalId }) => externalId === 'person-3');
      const { totalCount } = await here.stores.loginSessions.history({ userId: person?.id ?? '', offset: 0, limit: 9 });
      expect(totalCount).toBe(1);
    });

    it('end a ticket with its token, by the deadline that Redis keeps', async () => {
      // The clock of Redis decides about codes, and that of the test about tokens: their difference is what counts.
      const exp = Math.floor(here.clock.now() / 1000) + 90;
      const { qrcodeId } = await here.confirmed(here.token({ exp }));
      const found = await here.stores.qrSessions.find(here.secrets.hash(qrcodeId));
      expect(found?.session.scanner?.company).toMatchObject({ entryName: 'company', authorityUntil: exp * 1000 });
    });
  },
);
