import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loopbackHosts } from '../core/directory/allowed-hosts.ts';
import {
  defaultTypes,
  type EntryOfPool,
  type JwtEntry,
  type OwnTokenEntry,
} from '../core/directory/own-token-entries.ts';
import type { OwnTokenOccasion } from '../core/tokens/own-token.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { createOutbound, type OutboundOptions } from '../outbound/outbound.ts';
import { createCompanyChecks } from './company-checks.ts';

/** Tokens of a company and the server that publishes their keys, honest or not. */

export const startedAt = 1_800_000_000_000;
export const nowSeconds = startedAt / 1000;

export interface TestKey {
  privateKey: KeyObject;
  /** The public JWK, without `alg`. */
  jwk: Record<string, unknown>;
}

export const rsaKey = (kid?: string, modulusLength = 2048) => keyOf(generateKeyPairSync('rsa', { modulusLength }), kid);
export const ecKey = (kid?: string, namedCurve = 'P-256') => keyOf(generateKeyPairSync('ec', { namedCurve }), kid);
export const edKey = (kid?: string) => keyOf(generateKeyPairSync('ed25519'), kid);

function keyOf({ privateKey }: { privateKey: KeyObject }, kid: string | undefined): TestKey {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, jwk: { ...jwk, ...(kid === undefined ? {} : { kid }), use: 'sig' } };
}

/** Signs any two texts, so that what no library would write can be sent as well. */
export function signTexts(header: string, payload: string, { privateKey }: TestKey, alg = 'RS256'): string {
  const input = [header, payload].map((text) => Buffer.from(text).toString('base64url')).join('.');
  return `${input}.${signatureOf(Buffer.from(input), privateKey, alg).toString('base64url')}`;
}

function signatureOf(input: Buffer, key: KeyObject, alg: string): Buffer {
  const hash = `sha${alg.slice(-3)}`;
  if (alg.startsWith('Ed')) return sign(null, input, key);
  if (alg.startsWith('ES')) return sign(hash, input, { key, dsaEncoding: 'ieee-p1363' });
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return alg.startsWith('PS') ? sign(hash, input, { key, padding, saltLength }) : sign(hash, input, key);
}

export function signToken(claims: object, key: TestKey, header: Record<string, unknown> = {}): string {
  const full = { alg: 'RS256', kid: key.jwk.kid, ...header };
  return signTexts(JSON.stringify(full), JSON.stringify(claims), key, full.alg as string);
}

/** An access token of the entry that `anEntry` makes. */
export const goodClaims = {
  iss: 'https://auth.example.com',
  aud: 'https://login.example.com',
  sub: 'person-1',
  iat: nowSeconds - 10,
  exp: nowSeconds + 3600,
};

export function anEntry(part: Partial<EntryOfPool<JwtEntry>> = {}): EntryOfPool<JwtEntry> {
  return {
    way: 'jwt',
    userPoolId: 'pool',
    name: 'company',
    applicationId: 'phone',
    requireScanToken: false,
    issuer: 'https://auth.example.com',
    jwksUri: null,
    keys: null,
    audiences: ['https://login.example.com'],
    clientIds: [],
    anyAudience: false,
    algorithms: ['RS256'],
    kind: 'access',
    types: defaultTypes[part.kind ?? 'access'],
    clockToleranceSeconds: 30,
    maxLifetimeSeconds: 86_400,
    staleKeysSeconds: 3600,
    requiredClaims: {},
    sessionClaims: ['sid', 'session_id', 'origin_jti'],
    subject: 'sub',
    person: {
      externalId: [['sub']],
      displayName: [['name']],
      photo: [['picture']],
      locale: [['locale']],
      create: true,
      link: 'none',
      refresh: 'always',
    },
    bindsCode: false,
    ...part,
  };
}

export const testSecrets = createSecrets([Buffer.from('a key for tests, thirty-two bytes or more')]);

export const anOccasion: OwnTokenOccasion = {
  qrcodeId: 'code-1',
  action: 'SCAN',
  applicationId: 'phone',
  caller: { ip: '192.0.2.7', userAgent: 'App/1', requestId: 'request' },
};

/** Checks over real sockets, with a clock that the test moves and a timer that it pulls. */
export function openChecks(
  given: readonly EntryOfPool<OwnTokenEntry>[],
  options: OutboundOptions = {},
  beganAt = startedAt,
) {
  let now = beganAt;
  let entries = given;
  let tick = () => {};
  const logged: string[] = [];
  const refused: object[] = [];
  const log = (about: object, text: string) => {
    if ('reason' in about) refused.push(about);
    else logged.push(text);
  };
  const checks = createCompanyChecks({
    entries: () => entries,
    ownIssuer: 'https://passbeam.example.com/oidc',
    outbound: createOutbound({ allowed: loopbackHosts, ...options }),
    clock: { now: () => now },
    secrets: testSecrets,
    log: { info: log, warn: log, error: log } as never,
    ticker: {
      every(_, call) {
        tick = call;
        return () => {};
      },
    },
  });
  // As the timer does when the first second is over.
  tick();
  return {
    ...checks,
    check: (token: string, part: Partial<OwnTokenOccasion>) => checks.check(token, { ...anOccasion, ...part }),
    /** What was said of keys; and below of tokens. */
    logged,
    refused,
    /** What came of a token in one word; `accepted` when nothing was wrong with it. */
    async verdict(token: string, qrcodeId = 'code-1'): Promise<string> {
      const occasion = { ...anOccasion, qrcodeId };
      if (!checks.concerns(token, occasion)) return 'not asked';
      const { refusal } = await checks.check(token, occasion);
      return refusal === null ? 'accepted' : refusal.word;
    },
    /** Time goes by in steps of a second, as the timer counts it. */
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000;
        tick();
        await checks.settle();
      }
    },
    /** As when the configuration file was applied again. */
    replaceEntries(others: readonly EntryOfPool<OwnTokenEntry>[]) {
      entries = others;
    },
    /** The clock alone. */
    skip(seconds: number) {
      now += seconds * 1000;
    },
  };
}

export type Answer =
  | { status?: number; type?: string; headers?: Record<string, string>; body: unknown }
  | ((request: IncomingMessage, reply: ServerResponse) => void);

/** A server that answers whatever a test wants, and counts what it was asked. */
export async function openIssuer(answers: Record<string, Answer> = {}) {
  const asked: string[] = [];
  const server = createServer((request, reply) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers[path];
    if (answer === undefined) return void reply.writeHead(404).end();
    if (typeof answer === 'function') return answer(request, reply);
    const { status = 200, type = 'application/json', headers = {}, body } = answer;
    reply.writeHead(status, { 'content-type': type, ...headers });
    reply.end(typeof body === 'string' ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    answers,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
