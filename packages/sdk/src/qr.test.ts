import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from './errors.ts';
import { createPollSecret, geneQrCode, getQrCodeStatus } from './qr.ts';

interface Sent {
  url: string;
  init: RequestInit & { headers: Record<string, string> };
}

function recorder(data: unknown) {
  const sent: Sent[] = [];
  const answer: typeof fetch = async (url, init) => {
    sent.push({ url: String(url), init: init as Sent['init'] });
    return Response.json({ statusCode: 200, message: 'ok', requestId: 'r', data });
  };
  return { sent, options: { host: 'https://login.example.test/', appId: 'app', fetch: answer } };
}

afterEach(() => void vi.unstubAllGlobals());

describe('geneQrCode', () => {
  it('names the application in the header and asks for MOBILE_APP', async () => {
    const { sent, options } = recorder({ qrcodeId: 'q', url: 'u', expiresIn: 120 });
    const code = await geneQrCode({ ...options, lang: 'zh-CN', userPoolId: 'pool' }, { customData: { desk: 1 } });
    expect(code).toEqual({ qrcodeId: 'q', url: 'u', expiresIn: 120 });
    const [call] = sent;
    expect(call?.url).toBe('https://login.example.test/api/v3/gene-qrcode');
    expect(JSON.parse(String(call?.init.body))).toEqual({ type: 'MOBILE_APP', customData: { desk: 1 } });
    expect(call?.init.headers).toEqual({
      'x-authing-app-id': 'app',
      'x-authing-userpool-id': 'pool',
      'x-authing-lang': 'zh-CN',
      'content-type': 'application/json',
    });
  });

  it('sends cookies from a page, and leaves the option out elsewhere', async () => {
    const { sent, options } = recorder({});
    await geneQrCode(options);
    vi.stubGlobal('document', {});
    await geneQrCode(options);
    expect(sent.map(({ init }) => init.credentials)).toEqual([undefined, 'include']);
  });

  it('rejects wrong options by name', async () => {
    await expect(geneQrCode({ host: 'nowhere', appId: 'app' })).rejects.toThrow(ConfigurationError);
  });
});

describe('getQrCodeStatus', () => {
  it('sends the poll secret in the header, never in the address', async () => {
    const { sent, options } = recorder({ status: 'PENDING' });
    await getQrCodeStatus(options, 'a/b c', { pollSecret: 'hush' });
    expect(sent[0]?.url).toBe('https://login.example.test/api/v3/get-qrcode-status?qrcodeId=a%2Fb+c');
    expect(sent[0]?.init.headers['x-qr-poll-secret']).toBe('hush');
    expect(sent[0]?.init.body).toBeUndefined();
  });
});

describe('createPollSecret', () => {
  it('gives 32 random bytes and the SHA-256 the server will compare', async () => {
    const { secret, challenge } = await createPollSecret();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(challenge).toBe(createHash('sha256').update(secret).digest('base64url'));
    expect((await createPollSecret()).secret).not.toBe(secret);
  });

  it('says what is missing outside a secure context', async () => {
    vi.stubGlobal('crypto', { getRandomValues() {} });
    await expect(createPollSecret()).rejects.toMatchObject({ code: 'crypto_unavailable' });
  });
});
