import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
});
afterAll(() => passbeam.close());

it.each([
  ['/api/v3/get-captcha-code', { statusCode: 501, refusal: 'not_implemented' }],
  ['/api/v2/security/captcha', { code: 2231, data: null }],
])('%s is refused by name, at HTTP 200, to whoever asks', async (path, refusal) => {
  const { http, body } = await passbeam.v3('GET', path, { app: null, query: { r: '1' } });
  expect(http).toBe(200);
  expect(body).toMatchObject(refusal);
  expect(body.message).toContain('captchaCode is asked of nobody here');
});
