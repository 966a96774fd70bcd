import { describe, expect, it } from 'vitest';
import { AuthenticationClient, type AuthenticationClientOptions } from './authentication-client.ts';
import { ConfigurationError } from './errors.ts';
import { ManagementClient } from './management-client.ts';
import { checkedHost } from './options.ts';

const good = { appId: 'app', appSecret: 'secret', host: 'https://login.example.test' };

describe('AuthenticationClient refuses at set-up', () => {
  it.each<[string, Record<string, unknown>]>([
    ['appId', { appId: undefined }],
    ['appId', { appId: '' }],
    ['appId', { appId: 'has space' }],
    ['host', { host: undefined }],
    ['host', { host: 'login.example.test' }],
    ['host', { host: 'ftp://login.example.test' }],
    ['host', { host: 'https://me:pw@login.example.test' }],
    ['host', { host: 'https://login.example.test/?a=1' }],
    ['host', { host: 'https://login.example.test#a' }],
    ['host', { host: 'https://' }],
    ['host', { host: 'https:///path' }],
    ['host', { host: 'https://login.example.test\\@evil.test' }],
    ['host', { host: 'https://login.example.test:port' }],
    ['host', { host: 'https://login example.test' }],
    ['host', { host: 'https://login.example.test\n' }],
    ['appSecret', { appSecret: undefined }],
    ['appSecret', { appSecret: '' }],
    ['appSecret', { appSecret: undefined, tokenEndpointAuthMethod: 'client_secret_basic' }],
    ['tokenEndpointAuthMethod', { tokenEndpointAuthMethod: 'post' }],
    ['scope', { scope: 'profile' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: 1.5 }],
    ['timeoutMs', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['timeoutMs', { timeoutMs: 2 ** 31 }],
    ['lang', { lang: 'en\r\nx: y' }],
    ['userPoolId', { userPoolId: '' }],
    ['fetch', { fetch: 'fetch' }],
    ['issuer', { issuer: 'login' }],
    ['accessToken', { accessToken: 'line\nbreak' }],
  ])('a wrong %s: %o', (option, wrong) => {
    const make = () => new AuthenticationClient({ ...good, ...wrong } as AuthenticationClientOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`\`${option}\``);
  });

  it('takes an application without a secret when the method is none', () => {
    expect(
      () => new AuthenticationClient({ host: good.host, appId: 'app', tokenEndpointAuthMethod: 'none' }),
    ).not.toThrow();
  });

  it('with a message that repeats no value', () => {
    const make = () => new AuthenticationClient({ ...good, accessToken: 'secret token' });
    expect(make).toThrow(/^(?!.*secret token)/);
  });
});

it('ManagementClient refuses a missing access key and an unknown brand', () => {
  const key = { accessKeyId: 'pool', accessKeySecret: 'secret' };
  expect(() => new ManagementClient({ ...good, ...key, accessKeyId: '' })).toThrow('`accessKeyId`');
  expect(() => new ManagementClient({ ...good, ...key, accessKeySecret: '' })).toThrow('`accessKeySecret`');
  expect(() => new ManagementClient({ ...good, ...key, brand: 'other' as 'authing' })).toThrow('`brand`');
});

it('keeps secrets out of what a log would print of a client', () => {
  const client = new AuthenticationClient({ ...good, appSecret: 'hush-hush', accessToken: 'tok-tok' });
  expect(JSON.stringify(client)).toBe('{}');
});

it.each([
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://Login.Example.test/', 'https://login.example.test'],
  ['https://example.test/auth//', 'https://example.test/auth'],
  ['https://example.test:443', 'https://example.test'],
  ['http://example.test:80/', 'http://example.test'],
  ['https://example.test:80', 'https://example.test:80'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
])('reads host %s as %s', (given, host) => {
  expect(checkedHost(given)).toBe(host);
});
