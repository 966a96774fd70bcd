import type { IncomingMessage, ServerResponse } from 'node:http';
import { loopbackHosts } from '../core/directory/allowed-hosts.ts';
import type {
  AskingEntry,
  CallbackEntry,
  EntryOfPool,
  IntrospectionEntry,
} from '../core/directory/own-token-entries.ts';
import { createOutbound, type OutboundOptions } from '../outbound/outbound.ts';
import { type AskedMove, createAskingChecks } from './asking-checks.ts';
import { anEntry, anOccasion, nowSeconds, startedAt, testSecrets } from './test-world.ts';

/** Entries whose server is asked, and checks of them over real sockets. */

const { keys: _, jwksUri: __, ...common } = anEntry();
const { name, userPoolId, applicationId, requiredClaims, sessionClaims, subject, person, requireScanToken } = common;
const rules = { name, userPoolId, applicationId, requiredClaims, sessionClaims, subject, person, requireScanToken };

export function anIntrospectionEntry(
  part: Partial<IntrospectionEntry> & { url: string },
): EntryOfPool<IntrospectionEntry> {
  return {
    way: 'introspection',
    ...rules,
    issuer: 'https://auth.example.com',
    clientId: 'passbeam',
    clientSecret: 'a secret of sixteen',
    authMethod: 'client_secret_basic',
    audiences: ['https://login.example.com'],
    clientIds: [],
    timeoutSeconds: 1,
    askAgain: true,
    ...part,
  };
}

export function aCallbackEntry(part: Partial<CallbackEntry> & { url: string }): EntryOfPool<CallbackEntry> {
  return {
    way: 'callback',
    ...rules,
    issuer: 'urn:passbeam:pool:company',
    secrets: ['the-secret-of-the-callback-in-use'],
    timeoutSeconds: 1,
    tokenPrefix: null,
    ...part,
  };
}

/** What the issuer says of a good token. */
export const activeToken = {
  active: true,
  sub: 'person-1',
  client_id: 'ios',
  aud: 'https://login.example.com',
  iss: 'https://auth.example.com',
  token_type: 'Bearer',
  iat: nowSeconds - 10,
  exp: nowSeconds + 600,
};

export const aMove: AskedMove = anOccasion;

export function openAsking(options: OutboundOptions = {}) {
  let now = startedAt;
  const logged: string[] = [];
  const checks = createAskingChecks({
    outbound: createOutbound({ allowed: loopbackHosts, ...options }),
    clock: { now: () => now },
    log: { error: (_: unknown, text: string) => void logged.push(text) } as never,
    secrets: testSecrets,
  });
  return {
    ...checks,
    logged,
    /** What came of a token in one word; `accepted` when nothing was wrong with it. */
    async verdict(entry: EntryOfPool<AskingEntry>, token = 'opaque-1', move = aMove): Promise<string> {
      const { refusal } = await checks.check(entry, token, move);
      return refusal === null ? 'accepted' : refusal.word;
    },
    skip(seconds: number) {
      now += seconds * 1000;
    },
  };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}

/** Each way in which a server that is asked may misbehave, as an answer. */
export const misbehaviours: [string, (request: IncomingMessage, reply: ServerResponse) => void][] = [
  ['hangs', (request) => void request.resume()],
  ['answers 20 MB', (_, reply) => void json(reply).end(`{"active":true,"x":"${'x'.repeat(20 * 1024 * 1024)}"}`)],
  ['drips', (_, reply) => drip(json(reply))],
  [
    'answers with another type',
    (_, reply) => void reply.writeHead(200, { 'content-type': 'text/html' }).end('{"active":true}'),
  ],
  ['answers with no type', (_, reply) => void reply.writeHead(200).end('{"active":true}')],
  ['sends it elsewhere', (request, reply) => void reply.writeHead(302, { location: `${request.url}2` }).end()],
  ['sends it elsewhere for good', (request, reply) => void reply.writeHead(308, { location: `${request.url}2` }).end()],
  ['answers 500', (_, reply) => void json(reply, 500).end('{"active":true}')],
  ['answers 503', (_, reply) => void json(reply, 503).end()],
  ['answers 400', (_, reply) => void json(reply, 400).end('{"error":"unsupported_token_type"}')],
  ['answers 404', (_, reply) => void json(reply, 404).end()],
  ['answers 204', (_, reply) => void reply.writeHead(204).end()],
  ['answers no JSON', (_, reply) => void json(reply).end('active')],
  ['answers nothing', (_, reply) => void json(reply).end()],
  ['answers a list', (_, reply) => void json(reply).end('[{"active":true}]')],
  ['answers null', (_, reply) => void json(reply).end('null')],
  ['says active twice', (_, reply) => void json(reply).end('{"active":true,"active":true}')],
  ['says active as a text', (_, reply) => void json(reply).end('{"active":"true"}')],
  ['says active as a number', (_, reply) => void json(reply).end('{"active":1}')],
  ['says nothing of active', (_, reply) => void json(reply).end('{"sub":"person-1"}')],
  ['holds __proto__', (_, reply) => void json(reply).end('{"active":true,"__proto__":{"sub":"x"}}')],
  ['nests deeply', (_, reply) => void json(reply).end(`{"active":true,"x":${'['.repeat(50)}${']'.repeat(50)}}`)],
  ['is not UTF-8', (_, reply) => void json(reply).end(Buffer.from([0x22, 0xff, 0x22]))],
  ['hangs up', (request) => void request.socket.destroy()],
  ['breaks off', (_, reply) => void breakOff(reply)],
];

function json(reply: ServerResponse, status = 200): ServerResponse {
  return reply.writeHead(status, { 'content-type': 'application/json' });
}

function drip(reply: ServerResponse): void {
  const timer = setInterval(() => reply.write(' '), 20);
  reply.on('close', () => clearInterval(timer));
}

function breakOff(reply: ServerResponse): void {
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  reply.write('{"active":true');
  reply.socket?.end();
}
