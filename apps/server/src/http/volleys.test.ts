import { postgresMissing, startPostgres } from '@passbeam/workshop/postgres';
import { isRedisMissing, startRedis } from '@passbeam/workshop/redis';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compose, type Passbeam } from '../compose.ts';
import { loadConfig } from '../config/config.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { handedInNow } from '../stores/sql/handed-in-now.fixture.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword, v3Of } from '../testing.ts';
import { signedRequest } from './routes/management/signed-call.fixture.ts';

/** An attacker who sends everything in the same moment, to every node, gets no more than by sending it one after the other. */

const secretKey = 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9';
type Node = Pick<Passbeam, 'app'>;

/** Two servers on one database. */
async function openTwo(environment: Record<string, string>, outbox: PasscodeMessage[]) {
  const sender = sendInto(outbox);
  const both = { ...environment, PUBLIC_URL: 'https://login.example', SECRET_KEY: secretKey };
  const here = await openTestPassbeam(both, { sender });
  const there = await compose(loadConfig({ ...both, DEMO: 'off' }), {
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    links: [],
    clock: here.clock,
    database: { now: handedInNow(here.clock), isPatient: true },
    sender,
  });
  return { here, there };
}

const setUps = [
  {
    name: 'one server on SQLite',
    isMissing: () => false,
    async open(outbox: PasscodeMessage[]) {
      const here = await openTestPassbeam({}, { sender: sendInto(outbox) });
      return { here, nodes: [here] as Node[], close: () => here.close() };
    },
  },
  {
    name: 'two servers on PostgreSQL',
    isMissing: () => postgresMissing !== null,
    async open(outbox: PasscodeMessage[]) {
      const postgres = await startPostgres();
      const { here, there } = await openTwo({ DATABASE_URL: postgres.url }, outbox);
      const close = async () => {
        await Promise.all([here.close(), there.close()]);
        await postgres.stop();
      };
      return { here, nodes: [here, there] as Node[], close };
    },
  },
  {
    name: 'two servers on PostgreSQL and Redis',
    isMissing: () => postgresMissing !== null || isRedisMissing(),
    async open(outbox: PasscodeMessage[]) {
      const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
      const { here, there } = await openTwo({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }, outbox);
      const close = async () => {
        await Promise.all([here.close(), there.close()]);
        await Promise.all([postgres.stop(), redis.stop()]);
      };
      return { here, nodes: [here, there] as Node[], close };
    },
  },
];

describe.each(setUps)('$name', ({ isMissing, open }) => {
  describe.skipIf(isMissing())('everything in one moment', () => {
    let here: TestPassbeam;
    let nodes: Node[];
    let close: () => Promise<void>;
    const outbox: PasscodeMessage[] = [];
    beforeAll(async () => {
      ({ here, nodes, close } = await open(outbox));
      const knowsThePhone = (node: Node) => v3Of(node.app)('GET', 'get-profile', { app: 'phone' });
      await vi.waitFor(
        async () => {
          for (const node of nodes) expect((await knowsThePhone(node)).body.apiCode).toBe(2020);
        },
        { timeout: 10_000 },
      );
    }, 60_000);
    afterAll(() => close?.(), 60_000);
    // Lets the counts of the test before expire.
    const passMinute = () => here.pass(120);

    /** One call after the other to each node in turn, without waiting for any. */
    const volley = <T>(size: number, call: (v3: TestPassbeam['v3'], index: number, node: Node) => Promise<T>) =>
      Promise.all(
        Array.from({ length: size }, (_, index) => {
          const node = nodes[index % nodes.length] as Node;
          return call(v3Of(node.app), index, node);
        }),
      );
    const withStatus = (replies: { http: number; body: { statusCode?: number } }[], status: number) =>
      replies.filter(({ http, body }) => (body.statusCode ?? http) === status).length;

    it('of wrong client secrets ten are looked at, and the right one among them opens nothing', async () => {
      const { id, secret } = here.site;
      const guess = (v3: TestPassbeam['v3'], index: number) => {
        const body = {
          grant_type: 'client_credentials',
          client_id: id,
          client_secret: index === 150 ? secret : 'wrong',
        };
        return v3('POST', '/oidc/token', { app: null, body });
      };
      const replies = await volley(200, guess);
      expect(replies.map(({ http }) => http).filter((http) => http === 401)).toHaveLength(10);
      expect(replies.map(({ http }) => http).filter((http) => http === 429)).toHaveLength(190);
      passMinute();
      expect((await guess(here.v3, 150)).http).toBe(200);
    });

    it('of wrong management signatures ten are looked at, and the right one among them opens nothing', async () => {
      const list = '/api/v3/list-access-key';
      const guess = async (node: Node, key: string) => {
        const request = signedRequest({ id: here.pool.id, secret: key }, here.clock.now(), 'GET', list);
        const reply = await node.app.inject(request);
        return { http: reply.statusCode, body: reply.json() };
      };
      const replies = await volley(100, (_, index, node) => guess(node, index === 80 ? here.pool.secret : 'wrong'));
      expect(withStatus(replies, 200)).toBe(0);
      expect(withStatus(replies, 429)).toBe(90);
      passMinute();
      expect((await guess(here, here.pool.secret)).body.statusCode).toBe(200);
    });

    it('of wrong passwords sixty are looked at, whichever way they come', async () => {
      passMinute();
      const replies = await volley(125, (v3, index) =>
        index % 2 === 0
          ? v3('POST', 'signin', {
              app: 'phone',
              body: { connection: 'PASSWORD', passwordPayload: { username: `somebody-${index}`, password: 'wrong' } },
            })
          : v3('POST', '/oidc/token', {
              app: null,
              body: { grant_type: 'password', client_id: 'phone', username: `somebody-${index}`, password: 'wrong' },
            }),
      );
      expect(replies.filter(({ http, body }) => http === 429 || body.statusCode === 429)).toHaveLength(65);
    }, 60_000);

    it('people with right passwords are all let in by the password grant, however many share an address', async () => {
      passMinute();
      const replies = await volley(70, (v3) =>
        v3('POST', '/oidc/token', {
          app: null,
          body: { grant_type: 'password', client_id: 'phone', username: 'alice', password: testPassword },
        }),
      );
      expect(withStatus(replies, 200)).toBe(70);
    }, 60_000);

    it('one message leaves, whatever the codes are for and however the phone is spelled', async () => {
      passMinute();
      outbox.length = 0;
      const spellings = ['+8613800000001', '13800000001', '１３８０００００００１', ' 138 0000 0001'];
      const channels = ['CHANNEL_LOGIN', 'CHANNEL_REGISTER', 'CHANNEL_RESET_PASSWORD'];
      const replies = await volley(12, (v3, index) =>
        v3('POST', 'send-sms', {
          app: 'phone',
          body: { channel: channels[index % 3], phoneNumber: spellings[Math.floor(index / 3)] },
        }),
      );
      expect(withStatus(replies, 200)).toBe(1);
      expect(outbox).toHaveLength(1);
    });

    it('a passcode is void after five guesses', async () => {
      passMinute();
      await here.v3('POST', 'send-email', {
        app: 'phone',
        body: { channel: 'CHANNEL_LOGIN', email: 'alice@example.com' },
      });
      const passcode = outbox.at(-1)?.passcode ?? '';
      const enter = (v3: TestPassbeam['v3'], passCode: string) =>
        v3('POST', 'signin', {
          app: 'phone',
          body: { connection: 'PASSCODE', passCodePayload: { email: 'alice@example.com', passCode } },
        });
      const wrong = (index: number) => String((Number(passcode) + index + 1) % 1_000_000).padStart(6, '0');
      // These are fewer guesses than an address may make in a minute.
      const replies = await volley(40, (v3, index) => enter(v3, index === 39 ? passcode : wrong(index)));
      expect(withStatus(replies, 200)).toBe(0);
      for (const node of nodes) expect((await enter(v3Of(node.app), passcode)).body.apiCode).toBe(2001);
    });

    it('a token sets one password', async () => {
      passMinute();
      await here.addUser({ username: 'forgetful', email: 'forgetful@example.com', emailVerified: true });
      const email = 'forgetful@example.com';
      await here.v3('POST', 'send-email', { app: 'phone', body: { channel: 'CHANNEL_RESET_PASSWORD', email } });
      const passCode = outbox.at(-1)?.passcode ?? '';
      const verified = await volley(10, (v3) =>
        v3('POST', 'verify-reset-password-request', {
          app: 'phone',
          body: { verifyMethod: 'EMAIL_PASSCODE', emailPassCodePayload: { email, passCode } },
        }),
      );
      // Repeats of one caller get the answer of the first call.
      const given = verified
        .filter(({ body }) => body.statusCode === 200)
        .map(({ body }) => body.data.passwordResetToken);
      expect(new Set(given).size).toBe(1);
      const passwordResetToken = given[0];
      here.pass(1);
      const replies = await volley(10, (v3, index) =>
        v3('POST', 'reset-password', {
          app: 'phone',
          body: { passwordResetToken, password: `a password of attempt ${index}` },
        }),
      );
      expect(withStatus(replies, 200)).toBe(1);
    });
  });
});
