import { describe, expect, it } from 'vitest';
import {
  type AuthorizationWorld,
  callback,
  challenge,
  publicUrl,
  sqlite,
  verifier,
  withWorld,
} from './world.fixture.ts';

/**
 * What the official clients send, as they send it: order, encoding and mistakes. `{…}` stands for what differs each time. Where a client
 * leaves spaces in an address, they are %20 here, for no HTTP client sends them otherwise.
 */
let world: AuthorizationWorld;
const scheme = 'cn.guard://authing.cn/redirect';
withWorld(sqlite, async (opened) => {
  world = opened;
  const redirectUris = [callback, scheme];
  await world.addApplication({ ...world.spa, id: 'app-none', redirectUris });
  await world.addApplication({ ...world.post, id: 'app-post', secret: postSecret, redirectUris });
  await world.addApplication({ ...world.basic, id: 'app-basic', secret: postSecret, redirectUris });
});

const postSecret = 'Secret4OfTheApplication9InLettersAndDigits';
const address = 'https%3A%2F%2Fsite.example%2Fcallback';
const pkce = `code_challenge=${challenge}&code_challenge_method=S256`;
const five = 'openid%20profile%20email%20phone%20address';
const phoneScope = 'openid%20profile%20email%20phone%20username%20address%20offline_access%20roles%20extended_fields';
const digits = '5114229281791367';
const sixteen = '9cekcJ7syIk7ByFP';
const appAddress = encodeURIComponent(scheme);

interface Sent {
  client: string;
  request: string;
  /** Where the answer stands. */
  mode?: 'query' | 'fragment' | 'web_message';
  /** A refusal that the application hears of, or a page of ours. */
  refused?: string | 'page';
}

const authorizationRequests: Sent[] = [
  {
    client: 'web, by redirect',
    request: `/oidc/auth?client_id=app-none&state=${sixteen}&nonce=${sixteen}&redirect_uri=${address}&response_mode=fragment&response_type=code&scope=openid%20profile&${pkce}`,
    mode: 'fragment',
  },
  {
    client: 'web, by redirect to the query, with a login forced and a context of the page',
    request: `/oidc/auth?redirect_uri=${address}&response_mode=query&response_type=code&client_id=app-none&scope=openid%20profile&state=${sixteen}&nonce=${sixteen}&prompt=login&login_page_context=%7B%22phone%22%3A%22138%22%7D&${pkce}`,
  },
  {
    client: 'web, silent',
    request: `/oidc/auth?redirect_uri=${address}&response_mode=web_message&response_type=code&client_id=app-none&scope=openid%20profile&state=${sixteen}&nonce=${sixteen}&prompt=none&${pkce}`,
    mode: 'web_message',
  },
  {
    client: 'web, implicit',
    request: `/oidc/auth?redirect_uri=${address}&response_mode=fragment&response_type=id_token%20token&client_id=app-none&scope=openid%20profile&state=${sixteen}&nonce=${sixteen}`,
    refused: 'unsupported_response_type',
  },
  {
    client: 'sso, with the words of a partial option',
    request: `/oidc/auth?client_id=app-none&response_type=id_token%20token&response_mode=undefined&state=undefined&nonce=undefined&redirect_uri=${address}&scope=openid%20profile%20email%20phone`,
    refused: 'invalid_request',
  },
  {
    client: 'guard',
    request: `/oidc/auth?nonce=${digits}&state=${digits}&scope=openid+profile+email+phone+address&client_id=app-none&redirect_uri=${address}&response_type=code&response_mode=query&${pkce}`,
  },
  {
    client: 'guard, asked for plain',
    request: `/oidc/auth?nonce=${digits}&state=${digits}&scope=openid+profile&client_id=app-none&redirect_uri=${address}&response_type=code&response_mode=query&code_challenge=${verifier}&code_challenge_method=plain`,
    refused: 'invalid_request',
  },
  {
    client: 'node',
    request: `/oidc/auth?redirect_uri=${address}&response_mode=query&response_type=code&client_id=app-post&scope=openid%20profile&state=${sixteen}&nonce=${sixteen}`,
  },
  {
    client: 'node, offline',
    request: `/oidc/auth?redirect_uri=${address}&response_mode=query&response_type=code&client_id=app-post&scope=openid%20profile%20offline_access&state=${sixteen}&nonce=${sixteen}&prompt=consent`,
  },
  {
    client: 'node, with a login forced',
    request: `/oidc/auth?redirect_uri=${address}&response_mode=query&response_type=code&client_id=app-post&scope=openid%20profile&state=${sixteen}&nonce=${sixteen}&prompt=login`,
  },
  {
    client: 'node and gnode, with a tenant',
    request: `/oidc/auth?redirect_uri=${address}&response_mode=query&response_type=code&client_id=app-post&scope=openid%20profile&state=${sixteen}&nonce=${sixteen}&tenantId=t1`,
  },
  {
    client: 'node, without an address',
    request: `/oidc/auth?response_mode=query&response_type=code&client_id=app-post&scope=openid%20profile&state=${sixteen}&nonce=${sixteen}`,
    refused: 'page',
  },
  {
    client: 'node, OAuth',
    request: `/oauth/auth?state=${sixteen}&scope=user&client_id=app-post&redirect_uri=${address}&response_type=code`,
  },
  {
    client: 'js',
    request: `/oidc/auth?nonce=${digits}&state=${digits}&scope=openid+profile+email+phone+address&client_id=app-post&redirect_uri=${address}&response_type=code`,
  },
  {
    client: 'js, offline',
    request: `/oidc/auth?nonce=${digits}&state=${digits}&scope=openid+profile+offline_access&client_id=app-post&redirect_uri=${address}&response_type=code&prompt=consent`,
  },
  {
    client: 'js, with a challenge',
    request: `/oidc/auth?nonce=${digits}&state=${digits}&scope=openid+profile&client_id=app-none&redirect_uri=${address}&response_type=code&response_mode=query&${pkce}`,
  },
  {
    client: 'js, with a tenant',
    request: `/oidc/auth?nonce=${digits}&state=${digits}&scope=openid+profile+email+phone+address&client_id=app-post&redirect_uri=${address}&response_type=code&tenant_id=t1`,
  },
  {
    client: 'js, without an address',
    request: `/oidc/auth?nonce=${digits}&state=${digits}&scope=openid+profile+email+phone+address&client_id=app-post&redirect_uri=undefined&response_type=code`,
    refused: 'page',
  },
  {
    client: 'py',
    request: `/oidc/auth?nonce=abcdefghij&state=klmnopqrst&scope=openid+profile+email+phone+address&client_id=app-post&redirect_uri=${address}&response_type=code`,
  },
  {
    client: 'py, without an address',
    request: `/oidc/auth?nonce=abcdefghij&state=klmnopqrst&scope=openid+profile+email+phone+address&client_id=app-post&redirect_uri=None&response_type=code`,
    refused: 'page',
  },
  {
    client: 'java',
    request: `/oidc/auth?scope=openid profile email phone address&response_type=code&state=a1b2c3d4e5f6&redirect_uri=${callback}&nonce=a1b2c3d4e5f6&client_id=app-post&`,
  },
  {
    client: 'java, OAuth',
    request: `/oidc/auth?scope=user&response_type=code&state=a1b2c3d4e5f6&redirect_uri=${callback}&client_id=app-post&`,
  },
  {
    client: 'go',
    request: `/oidc/auth?client_id=app-post&nonce=${sixteen}&redirect_uri=${address}&response_mode=query&response_type=code&scope=openid+profile&state=${sixteen}`,
  },
  {
    client: 'php',
    request: `/oidc/auth?client_id=app-post&redirect_uri=${address}&response_type=code&scope=${five}&nonce=${digits}&state=${digits}&response_mode=query`,
  },
  {
    client: 'cs, with an empty mode and an empty prompt',
    request: `/oidc/auth?client_id=app-post&redirect_uri=${callback}&response_type=code&response_mode=&scope=openid profile email phone address&nonce=a1b2c3d4e5f6&state=a1b2c3d4e5f6&prompt=`,
  },
  {
    client: 'android',
    request: `/oidc/auth?_authing_lang=zh-CN&app_id=app-none&client_id=app-none&nonce=abc1234567&redirect_uri=${callback}&response_type=code&scope=${phoneScope}&prompt=consent&state=xyz1234567&${pkce}`,
  },
  {
    client: 'flutter',
    request: `/oidc/auth?_authing_lang=zh-CN&app_id=app-none&client_id=app-none&nonce=abc1234567&redirect_uri=${callback}&response_type=code&scope=${phoneScope}&prompt=consent&state=xyz1234567&${pkce}`,
  },
  {
    client: 'ios',
    request: `/oidc/auth?client_id=app-none&nonce=abc1234567&redirect_uri=${callback}&response_type=code&scope=${phoneScope}&prompt=consent&state=xyz1234567&${pkce}`,
  },
  {
    client: 'AppAuth, with an address of an app',
    request: `/oidc/auth?redirect_uri=${appAddress}&client_id=app-none&response_type=code&state=AAAAAAAAAAAAAAAAAAAAAA&nonce=BBBBBBBBBBBBBBBBBBBBBB&scope=openid%20profile%20role&${pkce}`,
  },
];

const inAddress = (request: string) => request.replaceAll(' ', '%20');

it.each(authorizationRequests)('$client asks and is answered', async ({ request, mode = 'query', refused }) => {
  const { browser } = await world.login(world.post);
  world.pass(5);
  let reply = await browser.go(inAddress(request));
  if (refused === 'page') {
    expect([reply.status, reply.location]).toEqual([400, null]);
    return;
  }
  if (reply.location?.pathname === '/login') {
    const page = browser.page(reply);
    const { step } = await page.view();
    if (step === 'chooseAccount') await page.post('account', { choice: 'continue' });
    else if (step === 'consent') await page.post('consent', { allow: true });
    else await page.signIn();
    reply = await page.leave();
  }
  if (mode === 'web_message') {
    expect(reply.text).toContain(`"state":"${sixteen}"`);
    return;
  }
  const said = new URLSearchParams(mode === 'fragment' ? reply.location?.hash.slice(1) : reply.location?.search);
  const sent = new URLSearchParams(inAddress(request).split('?')[1]);
  expect(said.get('state')).toBe(sent.get('state'));
  expect(said.get('error')).toBe(refused ?? null);
  expect(said.get('code')).toEqual(refused === undefined ? expect.stringMatching(/^[\w-]+$/) : null);
});

interface Exchange {
  client: string;
  application: 'app-none' | 'app-post' | 'app-basic';
  body: string;
  headers?: Record<string, string>;
  isRefused?: boolean;
}

const basicHeader = `Basic ${btoa(`app-basic:${postSecret}`)}`;
const jsHeaders = (application: string) => ({
  'x-authing-app-id': application,
  'x-authing-request-from': 'sdk',
  'x-authing-sdk-version': 'js:4.21.8',
  'x-authing-lang': 'zh-CN',
});
const exchanges: Exchange[] = [
  {
    client: 'web',
    application: 'app-none',
    body: `grant_type=authorization_code&code={code}&code_verifier=${verifier}&client_id=app-none&redirect_uri=${address}`,
    headers: { 'x-authing-request-from': 'sdk-web', 'x-authing-sdk-version': '5.1.21' },
  },
  {
    client: 'guard',
    application: 'app-none',
    body: `grant_type=authorization_code&client_id=app-none&code_verifier=${verifier}&code={code}&redirect_uri=${address}`,
  },
  {
    client: 'guard, whose verifier was lost',
    application: 'app-none',
    body: `grant_type=authorization_code&client_id=app-none&code_verifier=&code={code}&redirect_uri=${address}`,
    isRefused: true,
  },
  {
    client: 'node, by post',
    application: 'app-post',
    body: `client_id=app-post&client_secret=${postSecret}&grant_type=authorization_code&code={code}&redirect_uri=${address}`,
    headers: { 'x-authing-app-id': 'app-post' },
  },
  {
    client: 'gnode, by post',
    application: 'app-post',
    body: `client_id=app-post&client_secret=${postSecret}&grant_type=authorization_code&code={code}&redirect_uri=${address}`,
    headers: { 'x-genauth-app-id': 'app-post' },
  },
  {
    client: 'node, by basic, without client_id',
    application: 'app-basic',
    body: `grant_type=authorization_code&code={code}&redirect_uri=${address}`,
    headers: { authorization: basicHeader, 'x-authing-app-id': 'app-basic' },
  },
  {
    client: 'node, without a secret',
    application: 'app-none',
    body: `client_id=app-none&grant_type=authorization_code&code={code}&redirect_uri=${address}&code_verifier=${verifier}`,
    headers: { 'x-authing-app-id': 'app-none' },
  },
  {
    client: 'js, by post',
    application: 'app-post',
    body: `client_id=app-post&client_secret=${postSecret}&grant_type=authorization_code&code={code}&redirect_uri=${address}`,
    headers: jsHeaders('app-post'),
  },
  {
    client: 'js, by basic',
    application: 'app-basic',
    body: `grant_type=authorization_code&code={code}&redirect_uri=${address}`,
    headers: { ...jsHeaders('app-basic'), authorization: basicHeader },
  },
  {
    client: 'js, without a secret',
    application: 'app-none',
    body: `client_id=app-none&grant_type=authorization_code&code={code}&redirect_uri=${address}&code_verifier=${verifier}`,
    headers: jsHeaders('app-none'),
  },
  {
    client: 'flutter',
    application: 'app-none',
    body: `client_id=app-none&grant_type=authorization_code&code={code}&scope=openid profile email phone username address offline_access roles extended_fields&prompt=consent&code_verifier=${verifier}&redirect_uri=${address}`,
    headers: {
      'x-authing-request-from': 'sdk-flutter',
      'x-authing-lang': 'zh-CN',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    },
  },
  {
    client: 'py',
    application: 'app-post',
    body: `client_id=app-post&client_secret=${postSecret}&grant_type=authorization_code&code={code}&redirect_uri=${address}`,
  },
  {
    client: 'java',
    application: 'app-post',
    body: `grant_type=authorization_code&code={code}&client_secret=${postSecret}&redirect_uri=${callback}&client_id=app-post&`,
  },
  {
    client: 'go, with header and body',
    application: 'app-basic',
    body: `client_id=app-basic&client_secret=${postSecret}&code={code}&grant_type=authorization_code&redirect_uri=${address}`,
    headers: { authorization: basicHeader },
  },
  {
    client: 'php, with client_id beside basic',
    application: 'app-basic',
    body: `client_id=app-basic&grant_type=authorization_code&code={code}&redirect_uri=${address}`,
    headers: { authorization: basicHeader },
  },
  {
    client: 'cs',
    application: 'app-post',
    body: `client_id=app-post&client_secret=${postSecret}&grant_type=authorization_code&code={code}&redirect_uri=${address}`,
  },
  {
    client: 'android',
    application: 'app-none',
    body: `client_id=app-none&grant_type=authorization_code&code={code}&scope=openid profile email phone&prompt=consent&code_verifier=${verifier}&redirect_uri=${callback}`,
  },
  {
    client: 'ios, with its secret',
    application: 'app-post',
    body: `client_id=app-post&grant_type=authorization_code&code={code}&scope=openid profile email phone username address offline_access roles extended_fields&prompt=consent&client_secret=${postSecret}&redirect_uri=${callback}`,
  },
];

it.each(exchanges)('$client exchanges a code', async ({ application, body, headers = {}, isRefused = false }) => {
  const { browser } = await world.login(world.post);
  world.pass(5);
  const query = `client_id=${application}&redirect_uri=${address}&response_type=code&scope=openid%20profile&nonce=n1&prompt=none`;
  const { location } = await browser.go(`/oidc/auth?${query}${application === 'app-none' ? `&${pkce}` : ''}`);
  const code = location?.searchParams.get('code') ?? '';
  const sender = world.browser();
  const reply = await sender.send('POST', '/oidc/token', { body: body.replace('{code}', code), headers });
  if (isRefused) {
    expect([reply.status, reply.json.error]).toEqual([400, 'invalid_grant']);
    return;
  }
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toMatch(/^application\/json/);
  expect(reply.json).toMatchObject({
    token_type: 'Bearer',
    expires_in: 7200,
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
  const token: string = reply.json.access_token;
  for (const path of [`/oidc/me?access_token=${token}`, `/oidc/me/?access_token=${token}`]) {
    expect((await sender.send('GET', path)).json.sub).toBe(world.alice.id);
  }
  // Guard keeps the ID token as its login, and sends it bare.
  const me = await sender.send('GET', '/api/v2/users/me', { headers: { authorization: reply.json.id_token } });
  expect(me.json.data.id).toBe(world.alice.id);
});

describe('signing out', () => {
  const bye = 'https://site.example/bye';
  const requests: [client: string, request: string, target: string | null][] = [
    [
      'web',
      `/oidc/session/end?id_token_hint={hint}&post_logout_redirect_uri=${encodeURIComponent(bye)}&state=s1`,
      `${bye}?state=s1`,
    ],
    ['web, without an address', '/oidc/session/end?id_token_hint={hint}', null],
    [
      'node and gnode',
      `/oidc/session/end?post_logout_redirect_uri=${encodeURIComponent(bye)}&state=s1&id_token_hint={hint}`,
      `${bye}?state=s1`,
    ],
    [
      'node, without a state',
      `/oidc/session/end?post_logout_redirect_uri=${encodeURIComponent(bye)}&id_token_hint={hint}`,
      bye,
    ],
    [
      'go, php',
      `/oidc/session/end?id_token_hint={hint}&post_logout_redirect_uri=${encodeURIComponent(bye)}&state=s1`,
      `${bye}?state=s1`,
    ],
    ['cs', `/oidc/session/end?id_token_hint={hint}&post_logout_redirect_uri=${bye}&state=s1`, `${bye}?state=s1`],
    ['py, java, flutter, js (expert)', `/oidc/session/end?id_token_hint={hint}&post_logout_redirect_uri=${bye}`, bye],
    ['guard, after its call failed', `/oidc/session/end?id_token_hint={hint}&post_logout_redirect_uri=${bye}`, bye],
  ];
  it.each(requests)('%s', async (_client, request, target) => {
    const login = await world.login(world.post);
    const reply = await login.browser.send('GET', request.replace('{hint}', login.tokens.id_token));
    expect(reply.location?.href ?? null).toBe(target);
    expect((await world.userInfo(login.tokens.access_token)).status).toBe(401);
  });

  it('by guard first, with its ID token as Bearer', async () => {
    const login = await world.login(world.post);
    const headers = { authorization: `Bearer ${login.tokens.id_token}`, origin: 'https://site.example' };
    const reply = await world.browser().send('GET', '/api/v2/logout?app_id=client-post', { headers });
    expect(reply.json.code).toBe(200);
    const silent = await login.browser.go(world.request(world.post, { prompt: 'none' }));
    expect(silent.location?.searchParams.get('error')).toBe('login_required');
  });

  it.each([
    ['node, which knows nobody', '/oidc/session/end?'],
    ['js, and node in the text of an error', `/login/profile/logout?redirect_uri=${bye}`],
    ['js, without an address', '/login/profile/logout'],
  ])('%s is asked first, and leads on after a yes', async (_client, request) => {
    const login = await world.login(world.post);
    const asked = await login.browser.send('GET', request, { headers: { accept: 'text/html' } });
    expect([asked.status, asked.location]).toEqual([200, null]);
    expect((await world.userInfo(login.tokens.access_token)).status).toBe(200);
    const fields = [...asked.text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
    const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(asked.text) ?? [];
    const done = await login.browser.send('POST', action, {
      body: new URLSearchParams(fields).toString(),
      headers: { accept: 'text/html', origin: publicUrl },
    });
    expect(done.location?.href ?? null).toBe(request.includes(bye) ? bye : null);
    expect((await world.userInfo(login.tokens.access_token)).status).toBe(401);
  });

  it('by js and sso, which read the code of the reply', async () => {
    for (const path of ['/logout', '/logout?appId=client-post&deviceId=current']) {
      expect((await world.browser().send('GET', path)).json.code).toBe(200);
    }
  });
});
