import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../../core/audit/event.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import { type Company, claimsOf, metPeople, openCompany } from './company.fixture.ts';

let company: Company;
beforeEach(async () => {
  company = await openCompany();
});
afterEach(() => company.close());

const linking = {
  externalId: [['sub']],
  displayName: [['name']],
  photo: [],
  locale: [],
  create: false,
  link: 'externalId',
  refresh: 'always',
} as const;

const userIdOf = async (username: string) =>
  (await company.stores.users.findByLogin('pool1', 'username', username))?.id;

/** The user whom the person of the token is taken for; null when they are refused. */
async function takenFor(claims: object): Promise<string | null> {
  const qrcodeId = await company.code();
  const token = company.token(claims);
  if ((await company.move(qrcodeId, 'SCAN', token)).body.statusCode !== 200) return null;
  await company.move(qrcodeId, 'CONFIRM', token);
  const { data } = (await company.exchange((await company.status(qrcodeId)).ticket)).body;
  return claimsOf(data.access_token).sub as string;
}

describe('the externalId of a person', () => {
  const changes = { externalId: 'person-1' };
  const graphql = { query: 'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { id } }' };

  it.each<[string, (token: string) => Promise<{ body: Record<string, unknown> }>]>([
    ['v3', (token) => company.v3('POST', 'update-profile', { app: 'phone', token, body: changes })],
    ['v2', (token) => company.v3('POST', '/api/v2/users/profile/update', { app: 'phone', token, body: changes })],
    [
      'GraphQL',
      (token) =>
        company.v3('POST', '/graphql/v2', {
          app: 'phone',
          headers: { authorization: token },
          body: { ...graphql, variables: { input: changes } },
        }),
    ],
  ])('cannot be written by the person, by %s, where tokens of a company are trusted', async (_, write) => {
    const token = await company.signIn();
    const { body } = await write(token);
    expect(JSON.stringify(body)).toMatch(/1001/);
    expect(JSON.stringify(body)).toMatch(/externalId is what the company calls you, and not yours to change/);
    expect((await company.stores.users.find(company.alice.id))?.externalId).toBeNull();
    await company.trust();
    expect(JSON.stringify((await write(token)).body)).not.toMatch(/1001/);
    expect((await company.stores.users.find(company.alice.id))?.externalId).toBe('person-1');
  });

  it('may be sent along unchanged', async () => {
    const token = await company.signIn();
    const body = { externalId: null, nickname: 'Al' };
    expect((await company.v3('POST', 'update-profile', { app: 'phone', token, body })).body.statusCode).toBe(200);
  });

  it('is told to the site in ID token and userinfo, whatever the scope', async () => {
    const { ticket } = await company.confirmed();
    const { data } = (await company.exchange(ticket, 'openid')).body;
    expect(claimsOf(data.id_token)).toMatchObject({ external_id: 'person-1' });
    const userInfo = await company.v3('GET', '/oidc/me', { token: `Bearer ${data.access_token}` });
    expect(userInfo.body).toMatchObject({ external_id: 'person-1' });
  });

  it('is told for its scope alone where no company is trusted', async () => {
    await company.trust();
    await company.addUser({ username: 'bob', externalId: 'b-1' });
    const token = await company.signIn('bob');
    const qrcodeId = await company.code();
    for (const action of ['SCAN', 'CONFIRM'] as const) await company.move(qrcodeId, action, token);
    const { data } = (await company.exchange((await company.status(qrcodeId)).ticket, 'openid')).body;
    expect(claimsOf(data.id_token)).not.toHaveProperty('external_id');
  });

  it('is as long as a subject may be', async () => {
    const sub = 'x'.repeat(255);
    await company.confirmed(company.token({ sub }));
    expect(await metPeople(company)).toMatchObject([{ externalId: sub }]);
  });
});

describe('an account is linked by externalId', () => {
  it('that an operator or an import gave, once', async () => {
    await company.addUser({ username: 'imported', externalId: 'person-1' });
    await company.trust({ person: linking });
    const imported = await userIdOf('imported');
    expect(await takenFor({})).toBe(imported);
    expect(await takenFor({ sid: 'other' })).toBe(imported);
    expect(await takenFor({ sub: 'person-2' })).toBeNull();
    expect(await takenFor({ sub: 'PERSON-1' })).toBeNull();
  });

  it('that the person wrote, before a company was trusted, never', async () => {
    await company.trust();
    const token = await company.signIn();
    const body = { externalId: 'person-1' };
    expect((await company.v3('POST', 'update-profile', { app: 'phone', token, body })).body.statusCode).toBe(200);
    await company.trust({ person: linking });
    expect(await takenFor({})).toBeNull();
    await company.trust({ person: { ...linking, create: true } });
    expect(await takenFor({})).not.toBe(company.alice.id);
  });

  it('that the person wrote over one that an operator had given, never', async () => {
    await company.addUser({ username: 'bob', externalId: 'bob-1' });
    await company.trust();
    const token = await company.signIn('bob');
    await company.v3('POST', 'update-profile', { app: 'phone', token, body: { externalId: 'person-1' } });
    await company.v3('POST', 'update-profile', { app: 'phone', token, body: { nickname: 'Bob' } });
    await company.trust({ person: linking });
    expect(await takenFor({})).toBeNull();
  });

  it('that an operator wrote anew, also where the person had written the same', async () => {
    await company.trust();
    const token = await company.signIn();
    await company.v3('POST', 'update-profile', { app: 'phone', token, body: { externalId: 'person-1' } });
    const { body } = await callSigned(company, 'POST', '/api/v3/update-user', {
      key: { id: 'pool1', secret: company.pool.secret },
      body: { userId: company.alice.id, externalId: 'person-1' },
    });
    expect(body.statusCode).toBe(200);
    await company.trust({ person: linking });
    expect(await takenFor({})).toBe(company.alice.id);
  });

  it('and nobody is bound by an account that may not sign in', async () => {
    const imported = await company.addUser({ username: 'imported', externalId: 'person-1' });
    const suspended = { ...imported, status: 'Suspended' as const, version: imported.version + 1 };
    await company.stores.users.update(suspended, newEvent(company.secrets, 'user.updated', null));
    await company.trust({ person: linking });
    expect(await takenFor({})).toBeNull();
    expect(await company.stores.audit.list({ type: 'user.linked', limit: 9 })).toEqual([]);
  });
});
