import { hmacSha1 } from '../crypto/hmac-sha1.ts';
import { hs256 } from '../crypto/hs256.ts';
import { createPasswordHasher } from '../crypto/passwords.ts';
import { createSealer } from '../crypto/sealer.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { createSigner } from '../crypto/signer.ts';
import { totpCodes } from '../crypto/totp.ts';
import { createNonceStore } from '../stores/process/nonces.ts';
import { createProcessNotices } from '../stores/process/notices.ts';
import { openSqlite } from '../stores/sql/open-sqlite.ts';
import { createCore, type World } from './core.ts';
import { createManualTicker } from './qr/manual-ticker.fixture.ts';
import type { MessageSender, PasscodeMessage } from './sign-in/message-sender.ts';

/**
 * Core over its real parts: SQLite in memory, argon2, signed tokens. There are no limits, and the clock stands still
 * until it is moved.
 */
export async function openTestCore({
  startedAt = 1_800_000_000_000,
  ...over
}: Partial<World> & { startedAt?: number } = {}) {
  const time = { now: startedAt };
  const clock = { now: () => time.now };
  const masterKey = Buffer.alloc(32, 7);
  const secrets = createSecrets([masterKey]);
  const stores = await openSqlite({ path: ':memory:', clock, ...createSealer([masterKey], 'store') });
  const issuer = over.issuer ?? 'http://localhost:3000/oidc';
  const outbox: PasscodeMessage[] = [];
  const sender: MessageSender = {
    missing: () => null,
    async send(message) {
      outbox.push(message);
      return true;
    },
  };
  const world: World = {
    clock,
    secrets,
    passwords: createPasswordHasher(),
    signer: await createSigner({ keys: stores.signingKeys, issuer, clock, secrets }),
    hs256,
    hmacSha1,
    nonces: createNonceStore({ clock }),
    sender,
    notices: createProcessNotices(),
    ticker: createManualTicker(),
    issuer,
    publicUrl: 'http://localhost:3000',
    consoleUrl: 'http://localhost:3000/console',
    postLogoutToken: async () => null,
    totpCodes,
    announceDirectory() {},
    networkOf: (ip) => ip,
    codeCaps: null,
    countSent: async () => {},
    countChange: async () => {},
    countNewTokens: async () => {},
    countRightPassword: async () => {},
    countSignUp: async () => {},
    countTest: async () => {},
    thisNode: {
      name: 'node',
      version: '0.0.0',
      store: { kind: 'sqlite', redis: false },
      auditKeptDays: null,
      limits: { on: false, unfinishedCodes: 0 },
      differences: async () => null,
    },
    messageWays: {
      settings: { email: null, sms: null },
      sendTest: async () => ({ ok: true, reply: '' }),
      sendLink: async () => false,
    },
    ownTokens: {
      concerns: () => false,
      check: () => Promise.reject(new Error('no company is trusted')),
      stillGood: async () => true,
    },
    codeSeal: () => ({ seal: (text) => text, unseal: (text) => text }),
    wrongTokens: { check: async () => {}, count: async () => {} },
    describeApplication: ({ id }) => ({ id }),
    giveWay: async () => {},
    ...over,
  };
  return {
    ...world,
    ...createCore(stores, world),
    stores,
    outbox,
    /** Lets time pass. */
    pass(seconds: number) {
      time.now += seconds * 1000;
    },
  };
}
