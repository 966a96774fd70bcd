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

let world: AuthorizationWorld;
withWorld(sqlite, (opened) => {
  world = opened;
});

/** Faults of a request in the order in which they decide: what is said, and whether the application hears of it. */
const faults: [name: string, given: Record<string, string | undefined>, error: string | null][] = [
  ['an unknown client', { client_id: 'nobody' }, null],
  ['no address', { redirect_uri: undefined }, null],
  ['an unknown response_mode', { response_mode: 'pigeon' }, 'invalid_request'],
  ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
  ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
  ['a scope with a quote', { scope: 'openid "' }, 'invalid_scope'],
  ['plain PKCE', { code_challenge: challenge, code_challenge_method: 'plain' }, 'invalid_request'],
  ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
  ['a max_age of letters', { max_age: 'old' }, 'invalid_request'],
  ['a hint of nobody', { id_token_hint: 'x.y.z' }, 'invalid_request'],
  ['a nonce too long', { nonce: 'n'.repeat(513) }, 'invalid_request'],
];

describe.each(['GET', 'POST'] as const)('a request by %s', (method) => {
  it('of more parameters than any client sends is refused before they are read', async () => {
    const url = world.request(world.post);
    const [path = '', query = ''] = url.split('?');
    const send = (text: string) =>
      world.browser().send(method, method === 'GET' ? `${path}?${text}` : path, method === 'GET' ? {} : { body: text });
    expect((await send(`${query}&${'a&'.repeat(120)}`)).status).toBe(400);
    expect((await send(`${query}&${'resource=urn:x&'.repeat(50)}`)).status).toBe(303);
  });
});

it('a posted request is no longer than a state, an address and an ID token need', async () => {
  const body = `state=${'s'.repeat(33 * 1024)}`;
  expect((await world.browser().send('POST', '/oidc/auth', { body })).status).toBe(413);
});

describe('a request with two faults is refused for the earlier one', () => {
  const pairs = faults.flatMap(([name, given, error], at) =>
    faults.slice(at + 1).flatMap(([later, more]) => {
      const isApart = Object.keys(given).every((key) => !(key in more));
      return isApart ? [{ name, later, given: { ...more, ...given }, error }] : [];
    }),
  );
  it.each(pairs)('$name before $later', async ({ given, error }) => {
    const reply = await world.browser().go(world.request(world.post, given));
    if (error === null) expect([reply.status, reply.location]).toEqual([400, null]);
    else {
      expect(reply.location?.origin).toBe('https://site.example');
      expect(reply.location?.searchParams.get('error')).toBe(error);
      expect(reply.location?.searchParams.get('state')).toBe('state-1');
      expect(reply.location?.searchParams.get('error_description')).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(reply.location?.searchParams.has('code')).toBe(false);
    }
  });
});

describe('an address', () => {
  it.each([
    `${callback}/`,
    `${callback}?x=1`,
    `${callback}#f`,
    callback.toUpperCase(),
    `${callback}/../callback`,
    `${callback}/..;/callback`,
    'https://site.example.evil.example/callback',
    'https://site.example@evil.example/callback',
    'javascript:alert(1)',
    'undefined',
    'None',
  ])('that is not registered is sent nothing: %s', async (redirect_uri) => {
    const reply = await world.browser().go(world.request(world.post, { redirect_uri }));
    expect([reply.status, reply.location]).toEqual([400, null]);
    expect(reply.text).toContain('Request: ');
  });

  it('of a native app may have another port of the loopback, and nothing else', async () => {
    const client = await world.addApplication({ ...world.spa, id: 'native', redirectUris: ['http://127.0.0.1/cb'] });
    const at = async (redirect_uri: string) =>
      (await world.browser().go(world.request(client, { redirect_uri }))).status;
    expect(await at('http://127.0.0.1:51004/cb')).toBe(303);
    for (const uri of [
      'http://127.0.0.1:1/other',
      'http://localhost:1/cb',
      'https://127.0.0.1:1/cb',
      'http://127.0.0.2/cb',
    ]) {
      expect(await at(uri)).toBe(400);
    }
  });

  it('is compared before anything is said of a parameter that came twice', async () => {
    const url = world.request(world.post);
    for (const name of ['client_id', 'redirect_uri']) {
      expect((await world.browser().go(`${url}&${name}=x`)).status).toBe(400);
    }
    const twice = await world.browser().go(`${url}&scope=email`);
    expect(twice.location?.searchParams.get('error')).toBe('invalid_request');
    const states = await world.browser().go(`${url}&state=other`);
    expect(states.location?.searchParams.has('state')).toBe(false);
  });
});

it('a page of an error is in the language of the browser and names the request', async () => {
  const headers = { 'accept-language': 'zh-CN,zh;q=0.9' };
  const reply = await world.browser().send('GET', '/oidc/auth?client_id=nobody', { headers });
  expect(reply.text).toMatch(/<html lang="zh-CN">[\s\S]*应用不存在[\s\S]*请求编号: <code>[\da-f-]{36}/);
  expect(reply.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(reply.headers['cache-control']).toBe('no-store');
});

describe('the answer', () => {
  const state = `a=b+c/d;e%20"<script>&'\u2028`;

  async function answered(response_mode: string, given: Record<string, string> = {}) {
    const { browser } = await world.login(world.post);
    world.pass(5);
    return browser.go(world.request(world.post, { response_mode, state, prompt: 'none', ...given }));
  }

  it.each(['query', 'fragment'])('goes by %s, and the state decodes to what was sent', async (mode) => {
    const { status, location, headers } = await answered(mode);
    expect(status).toBe(303);
    const said = new URLSearchParams(mode === 'query' ? location?.search : location?.hash.slice(1));
    expect([said.get('state'), said.get('iss')]).toEqual([state, `${publicUrl}/oidc`]);
    expect(said.get('code')).toMatch(/^[A-Za-z0-9._~-]+$/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(mode === 'query' ? location?.hash : location?.search).toBe('');
  });

  it.each([{}, { scope: 'openid "' }])('goes by form_post, errors too: %o', async (given) => {
    const { status, text, headers, location } = await answered('form_post', given as Record<string, string>);
    expect([status, location]).toEqual([200, null]);
    expect(text).toContain(`<form method="post" action="${callback}">`);
    expect(text).toContain('value="a=b+c/d;e%20&quot;&lt;script&gt;&amp;&#39;\u2028"');
    expect(text).toContain('scope' in given ? 'name="error" value="invalid_scope"' : 'name="code" value="ac_');
    expect(headers['content-security-policy']).toMatch(
      /script-src 'sha256-[^']+'; form-action https:\/\/site\.example;/,
    );
  });

  it.each([{}, { max_age: 'old' }])('goes by web_message to its own origin alone: %o', async (given) => {
    const { text, headers } = await answered('web_message', given as Record<string, string>);
    expect(text).toMatch(/postMessage\(\{"type":"authorization_response","response":\{"(code|error)":/);
    expect(text).toContain(',"https://site.example")');
    expect(text.split('<script>')[1]).not.toMatch(/<script|\u2028/);
    expect(headers['content-security-policy']).toContain('frame-ancestors https://site.example;');
    expect(headers).not.toHaveProperty('x-frame-options');
    expect(headers).not.toHaveProperty('cross-origin-opener-policy');
  });

  it('is no page where the request was silent and nobody is signed in', async () => {
    const silent = world.request(world.post, { response_mode: 'web_message', prompt: 'none' });
    expect((await world.browser().send('GET', silent)).text).toContain('"error":"login_required"');
  });

  it('is nothing for a browser that only looks ahead, and for HEAD', async () => {
    const { browser } = await world.login(world.post);
    const prefetch = await browser.send('GET', world.request(world.post), { headers: { 'sec-purpose': 'prefetch' } });
    expect(prefetch.status).toBe(503);
    expect((await browser.send('HEAD', world.request(world.post))).status).toBe(404);
  });
});

describe('a code and its verifier', () => {
  const challenges: Record<string, Record<string, string>> = {
    none: {},
    S256: { code_challenge: challenge, code_challenge_method: 'S256' },
    plain: { code_challenge: verifier, code_challenge_method: 'plain' },
    'no method': { code_challenge: challenge },
  };
  const verifiers: Record<string, string | undefined> = {
    none: undefined,
    empty: '',
    right: verifier,
    wrong: 'w'.repeat(43),
    short: verifier.slice(0, 20),
  };
  const clients = ['spa', 'post', 'basic'] as const;
  const rows = Object.keys(challenges).flatMap((given) =>
    Object.keys(verifiers).flatMap((sent) => clients.map((client) => ({ given, sent, client }))),
  );

  it.each(rows)('challenge $given, verifier $sent, $client', async ({ given, sent, client: name }) => {
    const client = world[name];
    const own = { code_challenge: undefined, code_challenge_method: undefined, ...challenges[given] };
    const { browser } = await world.login(world.post);
    world.pass(5);
    const reply = await browser.go(world.request(client, { ...own, prompt: 'none' }));
    const code = reply.location?.searchParams.get('code') ?? null;
    const isTaken = given === 'S256' || (given === 'none' && name !== 'spa');
    expect(code !== null).toBe(isTaken);
    if (code === null) return;
    const { status } = await world.redeem(client, code, { code_verifier: verifiers[sent] });
    const isRight = given === 'S256' ? sent === 'right' : sent === 'none' || sent === 'empty';
    expect(status).toBe(isRight ? 200 : 400);
    // Nothing that was refused used the code up.
    const right = given === 'S256' ? verifier : undefined;
    expect((await world.redeem(client, code, { code_verifier: right })).status).toBe(isRight ? 400 : 200);
  });
});

describe('a code', () => {
  async function freshCode(client = world.post): Promise<string> {
    const { browser } = await world.login(world.post);
    world.pass(5);
    const { location } = await browser.go(world.request(client, { prompt: 'none' }));
    return location?.searchParams.get('code') ?? '';
  }

  it('survives the double attempt of x/oauth2: a wrong header first, then the body', async () => {
    const code = await freshCode();
    const fields = { grant_type: 'authorization_code', code, redirect_uri: callback };
    const first = await world.token(fields, { authorization: `Basic ${btoa('client-post:wrong')}` });
    expect([first.status, first.json.error, first.headers['www-authenticate']]).toEqual([
      401,
      'invalid_client',
      expect.stringContaining('Basic'),
    ]);
    expect((await world.redeem(world.post, code)).status).toBe(200);
  });

  it.each([
    ['as it is', (text: string) => text],
    ['percent-encoded', encodeURIComponent],
    ['form-encoded', (text: string) => new URLSearchParams([['', text]]).toString().slice(1)],
  ])('is given for a secret in Basic %s', async (_name, encode) => {
    const secret = 'p%20+: /secret-that-is-long-enough-to-be_one~!';
    const client = await world.addApplication({ ...world.basic, id: 'odd-secret', secret });
    const code = await freshCode(client);
    const fields = { grant_type: 'authorization_code', code, redirect_uri: callback };
    const { status } = await world.token(fields, { authorization: `Basic ${btoa(`odd-secret:${encode(secret)}`)}` });
    expect(status).toBe(200);
  });

  it.each([
    ['another address', { redirect_uri: `${callback}/` }],
    ['no address', { redirect_uri: undefined }],
    ['another code', { code: `ac_${'x'.repeat(43)}` }],
    ['no code', { code: undefined }],
  ])('is refused with %s, and stays good', async (_name, wrong) => {
    const code = await freshCode();
    const refused = await world.redeem(world.post, code, wrong);
    expect([refused.status, refused.json.error]).toEqual([
      400,
      'code' in wrong && wrong.code === undefined ? 'invalid_request' : 'invalid_grant',
    ]);
    expect((await world.redeem(world.post, code)).status).toBe(200);
  });

  it('is good for its own application alone, for a minute, and while its person is signed in', async () => {
    const foreign = await freshCode();
    expect((await world.redeem(world.basic, foreign)).json.error).toBe('invalid_grant');
    expect((await world.redeem(world.post, foreign)).status).toBe(200);
    const old = await freshCode();
    world.pass(61);
    expect((await world.redeem(world.post, old)).json.error).toBe('invalid_grant');
    const { browser } = await world.login(world.post);
    world.pass(5);
    const { location } = await browser.go(world.request(world.post, { prompt: 'none' }));
    await browser.send('GET', '/logout', { headers: { 'sec-fetch-site': 'same-origin' } });
    expect((await world.redeem(world.post, location?.searchParams.get('code') ?? '')).json.error).toBe('invalid_grant');
  });

  it('of a public client that is used again by somebody without its verifier ends nothing', async () => {
    const code = await freshCode(world.spa);
    const { json } = await world.redeem(world.spa, code);
    world.pass(30);
    await world.redeem(world.spa, code, { code_verifier: 'w'.repeat(43) });
    expect((await world.userInfo(json.access_token)).status).toBe(200);
    await world.redeem(world.spa, code);
    expect((await world.userInfo(json.access_token)).status).toBe(401);
  });

  it('without openid gives no ID token, and words that nobody knows are dropped', async () => {
    const { browser } = await world.login(world.post);
    world.pass(5);
    const { location } = await browser.go(
      world.request(world.post, { scope: 'user', prompt: 'none' }).replace('/oidc/', '/oauth/'),
    );
    const { json } = await world.redeem(world.post, location?.searchParams.get('code') ?? '');
    expect(json).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 7200 });
  });
});

it('oidcc-discovery-endpoint-verification', async () => {
  const paths = [
    '/oidc/.well-known/openid-configuration',
    '/.well-known/openid-configuration/oidc',
    '/.well-known/oauth-authorization-server/oidc',
  ];
  for (const path of paths) {
    const { status, json } = await world.browser().send('GET', path);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      issuer: `${publicUrl}/oidc`,
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'fragment', 'form_post', 'web_message'],
      code_challenge_methods_supported: ['S256'],
      request_uri_parameter_supported: false,
      authorization_response_iss_parameter_supported: true,
      scopes_supported: expect.arrayContaining(['openid']),
    });
    const endpoints = Object.entries(json).filter(([name]) => /_endpoint$|_uri$/.test(name));
    for (const [, url] of endpoints) expect(url).toMatch(/^https:/);
  }
});

describe('a page that people come back to', () => {
  const own = 'https://own-page.example';

  it('redeems its code and asks for its person from its own origin, and no other page does', async () => {
    const client = await world.addApplication({ ...world.spa, id: 'paged', redirectUris: [`${own}/callback`] });
    const { browser } = await world.login(world.post);
    world.pass(5);
    const given = { redirect_uri: `${own}/callback`, prompt: 'none' };
    const { location } = await browser.go(world.request(client, given));
    const fields = { grant_type: 'authorization_code', redirect_uri: `${own}/callback`, client_id: 'paged' };
    const code = location?.searchParams.get('code') ?? '';
    const reply = await world.token({ ...fields, code, code_verifier: verifier }, { origin: own });
    expect([reply.status, reply.headers['access-control-allow-origin']]).toEqual([200, own]);
    const ask = (from: string) =>
      browser.send('GET', '/oidc/me', {
        headers: { authorization: `Bearer ${reply.json.access_token}`, origin: from },
      });
    expect((await ask(own)).headers['access-control-allow-origin']).toBe(own);
    expect((await ask('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin');
    const preflight = (url: string) =>
      browser.send('OPTIONS', url, { headers: { origin: own, 'access-control-request-method': 'POST' } });
    expect((await preflight('/oidc/token')).headers['access-control-allow-origin']).toBe(own);
    expect((await preflight('/api/v3/get-profile')).headers).not.toHaveProperty('access-control-allow-origin');
  });
});
