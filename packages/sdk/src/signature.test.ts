import { describe, expect, it } from 'vitest';
import { ManagementClient } from './management-client.ts';
import { type Brand, type SignedRequest, sign, textToSign } from './signature.ts';

/** A request as a published client signed it (wire 5.1). */
function vector(brand: Brand, sdkVersion: string): SignedRequest {
  return {
    method: 'POST',
    path: '/api/v3/delete-users-batch',
    parameters: { userIds: ['u1', 'u2'], options: { userIdType: 'user_id' }, absent: undefined },
    headers: {
      [`X-${brand}-Signature-Version`]: '1.0',
      [`x-${brand}-signature-nonce`]: '0123456789abcdef0123456789abcdef',
      [`x-${brand}-signature-method`]: 'HMAC-SHA1',
      [`x-${brand}-sdk-version`]: sdkVersion,
      [`x-${brand}-lang`]: ' en-US ',
      Date: 'Fri, 20 Nov 2026 08:52:24 GMT',
      'content-type': 'application/json',
      'user-agent': 'anything',
    },
  };
}

describe('sign', () => {
  it.each([
    ['authing', 'authing-node-sdk:4.0.1', 'yJcJKnopQWsmBCmkbcl53XAsiGA='],
    ['genauth', 'gen-auth-node-sdk:1.0.0', 'jhkMRMkbSmVK6P3ev3xaAx3Ckms='],
  ] as const)('agrees with the %s vector', async (brand, sdkVersion, signature) => {
    await expect(sign(vector(brand, sdkVersion), brand, 'demo-secret')).resolves.toBe(signature);
  });

  it('ends in the path alone when there are no parameters, writes null as text and encodes nothing', () => {
    const bare: SignedRequest = { method: 'GET', path: '/p', parameters: {}, headers: {} };
    expect(textToSign(bare, 'authing')).toBe('GET\n/p');
    expect(textToSign({ ...bare, parameters: { b: 'ü &', a: null } }, 'authing')).toBe('GET\n/p?a=null&b=ü &');
  });
});

describe('ManagementClient', () => {
  it.each([
    ['authing', 'authing'],
    ['genauth', 'GenAuth'],
  ] as const)('signs what it sends, brand %s', async (brand, scheme) => {
    const seen: { url: string; headers: Record<string, string> }[] = [];
    const client = new ManagementClient({
      host: 'https://login.example.test',
      appId: 'app',
      accessKeyId: 'pool',
      accessKeySecret: 'demo-secret',
      brand,
      now: () => Date.UTC(2026, 10, 20, 8, 52, 24),
      fetch: async (url, init) => {
        seen.push({ url: String(url), headers: init?.headers as Record<string, string> });
        return Response.json({ statusCode: 200, message: 'ok', data: { status: 'PENDING' } });
      },
    });
    await client.getQrCodeStatus({ qrcodeId: 'abc' });
    await client.checkQrCodeStatus({ qrcodeId: 'abc' });

    const [first, second] = seen;
    expect(first?.url).toBe('https://login.example.test/api/v3/get-qrcode-status?qrcodeId=abc');
    expect(first?.headers.date).toBe('Fri, 20 Nov 2026 08:52:24 GMT');
    expect(first?.headers[`x-${brand}-app-id`]).toBe('app');
    expect(first?.headers[`x-${brand}-signature-nonce`]).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.headers[`x-${brand}-signature-nonce`]).not.toBe(first?.headers[`x-${brand}-signature-nonce`]);
    const { authorization, ...signed } = first?.headers ?? {};
    const request = { method: 'GET', path: '/api/v3/get-qrcode-status', parameters: { qrcodeId: 'abc' } } as const;
    expect(authorization).toBe(`${scheme} pool:${await sign({ ...request, headers: signed }, brand, 'demo-secret')}`);
  });
});
