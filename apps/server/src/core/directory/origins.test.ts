import { describe, expect, it } from 'vitest';
import { canonicalOrigin, matchesOrigin } from './origins.ts';

describe('an allowed origin', () => {
  it.each([
    ['https://www.example.com', 'https://www.example.com'],
    ['HTTPS://WWW.Example.com', 'https://www.example.com'],
    ['https://www.example.com/', 'https://www.example.com'],
    [' https://www.example.com ', 'https://www.example.com'],
    ['https://www.example.com:443', 'https://www.example.com'],
    ['http://www.example.com:80/', 'http://www.example.com'],
    ['https://www.example.com:8443', 'https://www.example.com:8443'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://登录.example', 'https://xn--w2t382c.example'],
    ['tauri://localhost', 'tauri://localhost'],
    ['Tauri://Localhost/', 'tauri://localhost'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['ionic://localhost', 'ionic://localhost'],
    ['app://-', 'app://-'],
    ['com.example.app://main', 'com.example.app://main'],
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
    ['moz-extension://2C127FA4-62C7-7E4F-90E5-472B45EECFDC', 'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc'],
    ['https://*.preview.example.com', 'https://*.preview.example.com'],
    ['https://*.Example.com:443/', 'https://*.example.com'],
    ['https://*.bücher.example', 'https://*.xn--bcher-kva.example'],
    ['http://*.localhost:3000', 'http://*.localhost:3000'],
  ])('%s is %s', (text, origin) => {
    expect(canonicalOrigin(text)).toBe(origin);
  });

  it.each([
    '',
    '*',
    'null',
    'www.example.com',
    'https://',
    'https://*',
    'https://*.',
    'https://www.example.com/path',
    'https://www.example.com//',
    'https://www.example.com?x',
    'https://www.example.com#x',
    'https://user@www.example.com',
    'https://user:password@www.example.com',
    'https://www.example.com\\evil',
    'https://www .example.com',
    'https://www.example.com\u0000',
    'https://www.exa\tmple.com',
    'https://*.com',
    'https://*.co.uk',
    'https://*.github.io',
    'https://*.vercel.app',
    'https://*.intranet',
    'https://*.10.0.0.1',
    'https://*.[::1]',
    'https://*.*.example.com',
    'https://preview-*.example.com',
    'https://www.*.example.com',
    'https://%2a.example.com',
    'https://www.example.com:*',
    'https://www.example.com:99999',
    '*://www.example.com',
    'file:///index.html',
    'file://localhost',
    'data:text/html,x',
    'blob:https://www.example.com',
    'javascript://x',
    'tauri://*',
    'chrome-extension://*',
    'https://www.example.com, https://other.example',
  ])('is not %j', (text) => {
    expect(canonicalOrigin(text)).toBe(null);
  });
});

describe('one label left open', () => {
  const allowed = 'https://*.preview.example.com';

  it.each([
    'https://a.preview.example.com',
    'https://pr-12.preview.example.com',
    'https://xn--4ca.preview.example.com',
  ])('stands for %s', (origin) => {
    expect(matchesOrigin(allowed, origin)).toBe(true);
  });

  it.each([
    'https://preview.example.com',
    'https://.preview.example.com',
    'https://a.b.preview.example.com',
    'https://evilpreview.example.com',
    'https://a.preview.example.com.evil.example',
    'https://a.preview.example.com:8443',
    'http://a.preview.example.com',
    'https://evil.example/.preview.example.com',
    'https://evil.example#.preview.example.com',
    'https://*.preview.example.com.evil.example',
    'null',
    '',
  ])('does not stand for %j', (origin) => {
    expect(matchesOrigin(allowed, origin)).toBe(false);
  });

  it('keeps its port', () => {
    expect(matchesOrigin('http://*.localhost:3000', 'http://a.localhost:3000')).toBe(true);
    expect(matchesOrigin('http://*.localhost:3000', 'http://a.localhost')).toBe(false);
  });
});

it('an extension matches however its browser writes its id', () => {
  const allowed = 'safari-web-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc';
  expect(matchesOrigin(allowed, 'safari-web-extension://2C127FA4-62C7-7E4F-90E5-472B45EECFDC')).toBe(true);
  expect(matchesOrigin('https://site.example', 'https://SITE.example')).toBe(false);
});
