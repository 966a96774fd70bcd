import { afterEach, describe, expect, it } from 'vitest';
import { discoveryPlaces } from './fetch-keys.ts';
import { type Answer, anEntry, goodClaims, openChecks, openIssuer, rsaKey, signToken } from './test-world.ts';

const first = rsaKey('first');
const second = rsaKey('second');
const token = signToken(goodClaims, first);
const later = { ...goodClaims, exp: goodClaims.iat + 86_000 };
const lasting = signToken(later, first);
const unknown = (kid: string) => signToken(later, first, { kid });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const keysOf = (...keys: { jwk: object }[]): Answer => ({ body: { keys: keys.map(({ jwk }) => jwk) } });

async function open(answers: Record<string, Answer>, part: Parameters<typeof anEntry>[0] = {}, options = {}) {
  const issuer = await openIssuer(answers);
  const entry = anEntry({ jwksUri: `${issuer.url}/keys`, ...part });
  const checks = openChecks([entry], options);
  closing.push(issuer.close, checks.stop);
  await checks.settle();
  return { issuer, checks };
}

describe('keys of an issuer', () => {
  it('are fetched at the start, and serve every token after that', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first) });
    expect(await checks.verdict(token)).toBe('accepted');
    expect(await checks.verdict(signToken(goodClaims, second, { kid: 'first' }))).toBe('bad_signature');
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('are waited for by a token that comes while they are being fetched, not by the start', async () => {
    const issuer = await openIssuer({ '/keys': keysOf(first) });
    const checks = openChecks([anEntry({ jwksUri: `${issuer.url}/keys` })]);
    closing.push(issuer.close, checks.stop);
    expect(issuer.asked).toEqual([]);
    expect(await Promise.all([checks.verdict(token), checks.verdict(token)])).toEqual(['accepted', 'accepted']);
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('are shared by entries of one issuer, never by issuers (3 row 3)', async () => {
    const issuer = await openIssuer({ '/a': keysOf(first), '/b': keysOf(second) });
    const ofA = anEntry({ jwksUri: `${issuer.url}/a` });
    const ofB = anEntry({ name: 'b', issuer: 'https://b.example.com', jwksUri: `${issuer.url}/b` });
    const checks = openChecks([ofA, { ...ofA, name: 'a2', audiences: ['other'] }, ofB]);
    closing.push(issuer.close, checks.stop);
    await checks.settle();
    expect(issuer.asked.sort()).toEqual(['/a', '/b']);
    expect(await checks.verdict(signToken({ ...goodClaims, iss: 'https://b.example.com' }, second))).toBe('accepted');
    expect(await checks.verdict(signToken({ ...goodClaims, iss: 'https://b.example.com' }, first))).toBe('unknown_key');
    expect(await checks.verdict(signToken(goodClaims, second, { kid: 'first' }))).toBe('bad_signature');
  });

  it('stay when something else of the entries changes, and go with the last entry of their issuer', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first) });
    const entry = anEntry({ jwksUri: `${issuer.url}/keys` });
    checks.replaceEntries([{ ...entry, name: 'renamed' }]);
    expect(await checks.verdict(token)).toBe('accepted');
    expect(issuer.asked).toEqual(['/keys']);
    checks.replaceEntries([]);
    expect(await checks.verdict(token)).toBe('not asked');
    checks.replaceEntries([entry]);
    expect(await checks.verdict(token)).toBe('accepted');
    expect(issuer.asked).toEqual(['/keys', '/keys']);
  });
});

describe('renewing keys (3 rows 9 to 11)', () => {
  it('happens at once for a kid nobody knows yet, so a rotation stops no honest login', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first) });
    checks.skip(31);
    issuer.answers['/keys'] = keysOf(first, second);
    expect(await checks.verdict(signToken(later, second))).toBe('accepted');
    expect(issuer.asked).toHaveLength(2);
  });

  it('happens once in 30 s however many unknown kids come', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first) });
    const flood = () => Promise.all(Array.from({ length: 50 }, (_, index) => checks.verdict(unknown(`k${index}`))));
    expect(new Set(await flood())).toEqual(new Set(['unknown_key']));
    expect(issuer.asked).toHaveLength(1);
    checks.skip(30);
    await flood();
    await flood();
    expect(issuer.asked).toHaveLength(2);
    checks.skip(29);
    await flood();
    expect(issuer.asked).toHaveLength(2);
  });

  it('happens once in 30 s also while the issuer fails, and a failure clears no good key', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first) });
    issuer.answers['/keys'] = { status: 500, body: '' };
    checks.skip(30);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await checks.verdict(unknown(`k${turn}`))).toBe('issuer_unreachable');
      expect(await checks.verdict(lasting)).toBe('accepted');
    }
    expect(issuer.asked).toHaveLength(2);
    expect(checks.logged.at(-1)).toMatch(/could not be fetched: .*\/keys answered 500/);
  });

  it.each([
    ['every ten minutes', {}, 600],
    ['sooner when the issuer says so', { 'cache-control': 'public, max-age=120, must-revalidate' }, 120],
    ['but not within 30 s', { 'cache-control': 'max-age=1' }, 30],
    ['nor later than ten minutes', { 'cache-control': 'max-age=86400' }, 600],
  ])('happens %s', async (_, headers, seconds) => {
    const { issuer, checks } = await open({ '/keys': { headers, body: { keys: [first.jwk] } } });
    await checks.pass(seconds - 1);
    expect(issuer.asked).toHaveLength(1);
    await checks.pass(1);
    expect(issuer.asked).toHaveLength(2);
  });

  it('takes a withdrawn key away at once', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first, second) });
    issuer.answers['/keys'] = keysOf(second);
    expect(await checks.verdict(lasting)).toBe('accepted');
    await checks.pass(600);
    expect(await checks.verdict(lasting)).toBe('unknown_key');
  });

  it('is outlived by good keys for staleKeysSeconds, and then nobody knows', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first) }, { staleKeysSeconds: 100 });
    issuer.close();
    checks.skip(600 + 99);
    expect(await checks.verdict(lasting)).toBe('accepted');
    checks.skip(2);
    const answer = await checks.check(lasting, { qrcodeId: 'c' });
    expect(answer.refusal).toMatchObject({ word: 'issuer_unreachable', retryAfterSeconds: expect.any(Number) });
  });

  it('is waited for where no stale key may serve', async () => {
    const { issuer, checks } = await open({ '/keys': keysOf(first) }, { staleKeysSeconds: 0 });
    checks.skip(601);
    expect(await checks.verdict(lasting)).toBe('accepted');
    expect(issuer.asked).toHaveLength(2);
  });

  it('begins with 1 s doubling to 60 s while the issuer was never there, and says so once a minute', async () => {
    const { issuer, checks } = await open({});
    const times: number[] = [];
    for (let second = 1; second <= 200; second += 1) {
      const before = issuer.asked.length;
      await checks.pass(1);
      if (issuer.asked.length > before) times.push(second);
    }
    expect(times).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
    expect(checks.logged.length).toBeLessThanOrEqual(4);
    expect(await checks.verdict(lasting)).toBe('issuer_unreachable');
    issuer.answers['/keys'] = keysOf(first);
    await checks.pass(60);
    expect(await checks.verdict(lasting)).toBe('accepted');
    expect(checks.logged.at(-1)).toBe('the keys of an issuer are there again');
  });
});

describe('a dishonest issuer (3 rows 6 to 8)', () => {
  const twoLevels = (depth: number) => `{"keys":[],"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  it.each<[string, Answer, RegExp]>([
    ['redirects', { status: 302, headers: { location: '/elsewhere' }, body: '' }, /answered 302/],
    ['answers with 20 MB', { body: 'x'.repeat(20 * 1024 * 1024) }, /larger than 65536 bytes/],
    ['answers with 10 000 keys', { body: { keys: Array(10_000).fill(first.jwk) } }, /larger than 65536 bytes/],
    ['answers with 101 keys', { body: { keys: Array(101).fill({ kty: 'RSA' }) } }, /101 keys, more than 100/],
    ['shows a private key', { body: { keys: [first.privateKey.export({ format: 'jwk' })] } }, /shows a private key/],
    ['answers with a page', { type: 'text/html', body: '<html>' }, /text\/html, not JSON/],
    ['answers with no type', (_, reply) => void reply.end('{"keys":[]}'), /answered with nothing, not JSON/],
    ['answers with broken JSON', { body: '{"keys":[' }, /cannot be read: the body is not valid JSON/],
    ['gives its keys twice', { body: '{"keys":[],"keys":[]}' }, /keys is given twice/],
    ['answers with deep JSON', { body: twoLevels(30) }, /deeper than 20/],
    ['answers with another document', { body: { issuer: 'x' } }, /no list "keys"/],
    [
      'breaks off',
      (_, reply) => void reply.writeHead(200, { 'content-length': '9' }).write('x', () => reply.destroy()),
      /aborted|hang up/,
    ],
  ])('that %s has no keys, and the log says why', async (_, answer, reason) => {
    const { issuer, checks } = await open({ '/keys': answer, '/elsewhere': keysOf(first) });
    expect(await checks.verdict(token)).toBe('issuer_unreachable');
    expect(checks.logged.join()).toMatch(reason);
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('that drips has no keys after five seconds', async () => {
    let drip: ReturnType<typeof setInterval> | undefined;
    const began = performance.now();
    const { checks } = await open({
      '/keys': (_, reply) => {
        reply.writeHead(200, { 'content-type': 'application/json' });
        drip = setInterval(() => reply.write(' '), 100);
      },
    });
    clearInterval(drip);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(checks.logged.join()).toMatch(/could not be fetched.*timeout/);
  });

  it('that has two keys of one kid, or two that fit a token without kid, is not guessed at', async () => {
    const twice = await open({ '/keys': { body: { keys: [first.jwk, { ...second.jwk, kid: 'first' }] } } });
    expect(await twice.checks.verdict(token)).toBe('unknown_key');
    const two = await open({ '/keys': keysOf(first, second) });
    expect(await two.checks.verdict(signToken(goodClaims, first, { kid: undefined }))).toBe('unknown_key');
    const one = await open({ '/keys': keysOf(first) });
    expect(await one.checks.verdict(signToken(goodClaims, first, { kid: undefined }))).toBe('accepted');
  });

  it('that has no key for our algorithms is pointed out', async () => {
    const { checks } = await open({ '/keys': keysOf(first) }, { algorithms: ['ES256'] });
    expect(checks.logged).toEqual([
      expect.stringContaining('no key of https://auth.example.com fits its algorithms: ES256'),
    ]);
  });
});

describe('discovery (1.3 issuer)', () => {
  async function discovering(documents: (url: string) => Record<string, Answer>, path = '', options = {}) {
    const issuer = await openIssuer();
    Object.assign(issuer.answers, { '/keys': keysOf(first), ...documents(issuer.url) });
    const name = `${issuer.url}${path}`;
    const checks = openChecks([anEntry({ issuer: name })], options);
    closing.push(issuer.close, checks.stop);
    await checks.settle();
    return { issuer, checks, token: signToken({ ...goodClaims, iss: name }, first) };
  }
  const document = (issuer: string, jwks_uri: string): Answer => ({ body: { issuer, jwks_uri } });

  it('asks at the place of OpenID Connect', async () => {
    const { issuer, checks, token } = await discovering((url) => ({
      '/.well-known/openid-configuration': document(url, `${url}/keys`),
    }));
    expect(await checks.verdict(token)).toBe('accepted');
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('then at the place of RFC 8414', async () => {
    const { issuer, checks, token } = await discovering(
      (url) => ({ '/.well-known/oauth-authorization-server/realms/a': document(`${url}/realms/a`, `${url}/keys`) }),
      '/realms/a',
    );
    expect(await checks.verdict(token)).toBe('accepted');
    expect(issuer.asked).toHaveLength(3);
  });

  it.each([
    ['https://a.example', 'https://a.example/.well-known/openid-configuration'],
    ['https://a.example/', 'https://a.example/.well-known/openid-configuration'],
    ['https://a.example/realms/x', 'https://a.example/realms/x/.well-known/openid-configuration'],
    ['https://a.example/x/', 'https://a.example/x/.well-known/openid-configuration'],
  ])('of %s is at %s', (issuer, place) => {
    expect(discoveryPlaces(issuer)[0]).toBe(place);
  });

  it('gives each issuer the keys of its own document alone (3 row 3)', async () => {
    const issuer = await openIssuer({ '/keys/a': keysOf(first), '/keys/b': keysOf(second) });
    const names = ['a', 'b'].map((name) => `${issuer.url}/${name}`);
    for (const [index, name] of ['a', 'b'].entries()) {
      const answer = document(names[index] ?? '', `${issuer.url}/keys/${name}`);
      issuer.answers[`/${name}/.well-known/openid-configuration`] = answer;
    }
    const checks = openChecks(names.map((name) => anEntry({ issuer: name })));
    closing.push(issuer.close, checks.stop);
    const [iss] = names;
    expect(await checks.verdict(signToken({ ...goodClaims, iss }, first))).toBe('accepted');
    expect(await checks.verdict(signToken({ ...goodClaims, iss }, second))).toBe('unknown_key');
    expect(await checks.verdict(signToken({ ...goodClaims, iss: names[1] }, second))).toBe('accepted');
  });

  it('names a slash too many or too few', async () => {
    const few = await discovering((url) => ({
      '/.well-known/openid-configuration': document(`${url}/`, `${url}/keys`),
    }));
    expect(await few.checks.verdict(few.token)).toBe('issuer_unreachable');
    expect(few.checks.logged.join()).toMatch(
      /calls itself ".*\/", but the entry says ".*\d"\. Write the slash at its end/,
    );
    const many = await discovering(
      (url) => ({ '/.well-known/openid-configuration': document(url, `${url}/keys`) }),
      '/',
    );
    expect(many.checks.logged.join()).toMatch(/Write it without the slash at its end/);
    expect(many.issuer.asked).not.toContain('/keys');
  });

  it('takes no keys of a document that calls itself by another name', async () => {
    const { issuer, checks, token } = await discovering((url) => ({
      '/.well-known/openid-configuration': document('https://evil.example', `${url}/keys`),
    }));
    expect(await checks.verdict(token)).toBe('issuer_unreachable');
    expect(issuer.asked).not.toContain('/keys');
  });

  it.each([
    'https://169.254.169.254/latest/meta-data',
    'http://keys.example/keys',
    'file:///etc/passwd',
    'https://[::7f00:1]/',
  ])('does not go where the document points when that is %s', async (jwksUri) => {
    const { checks, token } = await discovering(
      (url) => ({
        '/.well-known/openid-configuration': document(url, jwksUri),
      }),
      '',
      { resolve: async () => ['93.184.216.34'] },
    );
    expect(await checks.verdict(token)).toBe('issuer_unreachable');
    expect(checks.logged.join()).toMatch(/not a public address|only https/);
  });

  it('does not go to a name that has a public address and one of this machine', async () => {
    const answers = [['1.2.3.4', '127.0.0.1'], ['127.0.0.1']];
    const { issuer, checks } = await discovering(
      (url) => ({
        '/.well-known/openid-configuration': document(
          url,
          url.replace('127.0.0.1', 'rebinding.example').replace('http', 'https'),
        ),
      }),
      '',
      { allowed: [{ name: '127.0.0.1', port: null }], resolve: async () => answers.shift() ?? [] },
    );
    expect(checks.logged.join()).toMatch(/not a public address/);
    expect(issuer.asked).toHaveLength(1);
    expect(answers).toHaveLength(1);
  });
});
