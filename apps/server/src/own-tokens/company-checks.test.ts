import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryOfPool, OwnTokenEntry } from '../core/directory/own-token-entries.ts';
import { aCallbackEntry, activeToken, anIntrospectionEntry, bodyOf } from './asking-test-world.ts';
import { anEntry, anOccasion, goodClaims, openChecks, openIssuer, rsaKey, signToken } from './test-world.ts';

const key = rsaKey('company');
const token = signToken(goodClaims, key);
const withIss = (iss: string | undefined, more: object = {}) => signToken({ ...goodClaims, iss, ...more }, key);

let issuer: Awaited<ReturnType<typeof openIssuer>>;
beforeEach(async () => {
  issuer = await openIssuer({
    '/introspect': { body: activeToken },
    '/who': async (request, reply) => {
      const { id } = JSON.parse(await bodyOf(request));
      const answer = { id, active: true, subject: 'person-1' };
      reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    },
  });
});
afterEach(() => issuer.close());

const keys = () => anEntry({ name: 'keys', keys: [key.jwk] });
const asked = (part: object = {}) => anIntrospectionEntry({ name: 'asked', url: `${issuer.url}/introspect`, ...part });
const service = (part: object = {}) => aCallbackEntry({ name: 'service', url: `${issuer.url}/who`, ...part });

/** Who judged the token, and whom it was shown to. */
async function judged(entries: EntryOfPool<OwnTokenEntry>[], token: string, part: object = {}) {
  const checks = openChecks(entries);
  const occasion = { ...anOccasion, ...part };
  if (!checks.concerns(token, occasion)) return ['us', ...issuer.asked];
  const { entry, refusal } = await checks.check(token, occasion);
  return [refusal === null ? entry.name : refusal.word, ...issuer.asked];
}

describe('who judges a token (1.7)', () => {
  it.each<[string, () => EntryOfPool<OwnTokenEntry>[], string, object, string[]]>([
    ['a JWT of an issuer whose keys are known', () => [service(), asked(), keys()], token, {}, ['keys']],
    ['a JWT that only its issuer reads', () => [service(), asked()], token, {}, ['asked', '/introspect']],
    ['a JWT of nobody known', () => [keys(), asked()], withIss('https://x.example'), {}, ['unknown_issuer']],
    ['a JWT of nobody known, where no keys are', () => [asked()], withIss('https://x.example'), {}, ['us']],
    ['a JWT of the company’s own kind', () => [keys(), service()], withIss('x'), {}, ['service', '/who']],
    ['a JWT of no issuer', () => [keys(), service()], withIss(undefined), {}, ['service', '/who']],
    ['a JWT of no issuer, with introspection', () => [asked()], withIss(undefined), {}, ['us']],
    ['a V2 login token of ours', () => [keys(), service()], withIss(undefined, { data: { type: 'user' } }), {}, ['us']],
    ['a token of ours', () => [keys(), asked(), service()], withIss('https://passbeam.example.com/oidc'), {}, ['us']],
    ['an encrypted token', () => [keys(), service()], 'a.b.c.d.e', {}, ['encrypted']],
    ['an opaque token', () => [keys(), asked()], 'opaque', {}, ['asked', '/introspect']],
    ['an opaque token of another app', () => [keys(), asked()], 'opaque', { applicationId: 'site' }, ['taken_by_none']],
    [
      'an opaque token without an app',
      () => [asked(), service()],
      'opaque',
      { applicationId: null },
      ['taken_by_none'],
    ],
    ['an opaque token of no entry', () => [keys()], 'opaque', {}, ['taken_by_none']],
    ['a token with a prefix', () => [service({ tokenPrefix: 'app_' })], 'app_1', {}, ['service', '/who']],
    ['a token with another prefix', () => [service({ tokenPrefix: 'app_' })], 'web_1', {}, ['taken_by_none']],
    ['an opaque token where no company is trusted', () => [], 'opaque', {}, ['us']],
    ['an opaque token with dots', () => [asked()], 'a.b.c', {}, ['asked', '/introspect']],
  ])('%s', async (_, entries, token, occasion, wanted) => {
    expect(await judged(entries(), token, occasion)).toEqual(wanted);
  });

  it('of two callbacks of one app by their prefix, and of two apps by the app', async () => {
    const two = [
      service({ name: 'a', tokenPrefix: 'a_', applicationId: 'phone' }),
      service({ name: 'b', tokenPrefix: 'b_', applicationId: 'phone' }),
      service({ name: 'c', applicationId: 'tablet' }),
    ];
    expect((await judged(two, 'b_1'))[0]).toBe('b');
    expect((await judged(two, 'b_1', { applicationId: 'tablet' }))[0]).toBe('c');
  });

  it('tells the operator of an opaque token that no entry of the application takes', async () => {
    const checks = openChecks([keys()]);
    await checks.check('m4rk3r', anOccasion);
    expect(JSON.stringify(checks.refused)).toContain('taken_by_none');
    expect(JSON.stringify(checks.refused)).not.toContain('m4rk3r');
  });

  it('tells the operator of refusals, and never shows them a token', async () => {
    issuer.answers['/introspect'] = { body: { active: false } };
    const checks = openChecks([asked()]);
    for (const token of ['opaque-1', 'opaque-2']) await checks.check(token, anOccasion);
    expect(checks.refused).toEqual([expect.objectContaining({ entry: 'asked', reason: 'inactive' })]);
    expect(JSON.stringify([checks.refused, checks.logged])).not.toContain('opaque');
  });
});
