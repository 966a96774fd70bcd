import { describe, expect, it } from 'vitest';
import { isInNetwork, isNamed, readAllowedHost } from './allowed-hosts.ts';

/** Whether an entry allows a call of the URL when its host has this address. */
function lets(entry: string, address: string, url: string): boolean {
  const allowed = [readAllowedHost(entry)].filter((read) => read !== null);
  return isNamed(allowed, new URL(url)) || isInNetwork(allowed, new URL(url), address);
}

describe('an entry of OUTBOUND_ALLOW', () => {
  it.each([
    ['auth.internal', '10.0.0.1', 'https://auth.internal/keys'],
    ['AUTH.internal', '10.0.0.1', 'https://auth.INTERNAL:8443/'],
    ['auth.internal:8443', '10.0.0.1', 'https://auth.internal:8443/'],
    ['auth.internal:443', '10.0.0.1', 'https://auth.internal/'],
    ['auth.internal:80', '10.0.0.1', 'http://auth.internal/'],
    ['localhost', '127.0.0.1', 'http://localhost:9000/'],
    ['10.1.2.3', '10.1.2.3', 'https://10.1.2.3/'],
    ['10.0.0.0/8', '10.200.1.1', 'https://any.example/'],
    ['10.0.0.0/8', '::ffff:10.200.1.1', 'https://any.example/'],
    ['10.0.0.0/8:8443', '10.200.1.1', 'https://any.example:8443/'],
    ['fd00::/8', 'fd12::1', 'https://any.example/'],
    ['::1', '::1', 'https://[::1]/'],
    ['[fd00::/8]:8443', 'fd12::1', 'https://any.example:8443/'],
    ['64:ff9b::/96', '64:ff9b::a00:1', 'https://any.example/'],
  ])('%s lets %s be called by %s', (entry, address, url) => {
    expect(lets(entry, address, url)).toBe(true);
  });

  it.each([
    ['auth.internal', '10.0.0.1', 'https://auth.internal.evil.example/'],
    ['auth.internal', '10.0.0.1', 'https://x.auth.internal/'],
    ['auth.internal', '10.0.0.1', 'https://auth.internal./'],
    ['auth.internal:8443', '10.0.0.1', 'https://auth.internal/'],
    ['10.0.0.0/8', '11.0.0.1', 'https://any.example/'],
    ['10.0.0.0/8:8443', '10.0.0.1', 'https://any.example/'],
    ['fd00::/8', 'fe80::1', 'https://any.example/'],
    ['10.0.0.0/8', 'fd00::1', 'https://any.example/'],
    ['10.1.2.3', '10.1.2.4', 'https://any.example/'],
  ])('%s does not let %s be called by %s', (entry, address, url) => {
    expect(lets(entry, address, url)).toBe(false);
  });

  it.each([
    '',
    '*',
    '*.internal',
    'https://auth.internal',
    'auth.internal/keys',
    'auth.internal:0',
    'auth.internal:70000',
    'auth.internal:',
    'user@auth.internal',
    '10.1',
    '0x7f.1',
    '2130706433',
    '999.1.1.1',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '::/0',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '[fd00::1',
    'fd00::1]',
    '[]',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/104',
    'auth internal',
  ])('%j is none', (entry) => {
    expect(readAllowedHost(entry)).toBeNull();
  });
});
