import { afterEach, describe, expect, it } from 'vitest';
import { activeToken, aMove, anIntrospectionEntry, bodyOf, misbehaviours, openAsking } from './asking-test-world.ts';
import { type Answer, nowSeconds, openIssuer } from './test-world.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function open(answer: Answer, part: Partial<Parameters<typeof anIntrospectionEntry>[0]> = {}) {
  const issuer = await openIssuer({ '/introspect': answer });
  closing.push(issuer.close);
  const entry = anIntrospectionEntry({ url: `${issuer.url}/introspect`, ...part });
  const checks = openAsking();
  return { issuer, entry, checks, verdict: (token?: string) => checks.verdict(entry, token) };
}
const saying = (part: object): Answer => ({ body: { ...activeToken, ...part } });

describe('a token that only its issuer can read (1.4)', () => {
  it('is asked about, and what the issuer says is taken', async () => {
    const { entry, checks } = await open(
      saying({ sid: 'login-1', amr: ['pwd'], auth_time: nowSeconds - 60, name: 'Ann' }),
    );
    expect(await checks.check(entry, 'opaque-1', aMove)).toMatchObject({
      refusal: null,
      entry,
      checked: {
        issuer: 'https://auth.example.com',
        subject: 'person-1',
        clientId: 'ios',
        session: 'login-1',
        amr: ['pwd'],
        authTime: (nowSeconds - 60) * 1000,
        expiresAt: (nowSeconds + 600) * 1000,
        claims: { name: 'Ann' },
      },
    });
  });

  it.each(['client_secret_basic', 'client_secret_post', 'bearer'] as const)(
    'by %s, form-encoded',
    async (authMethod) => {
      let seen = {
        authorization: '' as string | undefined,
        type: '' as string | undefined,
        form: new URLSearchParams(),
      };
      const answer: Answer = async (request, reply) => {
        const { authorization, 'content-type': type } = request.headers;
        seen = { authorization, type, form: new URLSearchParams(await bodyOf(request)) };
        reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(activeToken));
      };
      const { verdict } = await open(answer, { authMethod, clientId: 'pass beam', clientSecret: 'a:b%c d&e=f+g' });
      expect(await verdict('tok+en/=&')).toBe('accepted');
      const { authorization, type, form } = seen;
      expect(type).toBe('application/x-www-form-urlencoded');
      expect([form.get('token'), form.get('token_type_hint')]).toEqual(['tok+en/=&', 'access_token']);
      // RFC 6749 2.3.1: both are form-encoded before they are joined.
      const basic = `Basic ${btoa('pass+beam:a%3Ab%25c+d%26e%3Df%2Bg')}`;
      const wanted = { client_secret_basic: basic, client_secret_post: undefined, bearer: 'Bearer a:b%c d&e=f+g' };
      expect(authorization).toBe(wanted[authMethod]);
      const isInBody = authMethod === 'client_secret_post';
      expect(form.get('client_id')).toBe(isInBody ? 'pass beam' : null);
      expect(form.get('client_secret')).toBe(isInBody ? 'a:b%c d&e=f+g' : null);
    },
  );

  it.each<[string, object, string]>([
    ['of somebody', {}, 'accepted'],
    ['without exp: the word holds for this one call', { exp: undefined }, 'accepted'],
    ['without iss', { iss: undefined }, 'accepted'],
    ['without token_type', { token_type: undefined }, 'accepted'],
    ['of several audiences', { aud: ['x', 'https://login.example.com'] }, 'accepted'],
    ['row 2: for another API', { aud: 'https://other.example.com' }, 'wrong_audience'],
    ['row 2: for no API', { aud: undefined }, 'wrong_audience'],
    ['row 3: of another issuer', { iss: 'https://auth.example.com/' }, 'required_claim'],
    ['row 4: a refresh token', { token_use: 'refresh_token' }, 'wrong_type'],
    ['row 4: a refresh token of Keycloak', { typ: 'Refresh' }, 'wrong_type'],
    ['row 4: an offline token', { typ: 'Offline' }, 'wrong_type'],
    ['row 4: an ID token', { token_use: 'id' }, 'wrong_type'],
    ['row 4: a logout token', { events: {} }, 'wrong_type'],
    ['row 5: born of a scan', { amr: ['qr'] }, 'born_of_scan'],
    ['1.7: bound to a key', { cnf: { jkt: 'x' } }, 'bound_to_key'],
    ['1.7: bound to a key by its type', { token_type: 'DPoP' }, 'wrong_type'],
    ['row 13: expired 31 s ago', { exp: nowSeconds - 31 }, 'expired'],
    ['row 13: expired 29 s ago', { exp: nowSeconds - 29 }, 'accepted'],
    ['row 13: good from later on', { nbf: nowSeconds + 31 }, 'not_yet_valid'],
    ['row 13: exp as a text', { exp: '1' }, 'required_claim'],
    ['row 14: of nobody', { sub: undefined }, 'no_subject'],
    ['row 14: of a number', { sub: 42 }, 'no_subject'],
    ['row 14: of an empty name', { sub: '' }, 'no_subject'],
    ['row 14: of a name with a line break', { sub: 'a\nb' }, 'no_subject'],
    ['row 14: of a username alone, which is no subject', { sub: undefined, username: 'ann' }, 'no_subject'],
    ['of an application and not a person', { sub: 'ios' }, 'no_subject'],
    ['not active', { active: false }, 'inactive'],
  ])('%s', async (_, part, wanted) => {
    expect(await (await open(saying(part))).verdict()).toBe(wanted);
  });

  it('row 5: of the phone app, not of the pages', async () => {
    const { verdict, issuer } = await open(saying({}), { audiences: [], clientIds: ['ios'] });
    expect(await verdict()).toBe('accepted');
    issuer.answers['/introspect'] = saying({ client_id: 'web' });
    expect(await verdict()).toBe('wrong_client');
    issuer.answers['/introspect'] = saying({ client_id: undefined });
    expect(await verdict()).toBe('wrong_client');
  });

  it('must have the claims that the entry wants', async () => {
    const { verdict } = await open(saying({ app: 'web' }), { requiredClaims: { app: ['ios', 'android'] } });
    expect(await verdict()).toBe('required_claim');
  });

  it('is refused with what was expected, as its holder may know, and never with a value of the person', async () => {
    const { entry, checks } = await open(saying({ aud: 'secret-project', email: 'ann@example.com' }));
    expect((await checks.check(entry, 'opaque-1', aMove)).refusal).toEqual({
      word: 'wrong_audience',
      entryName: 'company',
      issuer: 'https://auth.example.com',
      isSigned: true,
      claim: 'aud',
      expected: 'https://login.example.com',
    });
    expect(await checks.check(entry, 'x y', aMove)).toMatchObject({ refusal: { word: 'malformed', isSigned: false } });
    expect(await checks.verdict(entry, 'x'.repeat(8193))).toBe('malformed');
  });
});

describe('what is asked how often', () => {
  it('asks about a good token each time: a revocation is seen at once', async () => {
    const { verdict, issuer } = await open(saying({}));
    expect([await verdict(), await verdict()]).toEqual(['accepted', 'accepted']);
    expect(issuer.asked).toHaveLength(2);
    issuer.answers['/introspect'] = { body: { active: false } };
    expect(await verdict()).toBe('inactive');
  });

  it('asks about one that is not active again after 30 seconds', async () => {
    const { verdict, issuer, checks } = await open({ body: { active: false } });
    expect([await verdict('a'), await verdict('a'), await verdict('b')]).toEqual(Array(3).fill('inactive'));
    expect(issuer.asked).toHaveLength(2);
    issuer.answers['/introspect'] = saying({});
    checks.skip(29);
    expect(await verdict('a')).toBe('inactive');
    checks.skip(2);
    expect(await verdict('a')).toBe('accepted');
  });

  it('asks one question at a time per token, and shares its answer', async () => {
    const { verdict, issuer } = await open(saying({}));
    expect(await Promise.all(Array.from({ length: 20 }, () => verdict('a')))).toEqual(Array(20).fill('accepted'));
    expect(issuer.asked).toHaveLength(1);
  });

  it('row 18: has at most 50 questions under way, and the rest hear that they should come again', async () => {
    let answering = 0;
    let most = 0;
    const { verdict } = await open((request, reply) => {
      request.resume();
      most = Math.max(most, ++answering);
      setTimeout(() => {
        answering -= 1;
        reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(activeToken));
      }, 100);
    });
    const verdicts = await Promise.all(Array.from({ length: 80 }, (_, index) => verdict(`t${index}`)));
    expect(verdicts.filter((word) => word === 'accepted')).toHaveLength(50);
    expect(verdicts.filter((word) => word === 'issuer_unreachable')).toHaveLength(30);
    expect(most).toBeLessThanOrEqual(50);
    expect(await verdict('later')).toBe('accepted');
  });

  it.each([401, 403])('stops for five seconds when our own credentials are refused with %i', async (status) => {
    const { entry, checks, issuer } = await open({ status, body: { error: 'invalid_client' } });
    expect(await checks.check(entry, 'a', aMove)).toMatchObject({
      refusal: { word: 'issuer_unreachable', retryAfterSeconds: 5 },
    });
    expect(await checks.verdict(entry, 'b')).toBe('issuer_unreachable');
    expect(issuer.asked).toHaveLength(1);
    expect(checks.logged).toEqual([expect.stringContaining(`refused our credentials with ${status}`)]);
    checks.skip(6);
    issuer.answers['/introspect'] = saying({});
    expect(await checks.verdict(entry, 'b')).toBe('accepted');
  });
});

describe('row 8: an endpoint that', () => {
  it.each(misbehaviours)('%s is out of reach: the phone hears so, and nothing is decided', async (_, answer) => {
    const { entry, checks, issuer } = await open(answer);
    issuer.answers['/introspect2'] = saying({});
    expect(await checks.check(entry, 'opaque-1', aMove)).toMatchObject({
      checked: null,
      refusal: { word: 'issuer_unreachable', isSigned: false, retryAfterSeconds: 5 },
    });
    expect(issuer.asked).toEqual(['/introspect']);
    expect(checks.logged).toHaveLength(1);
    expect(checks.logged[0]).not.toContain('opaque-1');
    // The same token is not asked about again at once, and the log is not filled.
    expect(await checks.verdict(entry)).toBe('issuer_unreachable');
    expect(await checks.verdict(entry, 'opaque-2')).toBe('issuer_unreachable');
    expect(checks.logged).toHaveLength(1);
    checks.skip(2);
    issuer.answers['/introspect'] = saying({});
    expect(await checks.verdict(entry)).toBe('accepted');
  });

  it('is gone is out of reach', async () => {
    const { verdict, issuer } = await open(saying({}));
    issuer.close();
    expect(await verdict()).toBe('issuer_unreachable');
  });

  it.each(['https://10.0.0.1/i', 'https://169.254.169.254/i', 'https://[::1]/i', 'http://auth.example.com/i'])(
    'row 6: stands at %s is never asked, unless the operator allows it',
    async (url) => {
      const checks = openAsking({ allowed: [], resolve: async () => ['93.184.216.34'] });
      expect(await checks.verdict(anIntrospectionEntry({ url }))).toBe('issuer_unreachable');
      expect(checks.logged[0]).toMatch(/OUTBOUND_ALLOW/);
    },
  );
});
