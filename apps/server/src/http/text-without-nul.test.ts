import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

let passbeam: TestPassbeam;
let token: string;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
  token = await passbeam.signIn();
});
afterAll(() => passbeam.close());

it('a NUL in an address is refused before a store sees it', async () => {
  const inQuery = await passbeam.v3('GET', '/api/v3/get-my-login-history?appId=a%00b', { token });
  expect(inQuery.http).toBe(400);
  expect(inQuery.body.message).toContain('NUL');
  expect((await passbeam.v3('GET', '/api/v2/applications/a%00b/public-config')).body.code).toBe(2231);
});

it.each([
  'query{userBatch(ids:["a\\u0000b"]){id}}',
  'mutation{loginByUsername(input:{username:"a\\u0000b",password:"x"}){id}}',
])('a NUL escaped inside a GraphQL document is refused: %s', async (query) => {
  const { body } = await passbeam.v3('POST', '/graphql/v2', { body: { query } });
  expect(body.errors[0].message).toMatchObject({ code: 2231, message: expect.stringContaining('NUL') });
});
