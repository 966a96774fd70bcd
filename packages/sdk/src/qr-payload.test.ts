import { describe, expect, it } from 'vitest';
import { parseDeviceLink, parseQrPayload } from './qr-payload.ts';

const id = 'k3Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7m';
const host = 'https://login.example.com';

describe('parseQrPayload of JSON', () => {
  it.each([
    ['{"scene":"APP_AUTH","random":"r1","qrcodeId":"q1","userPoolId":"p"}', 'q1', 'p'],
    ['{"scene":"APP_AUTH","random":"r1"}', 'r1', null],
    ['{"scene":"APP_AUTH","random":"r1","userPoolId":7}', 'r1', null],
    [' {"scene": "APP_AUTH", "random": "r1"}\n', 'r1', null],
  ])('%s', (text, qrcodeId, userPoolId) => {
    expect(parseQrPayload(text)).toEqual({ qrcodeId, userPoolId, form: 'json' });
    expect(parseQrPayload(text, { host })).toEqual({ qrcodeId, userPoolId, form: 'json' });
  });

  it.each([
    '{"scene":"WXAPP_AUTH","random":"r1"}',
    '{"scene":"APP_AUTH","random":"../r1"}',
    '{"scene":"APP_AUTH","random":""}',
    '{"scene":"APP_AUTH","qrcodeId":5}',
    '{"scene":"APP_AUTH","random":"r1"} and more',
    `"${host}/q/${id}"`,
    '[]',
    'null',
    'WIFI:S:cafe;;',
    '',
  ])('is no login code: %s', (text) => {
    expect(parseQrPayload(text, { host })).toBeNull();
  });
});

describe('parseQrPayload of a link', () => {
  it.each([
    [host, `${host}/q/${id}`],
    [`${host}/`, `${host}/q/${id}`],
    [host, `HTTPS://LOGIN.Example.COM/q/${id}`],
    ['https://LOGIN.example.com', `${host}/q/${id}`],
    ['https://example.com/login', `https://example.com/login/q/${id}`],
    ['https://example.com/login/', `HTTPS://example.com/login/q/${id}`],
    ['https://login.example.com:8443', `https://login.example.com:8443/q/${id}`],
    ['http://127.0.0.1:3000', `http://127.0.0.1:3000/q/${id}`],
    ['http://[::1]:3000', `http://[::1]:3000/q/${id}`],
  ])('host %s takes %s', (ownHost, text) => {
    expect(parseQrPayload(text, { host: ownHost })).toEqual({ qrcodeId: id, userPoolId: null, form: 'link' });
  });

  it.each([
    ['another scheme', `http://login.example.com/q/${id}`],
    ['no scheme', `login.example.com/q/${id}`],
    ['another host', `https://evil.test/q/${id}`],
    ['a longer host', `https://login.example.com.evil.test/q/${id}`],
    ['a host before ours', `https://evil.login.example.com/q/${id}`],
    ['ours as user info', `https://login.example.com@evil.test/q/${id}`],
    ['user info before ours', `https://evil.test@login.example.com/q/${id}`],
    ['user and password', `https://a:b@login.example.com/q/${id}`],
    ['a port', `https://login.example.com:8443/q/${id}`],
    ['the default port', `https://login.example.com:443/q/${id}`],
    ['a dot after the host', `https://login.example.com./q/${id}`],
    ['backslashes', `https:\\\\login.example.com\\q\\${id}`],
    ['one backslash', `https://login.example.com\\q/${id}`],
    ['a backslash before another host', `https://login.example.com\\@evil.test/q/${id}`],
    ['a percent in the path', `https://login.example.com/%71/${id}`],
    ['a percent in the id', `${host}/q/%6b${id.slice(1)}`],
    ['a percent in the host', `https://login%2eexample.com/q/${id}`],
    ['dots in the path', `${host}/x/../q/${id}`],
    ['a doubled slash', `${host}//q/${id}`],
    ['an upper-case path', `${host}/Q/${id}`],
    ['a path before it', `${host}/login/q/${id}`],
    ['a query', `${host}/q/${id}?to=evil`],
    ['a fragment', `${host}/q/${id}#x`],
    ['a slash after it', `${host}/q/${id}/`],
    ['a line after it', `${host}/q/${id}\n`],
    ['text after it', `${host}/q/${id} now`],
    ['text before it', ` ${host}/q/${id}`],
    ['a line before it', `evil\n${host}/q/${id}`],
    ['a tab inside', `https://login.exam\tple.com/q/${id}`],
    ['a letter that becomes k', `https://login.example.com/q/${id}`.replace('login', '\u212Aogin')],
    ['a full-width letter', `https://login.example.com/q/${id}`.replace('login', '\uff4cogin')],
    ['a short id', `${host}/q/${id.slice(1)}`],
    ['a long id', `${host}/q/${id}a`],
    ['another alphabet', `${host}/q/${id.slice(1)}-`],
    ['no id', `${host}/q/`],
    ['ours inside another', `https://evil.test/?${host}/q/${id}`],
    ['a script', `javascript:location="${host}/q/${id}"`],
  ])('refuses %s: %s', (_what, text) => {
    expect(parseQrPayload(text, { host })).toBeNull();
  });

  it('takes no letter of another alphabet for one of the host', () => {
    expect(parseQrPayload(`https://\u212Aiosk.test/q/${id}`, { host: 'https://kiosk.test' })).toBeNull();
  });

  it('is refused without a host', () => {
    expect(parseQrPayload(`${host}/q/${id}`)).toBeNull();
    expect(parseQrPayload(`${host}/q/${id}`, {})).toBeNull();
  });

  it.each(['', 'login.example.com', 'https://a@login.example.com', 'https://login.example.com?x'])(
    'says that a host is none: "%s"',
    (wrong) => {
      expect(() => parseQrPayload(`${host}/q/${id}`, { host: wrong })).toThrow('host');
    },
  );
});

describe('parseDeviceLink', () => {
  it.each([
    [host, `${host}/device?user_code=WDJB-MJHT`],
    [`${host}/`, `HTTPS://LOGIN.example.com/device?user_code=WDJB-MJHT`],
    ['https://example.com/login', 'https://example.com/login/device?user_code=WDJB-MJHT'],
  ])('host %s takes %s', (ownHost, text) => {
    expect(parseDeviceLink(text, { host: ownHost })).toBe('WDJB-MJHT');
    expect(parseQrPayload(text, { host: ownHost })).toBeNull();
  });

  it.each([
    'https://login.example.com.evil.test/device?user_code=WDJB-MJHT',
    'https://login.example.com@evil.test/device?user_code=WDJB-MJHT',
    `${host}/device/?user_code=WDJB-MJHT`,
    `${host}/device?user_code=WDJB-MJHT&x=1`,
    `${host}/device?user_code=wdjb-mjht`,
    `${host}/device?user_code=WDJB-MJHA`,
    `${host}/device`,
    `${host}/q/${id}`,
    'WDJB-MJHT',
  ])('takes no other text: %s', (text) => {
    expect(parseDeviceLink(text, { host })).toBeNull();
  });
});
