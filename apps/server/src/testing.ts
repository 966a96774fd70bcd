import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { compose, type Passbeam } from './compose.ts';
import { loadConfig } from './config/config.ts';
import type { ReadConfigFile } from './config/config-file.ts';
import { newEvent } from './core/audit/event.ts';
import type { Application } from './core/directory/application.ts';
import { newApplication } from './core/directory/new-application.ts';
import { newPool, type UserPool } from './core/directory/pool.ts';
import { defaultSecuritySettings, type QrcodeLoginStrategy } from './core/directory/settings.ts';
import type { Ticker } from './core/qr/watch.ts';
import type { MessageSender, PasscodeMessage } from './core/sign-in/message-sender.ts';
import type { SigningKey } from './core/tokens/store.ts';
import { type NewUserInput, newUser } from './core/users/new-user.ts';
import type { User } from './core/users/user.ts';
import { newSigningKey } from './crypto/signer.ts';
import type { Metrics } from './metrics/metrics.ts';
import { handedInNow } from './stores/sql/handed-in-now.fixture.ts';
import type { Tracing } from './tracing/tracing.ts';

/**
 * The whole server in process, on SQLite in memory (or the DATABASE_URL given), with a clock that stands still until it
 * is moved.
 */
export interface TestPassbeam extends Passbeam {
  /** Moves the clock. */
  pass(seconds: number): void;
  pool: UserPool;
  site: Application;
  phoneApp: Application;
  alice: User;
  addPool(id: string): Promise<UserPool>;
  addApplication(part: Partial<Application> & { id: string }): Promise<Application>;
  addUser(input: Partial<NewUserInput> & { username: string }): Promise<User>;
  setStrategy(part: Partial<QrcodeLoginStrategy>): Promise<void>;
  v3(method: 'GET' | 'POST' | 'DELETE', path: string, options?: CallOptions): Promise<V3Reply>;
  /** Signs in and returns the access token. */
  signIn(username?: string, application?: Application): Promise<string>;
}

export interface CallOptions {
  /** The application that the header names; null sends none. Default: the site. */
  app?: string | null;
  query?: Record<string, string>;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

export interface V3Reply {
  http: number;
  headers: Record<string, string | string[] | number | undefined>;
  text: string;
  body: ReturnType<typeof JSON.parse>;
}

export const testPassword = 'correct horse battery';

/** One folder for each file of tests: it holds keys, which take long to make, and no data. */
const dataDir = mkdtempSync(join(tmpdir(), 'passbeam-test-'));
let signingKey: Promise<SigningKey> | undefined;
/** Gives every server the same first signing key, because keys take long to make; a rotation makes another. */
function firstSame(): typeof newSigningKey {
  let isFirst = true;
  return (createdAt) => {
    if (!isFirst) return newSigningKey(createdAt);
    isFirst = false;
    signingKey ??= newSigningKey(createdAt);
    return signingKey;
  };
}
const hashes = new Map<string, Promise<string>>();
const sameHash = (hash: (password: string) => Promise<string>) => (password: string) => {
  const known = hashes.get(password) ?? hash(password);
  hashes.set(password, known);
  return known;
};
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));

/** Sends nothing; puts the messages that would be sent into the list. */
export function sendInto(outbox: PasscodeMessage[]): MessageSender {
  return {
    missing: () => null,
    async send(message) {
      outbox.push(message);
      return true;
    },
  };
}

/** Calls the server in process. */
export function v3Of(server: Passbeam['app']): TestPassbeam['v3'] {
  return async (method, path, options = {}) => {
    const { app = 'site', query, body, token, headers } = options;
    const reply = await server.inject({
      method,
      url: path.startsWith('/') ? path : `/api/v3/${path}`,
      query,
      headers: {
        ...(app === null ? {} : { 'x-authing-app-id': app }),
        ...(token === undefined ? {} : { authorization: token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      payload: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const isJson = String(reply.headers['content-type']).includes('json');
    return { http: reply.statusCode, headers: reply.headers, text: reply.body, body: isJson ? reply.json() : null };
  };
}

export async function openTestPassbeam(
  environment: Record<string, string> = {},
  {
    redisUrl,
    ...world
  }: {
    log?: Logger;
    metrics?: Metrics;
    tracing?: Tracing;
    ticker?: Ticker;
    databasePath?: string;
    sender?: MessageSender;
    /** The name of the node, and its configuration file. */
    node?: string;
    readFile?: () => Promise<ReadConfigFile>;
    /** Redis beside whichever database; its clock cannot be moved. */
    redisUrl?: string;
  } = {},
): Promise<TestPassbeam> {
  const environmental = loadConfig({ DATA_DIR: dataDir, DEMO: 'off', ...environment });
  const config = redisUrl === undefined ? environmental : { ...environmental, redisUrl };
  const time = { now: 1_800_000_000_000 };
  const clock = { now: () => time.now };
  const passbeam = await compose(config, {
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    links: [],
    clock,
    databasePath: ':memory:',
    database: { now: handedInNow(clock), isPatient: true },
    newSigningKey: firstSame(),
    ...world,
  });
  const { directory, stores, secrets, passwords } = passbeam;

  async function addPool(id: string): Promise<UserPool> {
    const secret = `${id}-secret-that-is-long-enough-to-be-one`;
    const securitySettings = { ...defaultSecuritySettings, allowedOrigins: ['https://site.example'] };
    const pool = newPool({ id, name: `Pool ${id}`, secret, securitySettings }, time.now);
    await directory.putPool(pool);
    return pool;
  }

  async function addApplication(part: Partial<Application> & { id: string }): Promise<Application> {
    const application = newApplication(
      {
        userPoolId: 'pool1',
        name: `Application ${part.id}`,
        secret: `${part.id}-secret-that-is-long-enough-to-be-one`,
        domain: 'site.example',
        approvesScans: true,
        ...part,
      },
      time.now,
    );
    await directory.putApplication(application);
    return application;
  }

  async function addUser(input: Partial<NewUserInput> & { username: string }): Promise<User> {
    const user = await newUser(
      { userPoolId: 'pool1', password: testPassword, ...input },
      { secrets, clock, passwords: { hash: sameHash(passwords.hash) } },
    );
    const taken = await stores.users.insert(user, newEvent(secrets, 'user.created', null));
    if (taken !== null) throw new Error(`${taken} is taken`);
    return user;
  }

  const v3 = v3Of(passbeam.app);

  async function signIn(username = 'alice', application: Application = phoneApp): Promise<string> {
    const { body } = await v3('POST', 'signin', {
      app: application.id,
      body: {
        connection: 'PASSWORD',
        passwordPayload: { username, password: testPassword },
        ...(application.tokenEndpointAuthMethod === 'client_secret_post'
          ? { client_id: application.id, client_secret: application.secret }
          : {}),
      },
    });
    if (body.statusCode !== 200) throw new Error(`sign-in refused: ${JSON.stringify(body)}`);
    return body.data.access_token;
  }

  const pool = await addPool('pool1');
  const site = await addApplication({ id: 'site' });
  const phoneApp = await addApplication({ id: 'phone', tokenEndpointAuthMethod: 'none' });
  const alice = await addUser({
    username: 'alice',
    nickname: 'Alice',
    email: 'alice@example.com',
    emailVerified: true,
    phone: '+8613800000001',
    phoneVerified: true,
  });

  return {
    ...passbeam,
    pass(seconds) {
      time.now += seconds * 1000;
    },
    pool,
    site,
    phoneApp,
    alice,
    addPool,
    addApplication,
    addUser,
    async setStrategy(part) {
      const current = directory.getPool('pool1');
      const { securitySettings } = current;
      await directory.putPool({
        ...current,
        securitySettings: {
          ...securitySettings,
          qrcodeLoginStrategy: { ...securitySettings.qrcodeLoginStrategy, ...part },
        },
      });
    },
    v3,
    signIn,
  };
}
