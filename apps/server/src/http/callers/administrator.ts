import { consoleHeader } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import type { Administration } from '../../core/administrators/administration.ts';
import { stepOf } from '../../core/administrators/console-logins.ts';
import { DomainError } from '../../core/ground/errors.ts';
import type { Clock, Secrets } from '../../core/ground/ports.ts';
import type { Administrator } from '../../core/management/administrator.ts';
import type { ManagementAuthority } from '../../core/management/authority.ts';
import { requireCall } from '../../core/management/roles.ts';
import { brandOfScheme, type SignedCall } from '../../core/management/signature.ts';
import { networkOf } from '../limits/address.ts';
import type { Limits } from '../limits/limits.ts';
import type { App } from '../server/app.ts';
import { asSent } from '../server/tolerant-reading.ts';
import { brandHeader } from './application.ts';
import { callerOf } from './caller.ts';
import type { ConsoleDoor } from './console-door.ts';

export interface AdministratorParts {
  management: Pick<ManagementAuthority, 'authenticate'>;
  limits: Limits;
  secrets: Pick<Secrets, 'hash'>;
  clock: Clock;
  consoleDoor: Pick<ConsoleDoor, 'callerOf'>;
  administration: Pick<Administration, 'inPool'>;
}

/** A signature can be checked only once, because its nonce is used up, so the result is kept with the request. */
const administrators = new WeakMap<FastifyRequest, Promise<Administrator | null>>();

/**
 * Null without management credentials. @throws DomainError signature_*, not_signed_in for bad ones; app_id_conflict for another pool;
 * permission_denied, fresh_proof_required where they may not do what the request asks
 */
export function findAdministrator(request: FastifyRequest, parts: AdministratorParts): Promise<Administrator | null> {
  let admin = administrators.get(request);
  if (admin === undefined) {
    admin = authenticate(request, parts);
    administrators.set(request, admin);
  }
  return admin;
}

/** @throws DomainError signature_*, not_signed_in, app_id_conflict */
export async function administratorOf(request: FastifyRequest, parts: AdministratorParts): Promise<Administrator> {
  const admin = await findAdministrator(request, parts);
  if (admin !== null) return admin;
  throw new DomainError('not_signed_in', { reason: 'signOrSendToken' });
}

/** Checks callers of the scope before validation: a stranger is told who may call, not what to send. Handlers ask again, alike. */
export function requireAdministrator(scope: App, parts: AdministratorParts): void {
  scope.addHook('preValidation', async (request) => {
    await administratorOf(request, parts);
  });
}

async function authenticate(request: FastifyRequest, parts: AdministratorParts): Promise<Administrator | null> {
  if (request.headers.authorization === undefined) return atConsole(request, parts);
  const admin = await checkingKey(request, parts, (call) => parts.management.authenticate(call));
  if (admin !== null) requireCall(admin, callNameOf(request), parts.clock.now());
  return admin;
}

/** An administrator at the console, who names the pool that they act on. Calls of earlier generations know no console. */
async function atConsole(request: FastifyRequest, parts: AdministratorParts): Promise<Administrator | null> {
  if (request.headers[consoleHeader] === undefined || !request.url.startsWith('/api/v3/')) return null;
  const who = await parts.consoleDoor.callerOf(request);
  if (who === null || stepOf(who) !== 'done') throw new DomainError('not_signed_in', { reason: 'onlyAtConsole' });
  const named = brandHeader(request, 'userpool-id');
  if (named === null) throw new DomainError('invalid_argument', { reason: 'poolNotNamed' });
  const admin = parts.administration.inPool(who, named);
  request.aboutPool = admin.userPoolId;
  requireCall(admin, callNameOf(request), parts.clock.now());
  return admin;
}

/** The operation that a request to GraphQL holds. */
const operations = new WeakMap<FastifyRequest, string>();
export function nameOperation(request: FastifyRequest, operation: string): void {
  operations.set(request, operation);
}

/** What the table of roles calls this request. */
function callNameOf(request: FastifyRequest): string {
  const { method, url = '' } = request.routeOptions;
  return operations.get(request) ?? /^\/api\/v3\/([^/]+)$/.exec(url)?.[1] ?? `${[method].flat()[0]} ${url}`;
}

/**
 * Runs a check of the key that a request shows, within the limit of wrong ones.
 * @throws DomainError what `check` throws; app_id_conflict when the request names another pool than the key's
 */
export async function checkingKey<Holder extends { userPoolId: string } | null>(
  request: FastifyRequest,
  parts: Pick<AdministratorParts, 'limits' | 'secrets'>,
  check: (call: SignedCall) => Promise<Holder>,
): Promise<Holder> {
  const { method, headers, body, url } = request;
  const { authorization } = headers;
  const query = asSent(request.query as Record<string, unknown>);
  const call = { method, path: url.split('?', 1)[0] ?? url, headers, query, body: asSent(body) };
  const accessKeyId = brandOfScheme(authorization) === null ? undefined : authorization?.split(':', 1)[0];
  const holder =
    accessKeyId === undefined
      ? await check(call)
      : await limitingKeyGuesses(accessKeyId, request, parts, () => check(call));
  request.aboutPool = holder?.userPoolId ?? null;
  const named = holder === null ? null : brandHeader(request, 'userpool-id');
  if (named !== null && named !== holder?.userPoolId) {
    throw new DomainError('app_id_conflict', { reason: 'credentialsOfOtherPool' });
  }
  return holder;
}

/**
 * Counts wrong keys and signatures per key and address. Keys share a few thousand counters: made-up ids cannot fill the memory, and one
 * program's wrong secret does not shut out its neighbours.
 */
export async function limitingKeyGuesses<T>(
  accessKeyId: string,
  request: FastifyRequest,
  { limits, secrets }: Pick<AdministratorParts, 'limits' | 'secrets'>,
  check: () => Promise<T>,
): Promise<T> {
  const caller = callerOf(request);
  const key = `management:${secrets.hash(accessKeyId).slice(0, 2)}:${networkOf(caller.ip)}`;
  await limits.check('clientSecret', key);
  let proved: T;
  try {
    proved = await check();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'signature_wrong') {
      await limits.consume('clientSecret', key, caller);
    }
    throw error;
  }
  // Checked again, because guesses made at the same time as this one are counted by now.
  await limits.check('clientSecret', key);
  return proved;
}
