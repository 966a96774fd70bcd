import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { aCallbackEntry, aMove, bodyOf, misbehaviours, openAsking } from './asking-test-world.ts';
import { nowSeconds, openIssuer, startedAt } from './test-world.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Seen {
  headers: Record<string, string | string[] | undefined>;
  text: string;
  body: Record<string, unknown>;
}

/** A company's service that answers with what `answer` makes of the question. */
async function open(answer: (body: Seen['body']) => unknown, part: Partial<Parameters<typeof aCallbackEntry>[0]> = {}) {
  const seen: Seen[] = [];
  const issuer = await openIssuer({
    '/who': async (request, reply) => {
      const text = await bodyOf(request);
      const body = JSON.parse(text);
      seen.push({ headers: request.headers, text, body });
      reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(body)));
    },
  });
  closing.push(issuer.close);
  const entry = aCallbackEntry({ url: `${issuer.url}/who`, ...part });
  const checks = openAsking();
  return { issuer, entry, checks, seen, verdict: (token?: string) => checks.verdict(entry, token) };
}
const person = { active: true, subject: 'person-1', session: 'login-1' };
const saying = (part: object) => open(({ id }) => ({ id, ...person, ...part }));

describe('a login of the company’s own kind (1.5)', () => {
  it('is asked about by a signed request, which says everything there is to know', async () => {
    const { entry, checks, seen } = await open(({ id }) => ({ id, ...person }), {
      secrets: ['the-new-secret-of-thirty-two-signs', 'the-old-secret-of-thirty-two-signs'],
    });
    expect(await checks.verdict(entry, 'opaque-1')).toBe('accepted');
    const [{ headers, text, body }] = seen as [Seen];
    expect(body).toEqual({
      type: 'token.check',
      id: headers['x-passbeam-id'],
      token: 'opaque-1',
      action: 'SCAN',
      userPoolId: 'pool',
      applicationId: 'phone',
      client: { ip: '192.0.2.7', userAgent: 'App/1' },
    });
    const timestamp = String(startedAt / 1000);
    const signatures = entry.secrets.map((secret) => {
      const signed = createHmac('sha256', secret).update(`${body.id}.${timestamp}.${text}`).digest('hex');
      return `v1=${signed}`;
    });
    expect(headers['x-passbeam-timestamp']).toBe(timestamp);
    expect(headers['x-passbeam-signature']).toBe(signatures.join(','));
    expect(headers['content-type']).toContain('application/json');
  });

  it('gives the person, their login and what is shown of them', async () => {
    const shown = { displayName: 'Ann', photo: 'https://example.com/a.png', claims: { level: 3, amr: ['pwd'] } };
    const { entry, checks } = await saying({ ...shown, expiresAt: nowSeconds + 60 });
    expect(await checks.check(entry, 'opaque-1', aMove)).toMatchObject({
      refusal: null,
      checked: {
        issuer: 'urn:passbeam:pool:company',
        subject: 'person-1',
        session: 'login-1',
        amr: ['pwd'],
        expiresAt: (nowSeconds + 60) * 1000,
        claims: { sub: 'person-1', name: 'Ann', picture: 'https://example.com/a.png', level: 3 },
      },
    });
  });

  it.each<[string, object, string]>([
    ['without session and expiresAt', { session: undefined, expiresAt: undefined }, 'accepted'],
    ['with null for what is not there', { session: null, expiresAt: null, displayName: null }, 'accepted'],
    ['not active', { active: false, subject: undefined }, 'inactive'],
    ['row 5: born of a scan', { claims: { amr: ['qr'] } }, 'born_of_scan'],
    ['row 13: that ended', { expiresAt: nowSeconds - 31 }, 'expired'],
  ])('%s', async (_, part, wanted) => {
    expect(await (await saying(part)).verdict()).toBe(wanted);
  });

  it('must have the claims that the entry wants', async () => {
    const answer = ({ id }: Seen['body']) => ({ id, ...person, claims: { app: 'web' } });
    expect(await (await open(answer, { requiredClaims: { app: 'ios' } })).verdict()).toBe('required_claim');
    expect(await (await open(answer, { requiredClaims: { app: 'web' } })).verdict()).toBe('accepted');
  });

  it('is not asked about when it does not begin as those tokens do', async () => {
    const { verdict, seen } = await open(({ id }) => ({ id, ...person }), { tokenPrefix: 'app_' });
    expect([await verdict('web_1'), await verdict('app_1')]).toEqual(['malformed', 'accepted']);
    expect(seen).toHaveLength(1);
  });

  it('is asked about for each move and phone, one question at a time, but for the very same one', async () => {
    const { entry, checks, seen } = await open(({ id }) => ({ id, ...person }));
    const moves = [
      aMove,
      aMove,
      { ...aMove, action: 'CONFIRM' as const },
      { ...aMove, caller: { ...aMove.caller, ip: '192.0.2.8' } },
    ];
    const answers = await Promise.all(moves.map((move) => checks.check(entry, 'opaque-1', move)));
    expect(answers.every(({ refusal }) => refusal === null)).toBe(true);
    expect(seen.map(({ body }) => [body.action, (body.client as { ip: string }).ip])).toEqual([
      ['SCAN', '192.0.2.7'],
      ['CONFIRM', '192.0.2.7'],
      ['SCAN', '192.0.2.8'],
    ]);
    expect(new Set(seen.map(({ body }) => body.id)).size).toBe(3);
  });

  it('is asked about again after 30 seconds when it was not good, and each time when it was', async () => {
    let active = false;
    const { verdict, seen, checks } = await open(({ id }) => ({ id, ...person, active }));
    expect([await verdict(), await verdict()]).toEqual(['inactive', 'inactive']);
    expect(seen).toHaveLength(1);
    active = true;
    checks.skip(31);
    expect([await verdict(), await verdict()]).toEqual(['accepted', 'accepted']);
    expect(seen).toHaveLength(3);
  });
});

describe('an answer of the wrong shape is none', () => {
  it.each<[string, (body: Seen['body']) => unknown]>([
    ['without the id', () => person],
    ['with the id of another question', () => ({ id: 'another', ...person })],
    ['without active', ({ id }) => ({ id, subject: 'a' })],
    ['with active as a text', ({ id }) => ({ id, ...person, active: 'true' })],
    ['of nobody', ({ id }) => ({ id, active: true })],
    ['row 14: of an empty name', ({ id }) => ({ id, ...person, subject: '' })],
    ['row 14: of a number', ({ id }) => ({ id, ...person, subject: 42 })],
    ['row 14: of a name with a line break', ({ id }) => ({ id, ...person, subject: 'a\nb' })],
    ['row 14: of a long name', ({ id }) => ({ id, ...person, subject: 'x'.repeat(256) })],
    ['with a session that is a number', ({ id }) => ({ id, ...person, session: 7 })],
    ['with a long session', ({ id }) => ({ id, ...person, session: 'x'.repeat(256) })],
    ['with an end that is a date', ({ id }) => ({ id, ...person, expiresAt: '2030-01-01' })],
    ['with claims that are a list', ({ id }) => ({ id, ...person, claims: [] })],
    ['of 17 KiB', ({ id }) => ({ id, ...person, claims: { x: 'x'.repeat(17 * 1024) } })],
  ])('%s', async (_, answer) => {
    const { verdict, checks } = await open(answer);
    expect(await verdict()).toBe('issuer_unreachable');
    expect(checks.logged).toHaveLength(1);
  });

  it('takes 15 KiB', async () => {
    expect(await (await saying({ claims: { x: 'x'.repeat(15 * 1024) } })).verdict()).toBe('accepted');
  });
});

describe('row 8: a service that', () => {
  it.each(misbehaviours)('%s is out of reach: the phone hears so, and nothing is decided', async (_, answer) => {
    const { entry, checks, issuer } = await saying({});
    const honest = issuer.answers['/who'] as never;
    issuer.answers['/who'] = answer;
    issuer.answers['/who2'] = honest;
    expect(await checks.check(entry, 'opaque-1', aMove)).toMatchObject({
      checked: null,
      refusal: { word: 'issuer_unreachable', isSigned: false, retryAfterSeconds: 5 },
    });
    // No retry, no redirect.
    expect(issuer.asked).toEqual(['/who']);
    expect(checks.logged).toHaveLength(1);
    expect(checks.logged[0]).not.toContain('opaque-1');
    checks.skip(2);
    issuer.answers['/who'] = honest;
    expect(await checks.verdict(entry)).toBe('accepted');
  });

  it.each(['https://10.0.0.1/i', 'https://169.254.169.254/i', 'https://[::1]/i', 'http://auth.example.com/i'])(
    'row 6: stands at %s is never asked, unless the operator allows it',
    async (url) => {
      const checks = openAsking({ allowed: [], resolve: async () => ['93.184.216.34'] });
      expect(await checks.verdict(aCallbackEntry({ url }))).toBe('issuer_unreachable');
      expect(checks.logged[0]).toMatch(/OUTBOUND_ALLOW/);
    },
  );

  it('row 6: has a name that answers public, then private, gains nothing', async () => {
    const answers = [['10.0.0.1'], ['93.184.216.34', '127.0.0.1']];
    for (const addresses of answers) {
      const checks = openAsking({ allowed: [], resolve: async () => addresses });
      expect(await checks.verdict(aCallbackEntry({ url: 'https://hook.example/who' }))).toBe('issuer_unreachable');
    }
  });
});

describe('at the exchange (2.6)', () => {
  it('is asked whether the person’s login still stands, without any token', async () => {
    let answer: object = person;
    const { entry, checks, seen } = await open(({ id }) => ({ id, ...answer }));
    const known = { subject: 'person-1', session: 'login-1' };
    expect(await checks.stillGood(entry, { token: null, ...known })).toBe(true);
    expect(seen[0]?.body).toEqual({ type: 'person.check', id: expect.any(String), ...known });
    answer = { active: false };
    expect(await checks.stillGood(entry, { token: null, ...known })).toBe(false);
    answer = { ...person, subject: 'somebody else' };
    expect(await checks.stillGood(entry, { token: null, ...known })).toBe(false);
    answer = { active: 'no' };
    expect(await checks.stillGood(entry, { token: null, ...known })).toEqual({ retryAfterSeconds: 5 });
    expect(checks.logged).toEqual([expect.stringContaining('no active that is true or false')]);
  });
});
