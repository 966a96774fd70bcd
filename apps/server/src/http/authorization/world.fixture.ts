import { createHash, randomBytes } from 'node:crypto';
import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, it } from 'vitest';
import type { Application } from '../../core/directory/application.ts';
import type { PasscodeMessage } from '../../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../../testing.ts';

export const publicUrl = 'https://auth.example.com';
export const callback = 'https://site.example/callback';

export interface Engine {
  name: 'SQLite' | 'PostgreSQL';
  isMissing: boolean;
  /** What opens a server on an empty database. */
  environment(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

export const sqlite: Engine = {
  name: 'SQLite',
  isMissing: false,
  environment: async () => ({}),
  stop: async () => {},
};

/** The engines that a group of tests runs on. */
export function engines(): Engine[] {
  let server: PostgresServer | null = null;
  let databases = 0;
  return [
    sqlite,
    {
      name: 'PostgreSQL',
      isMissing: isPostgresMissing(),
      async environment() {
        server ??= await startPostgres();
        databases += 1;
        const admin = new pg.Client({ connectionString: server.url });
        await admin.connect();
        await admin.query(`create database flow${databases}`);
        await admin.end();
        const url = server.url.replace(/postgres$/, `flow${databases}`);
        return { DATABASE_URL: url, SECRET_KEY: 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9' };
      },
      stop: async () => server?.stop(),
    },
  ];
}

export interface Reply {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect.
  json: any;
  /** Where it redirects to. */
  location: URL | null;
}

/** A browser with its cookies, in front of a server in process. */
export function createBrowser(server: TestPassbeam['app'], userAgent = 'Browser/1', base = publicUrl) {
  const jar = new Map<string, string>();

  async function send(
    method: 'GET' | 'POST' | 'HEAD' | 'OPTIONS',
    url: string,
    given: SendOptions = {},
  ): Promise<Reply> {
    const { headers = {}, body, isCrossSitePost = false } = given;
    const cookie = isCrossSitePost ? '' : [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const isText = typeof body === 'string';
    const type =
      body === undefined ? {} : { 'content-type': isText ? 'application/x-www-form-urlencoded' : 'application/json' };
    const reply = await server.inject({
      method,
      url: url.replace(base, ''),
      headers: { 'user-agent': userAgent, ...(cookie === '' ? {} : { cookie }), ...type, ...headers },
      payload: body === undefined || isText ? body : JSON.stringify(body),
    });
    for (const { name, value, maxAge } of reply.cookies) {
      if (maxAge === 0) jar.delete(name);
      else jar.set(name, value);
    }
    const { location } = reply.headers;
    const isJson = String(reply.headers['content-type']).includes('json');
    return {
      status: reply.statusCode,
      headers: reply.headers,
      text: reply.body,
      json: isJson && reply.body !== '' ? reply.json() : null,
      location: typeof location === 'string' ? new URL(location) : null,
    };
  }

  /** Goes where the server says, as long as that is the server and not its page. */
  async function go(url: string, options: SendOptions & { method?: 'GET' | 'POST' } = {}): Promise<Reply> {
    const { method = 'GET', ...rest } = options;
    let reply = await send(method, url, rest);
    for (let hops = 0; reply.location?.origin === base && reply.location.pathname !== '/login'; hops++) {
      if (hops > 5) throw new Error('too many redirects');
      reply = await send('GET', reply.location.href);
    }
    return reply;
  }

  /** The page that a reply led to. */
  function page(reply: Reply) {
    const id = reply.location?.pathname === '/login' ? reply.location.searchParams.get('uuid') : null;
    if (id === null || id === undefined)
      throw new Error(`no page: ${reply.status} ${reply.location} ${reply.text.slice(0, 300)}`);
    return pageOf(id);
  }

  function pageOf(id: string) {
    const base = `/login/interactions/${id}`;
    const view = async () => (await send('GET', base)).json.data;
    async function post(path: string, body: object = {}, formToken?: string): Promise<Reply> {
      const token = formToken ?? (await view()).formToken;
      return send('POST', `${base}/${path}`, { body, headers: { 'x-passbeam-form': token } });
    }
    return {
      id,
      view,
      post,
      /** Signs in by password, agrees to what is asked, and goes back to the application. */
      async signIn(account = 'alice', password = testPassword): Promise<Reply> {
        const reply = await post('password', { account, password });
        if (reply.json?.data?.step === 'consent') await post('consent', { allow: true });
        return leave();
      },
      leave,
      code: async () => (await send('GET', `${base}/qrcode`)).json.data,
    };
    async function leave(): Promise<Reply> {
      const { step, leaveUrl } = await view();
      if (step !== 'leave') throw new Error(`the page still shows ${step}`);
      return send('GET', leaveUrl);
    }
  }

  return { jar, send, go, page, pageOf };
}

export interface SendOptions {
  headers?: Record<string, string>;
  body?: string | object;
  /** Lax cookies do not come with it. */
  isCrossSitePost?: boolean;
}

export async function openAuthorizationWorld(
  engine: Pick<Engine, 'environment'>,
  given: Record<string, string> = {},
  redisUrl?: string,
) {
  const outbox: PasscodeMessage[] = [];
  const environment = { ...(await engine.environment()), PUBLIC_URL: publicUrl, RATE_LIMITS: 'off', ...given };
  const passbeam = await openTestPassbeam(environment, {
    sender: sendInto(outbox),
    ...(redisUrl === undefined ? {} : { redisUrl }),
  });
  // Everything happened a moment ago: a person who signed in before is not one who signs in now.
  passbeam.pass(60);
  const withSso = { profile: { ...passbeam.site.profile, ssoEnabledAt: 1 } };
  const add = (part: Parameters<TestPassbeam['addApplication']>[0]) =>
    passbeam.addApplication({ redirectUris: [callback], approvesScans: false, ...withSso, ...part });
  const post = await add({ id: 'client-post', kind: 'firstParty', logoutRedirectUris: ['https://site.example/bye'] });
  const basic = await add({ id: 'client-basic', tokenEndpointAuthMethod: 'client_secret_basic' });
  const spa = await add({ id: 'client-spa', tokenEndpointAuthMethod: 'none' });
  const party = await add({ id: 'client-party', kind: 'relyingParty' });
  await passbeam.addUser({ username: 'bob', nickname: 'Bob', email: 'bob@example.com' });

  function request(application: Application, given: Record<string, string | undefined> = {}): string {
    const parameters = {
      client_id: application.id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: callback,
      state: 'state-1',
      ...(application.tokenEndpointAuthMethod === 'none'
        ? { code_challenge: challenge, code_challenge_method: 'S256' }
        : {}),
      ...given,
    };
    const said = Object.entries(parameters).filter(([, value]) => value !== undefined) as [string, string][];
    return `/oidc/auth?${new URLSearchParams(said)}`;
  }

  async function token(
    fields: Record<string, string | undefined>,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const said = Object.entries(fields).filter(([, value]) => value !== undefined) as [string, string][];
    return createBrowser(passbeam.app, 'Backend/1').send('POST', '/oidc/token', {
      body: new URLSearchParams(said).toString(),
      headers,
    });
  }

  /** Exchanges a code as the application does by its method. */
  function redeem(
    application: Application,
    code: string,
    given: Record<string, string | undefined> = {},
  ): Promise<Reply> {
    const { id, secret, tokenEndpointAuthMethod: method } = application;
    return token(
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: callback,
        ...(method === 'client_secret_basic' ? {} : { client_id: id }),
        ...(method === 'client_secret_post' ? { client_secret: secret } : {}),
        ...(method === 'none' ? { code_verifier: verifier } : {}),
        ...given,
      },
      method === 'client_secret_basic' ? { authorization: `Basic ${btoa(`${id}:${secret}`)}` } : {},
    );
  }

  const browser = () => createBrowser(passbeam.app);

  /** A whole login: the answer, and the tokens for its code. */
  async function login(application: Application, given: Record<string, string | undefined> = {}, by = browser()) {
    const reply = await by.go(request(application, given));
    const answer = reply.location?.pathname === '/login' ? await by.page(reply).signIn() : reply;
    const code = answer.location?.searchParams.get('code') ?? '';
    const tokens = await redeem(application, code);
    if (tokens.status !== 200) throw new Error(`no tokens: ${tokens.text}`);
    return {
      browser: by,
      answer,
      code,
      tokens: tokens.json,
      claims: decodeJwt(tokens.json.id_token ?? tokens.json.access_token),
    };
  }

  const userInfo = (accessToken: string) =>
    browser().send('GET', '/oidc/me', { headers: { authorization: `Bearer ${accessToken}` } });

  /** The phone scans and confirms the code of a page. */
  async function scan(qrcodeId: string, phone?: string, actions = ['SCAN', 'CONFIRM']): Promise<string> {
    const signedIn = phone ?? (await passbeam.signIn());
    for (const action of actions) {
      const { body } = await passbeam.v3('POST', 'set-qrcode-status', {
        app: 'phone',
        token: signedIn,
        body: { qrcodeId, action },
      });
      if (body.statusCode !== 200) throw new Error(JSON.stringify(body));
    }
    return signedIn;
  }

  const clients = { post, basic, spa, party };
  return { ...passbeam, ...clients, clients, outbox, request, token, redeem, login, browser, userInfo, scan };
}

/**
 * A world for the tests of a file or group, handed over before the first and closed after the last. Five seconds pass before each: who
 * signed in earlier is not one who signs in now. Returns what declares a test, which is skipped where the engine is missing.
 */
export function withWorld(engine: Engine, hand: (world: AuthorizationWorld) => unknown) {
  let world: AuthorizationWorld | undefined;
  beforeAll(async () => {
    if (engine.isMissing) return;
    world = await openAuthorizationWorld(engine);
    await hand(world);
  });
  beforeEach(() => world?.pass(5));
  afterAll(async () => {
    await world?.close();
    await engine.stop();
  });
  return it.skipIf(engine.isMissing);
}

export type AuthorizationWorld = Awaited<ReturnType<typeof openAuthorizationWorld>>;

export const verifier = randomBytes(32).toString('base64url');
export const challenge = challengeOf(verifier);
export function challengeOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
