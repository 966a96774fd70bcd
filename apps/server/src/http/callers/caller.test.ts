import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../limits/address.ts';
import { addressesBehind } from './caller.ts';

const long = '1'.repeat(3_000);

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['2001:0db8::0007', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
  ])('written %s is %s', (text, address) => {
    expect(canonicalAddress(text)).toBe(address);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    'localhost',
    long,
    '1.2.3',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '203.0.113.7:',
    '203.0.113.7:port',
    '203.0.113.256',
    '[203.0.113.7]',
    '2001:db8::7]:443',
    '"203.0.113.7"',
    '203.0.113.7, 203.0.113.8',
  ])('is not %j', (text) => {
    expect(canonicalAddress(text)).toBe(null);
  });
});

describe('who asks', () => {
  const request = (peer: string, forwardedFor?: string) =>
    ({ socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': forwardedFor } }) as unknown as IncomingMessage;

  it.each([
    ['10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['10.0.0.1', '203.0.113.7:51234', '203.0.113.7'],
    ['10.0.0.1', '[2001:db8::7]:443', '2001:db8::7'],
    ['10.0.0.1', '198.51.100.1, 203.0.113.7, 10.0.0.2:80', '203.0.113.7'],
    ['10.0.0.1', '198.51.100.1,203.0.113.7', '203.0.113.7'],
    ['10.0.0.1', '203.0.113.7, unknown', '10.0.0.1'],
    ['10.0.0.1', 'unknown', '10.0.0.1'],
    ['10.0.0.1', long, '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '10.0.0.9', '10.0.0.9'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['::ffff:203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ])('from %s with x-forwarded-for %s is %s', (peer, told, address) => {
    expect(addressesBehind(['10.0.0.0/8'])(request(peer, told))).toBe(address);
  });

  it('is the peer where no proxy is trusted, in the same form', () => {
    expect(addressesBehind([])(request('::ffff:203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
  });
});
