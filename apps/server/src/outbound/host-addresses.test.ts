import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createHostAddresses } from './host-addresses.ts';
import { createOutbound } from './outbound.ts';

const sockets: Socket[] = [];
const folder = mkdtempSync(join(tmpdir(), 'passbeam-hosts-'));
const hostsFile = join(folder, 'hosts');
writeFileSync(
  hostsFile,
  '127.0.0.1 localhost\n198.51.100.7  Hook.example other.example # a note: noted.example\n::1 v6.example\n',
);
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

const noError = { ipv4: [93, 184, 216, 34], ipv6: [0x2a, 0x00, ...Array(13).fill(0), 1] };

/** A name server on this machine: it says what it was asked, and answers for names that do not begin with `silent`. */
async function openNameServer(refusal: number | null = null) {
  const asked: string[] = [];
  const socket = createSocket('udp4', (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.subarray(at + 1, at + 1 + length).toString());
      at += length + 1;
    }
    const type = query.readUInt16BE(at + 1);
    asked.push(`${labels.join('.').toLowerCase()} ${type === 1 ? 'A' : 'AAAA'}`);
    if (labels[0]?.startsWith('silent')) return;
    const data = Buffer.from(type === 1 ? noError.ipv4 : noError.ipv6);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (refusal ?? 0), 2);
    header.writeUInt16BE(refusal === null ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    const answer = Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data]);
    const question = query.subarray(12, at + 5);
    socket.send(Buffer.concat([header, question, ...(refusal === null ? [answer] : [])]), port, address);
  });
  sockets.push(socket);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { asked, nameServers: [`127.0.0.1:${socket.address().port}`] };
}

const soon = () => AbortSignal.timeout(5_000);
const asking = (hostname: string, isListed = false, signal = soon()) => ({ hostname, isListed, signal });
const never = () => new Promise<never>(() => {});

describe('the addresses of a host', () => {
  it('are asked of the name servers, all of both kinds, and of no thread of the system', async () => {
    const { asked, nameServers } = await openNameServer();
    const addressesOf = createHostAddresses({ nameServers, hostsFile, systemLookup: never });
    expect(await addressesOf(asking('shop.example'))).toEqual(['93.184.216.34', '2a00::1']);
    expect(asked.toSorted()).toEqual(['shop.example A', 'shop.example AAAA']);
  });

  it.each([
    ['hook.example', ['198.51.100.7']],
    ['OTHER.example.', ['198.51.100.7']],
    ['v6.example', ['::1']],
    ['localhost', ['127.0.0.1']],
    ['a.localhost', ['127.0.0.1', '::1']],
  ])('of %s stand in the file of hosts, or are this machine: nobody is asked', async (hostname, addresses) => {
    const { asked, nameServers } = await openNameServer();
    const addressesOf = createHostAddresses({ nameServers, hostsFile, systemLookup: never });
    expect(await addressesOf(asking(hostname))).toEqual(addresses);
    expect(asked).toEqual([]);
  });

  it('are asked of the name servers where the file of hosts has no word of it, or is not there', async () => {
    const { nameServers } = await openNameServer();
    for (const [file, hostname] of [
      [hostsFile, 'noted.example'],
      [join(folder, 'missing'), 'hook.example'],
    ] as const) {
      const addressesOf = createHostAddresses({ nameServers, hostsFile: file, systemLookup: never });
      expect(await addressesOf(asking(hostname))).toHaveLength(2);
    }
  });

  it('are none when the name servers say so', async () => {
    const { nameServers } = await openNameServer(3);
    const addressesOf = createHostAddresses({ nameServers, hostsFile });
    await expect(addressesOf(asking('missing.example'))).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('are looked up as the system does where the operator lists the name', async () => {
    const { asked, nameServers } = await openNameServer();
    const systemLookup = async (hostname: string) => [hostname === 'auth.internal' ? '10.0.0.1' : '10.0.0.2'];
    const addressesOf = createHostAddresses({ nameServers, hostsFile, systemLookup });
    expect(await addressesOf(asking('auth.internal', true))).toEqual(['10.0.0.1']);
    expect(asked).toEqual([]);
  });
});

describe('a name server that never answers', () => {
  it('is asked no longer than its call lasts, and keeps nobody else from being called', async () => {
    const { asked, nameServers } = await openNameServer();
    const addressesOf = createHostAddresses({ nameServers, hostsFile, systemLookup: never });
    const call = new AbortController();
    const hanging = Array.from({ length: 20 }, (_, index) =>
      addressesOf(asking(`silent-${index}.example`, false, call.signal)),
    );
    const ended = Promise.allSettled(hanging);
    expect(await addressesOf(asking('shop.example'))).toHaveLength(2);
    const silent = () => asked.filter((one) => one.startsWith('silent'));
    await vi.waitFor(() => expect(silent()).toHaveLength(40));
    call.abort();
    for (const one of await ended) expect(one).toMatchObject({ reason: { name: 'AbortError' } });
    // Whoever went on would have asked each of them once more before it gave up.
    expect(silent()).toHaveLength(40);
  });

  it('is told as a timeout of the call', async () => {
    const { nameServers } = await openNameServer();
    const resolve = createHostAddresses({ nameServers, hostsFile });
    const call = createOutbound({ resolve }).get('https://silent.example/', {}, { timeoutMs: 100 });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('takes one thread of the system for each name that the operator lists, however many calls wait for it', async () => {
    const lookups: string[] = [];
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const addressesOf = createHostAddresses({
      hostsFile,
      systemLookup: (hostname) => {
        lookups.push(hostname);
        return promise;
      },
    });
    const waiting = Array.from({ length: 5 }, () => addressesOf(asking('auth.internal', true)));
    expect(lookups).toEqual(['auth.internal']);
    resolve(['10.0.0.1']);
    expect(await Promise.all(waiting)).toEqual(Array(5).fill(['10.0.0.1']));
    await addressesOf(asking('auth.internal', true));
    expect(lookups).toHaveLength(2);
  });
});
