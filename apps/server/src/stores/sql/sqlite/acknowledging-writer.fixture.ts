import { writeSync } from 'node:fs';
import { aLoginSession, aNewQrSession, anEvent, aRedemption, aRoom } from '../../conformance/builders.ts';
import { openSqlite } from '../open-sqlite.ts';

/**
 * Run by a test that kills it: takes QR sessions through their life as fast as it can, and prints each step once the store
 * has acknowledged it. Arguments: the file, a prefix for ids.
 */
const [path = '', prefix = ''] = process.argv.slice(2);
const same = (text: string) => text;
const stores = await openSqlite({ path, clock: { now: () => Date.now() }, seal: same, unseal: same });

function say(step: string, id: string): void {
  writeSync(1, `${step} ${id}\n`);
}

async function live(id: string): Promise<void> {
  const session = await stores.qrSessions.insert(aNewQrSession({ idHash: id }), 3600, anEvent({ id: `created-${id}` }));
  say('PENDING', id);
  const confirmed = { ...session, status: 'AUTHORIZED' as const, version: 2 };
  await stores.qrSessions.replace(confirmed, session.expiresAt, anEvent({ id: `confirmed-${id}` }));
  say('AUTHORIZED', id);
  await stores.redemptions.redeem({
    redemption: aRedemption({ codeHash: id, ticketHash: `ticket-${id}` }),
    loginSession: aLoginSession({ id: `login-${id}` }),
    room: aRoom(),
    refreshToken: null,
    events: [anEvent({ id: `exchanged-${id}` })],
  });
  say('CONSUMED', id);
}

async function writeForEver(writer: number): Promise<void> {
  for (let round = 0; ; round++) await live(`${prefix}-${writer}-${round}`);
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => writeForEver(writer)));
