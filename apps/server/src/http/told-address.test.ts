import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../testing.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
});
afterAll(() => passbeam.close());

it('an address that a backend tells of is recorded, and found, in its one form however it is written', async () => {
  for (const clientIp of ['::FFFF:203.0.113.9', '2001:DB8:0:0::7']) {
    const { body } = await passbeam.v3('POST', 'signin', {
      body: {
        connection: 'PASSWORD',
        passwordPayload: { username: 'alice', password: testPassword },
        client_id: 'site',
        client_secret: passbeam.site.secret,
        options: { clientIp },
      },
    });
    expect(body.statusCode).toBe(200);
  }
  const token = await passbeam.signIn();
  const addresses = async (query: Record<string, string>): Promise<string[]> => {
    const { body } = await passbeam.v3('GET', 'get-my-login-history', { token, query });
    return body.data.list.map(({ clientIp }: { clientIp: string }) => clientIp);
  };
  expect(await addresses({})).toEqual(expect.arrayContaining(['203.0.113.9', '2001:db8::7']));
  expect(await addresses({ clientIp: '2001:0DB8::0007' })).toEqual(['2001:db8::7']);
});
