import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/ground/errors.ts';
import type { Secrets } from '../../core/ground/ports.ts';
import type { ManagementAuthority } from '../../core/management/authority.ts';
import type { ManagementCaller } from '../../core/management/caller.ts';
import { brandOfScheme } from '../../core/management/signature.ts';
import { asSent } from '../server/tolerant-reading.ts';
import { brandHeader } from './application.ts';
import { clientOf } from './caller.ts';
import { type Limits, networkOf } from './limits.ts';

export interface ManagementGuardParts {
  management: Pick<ManagementAuthority, 'authenticate'>;
  limits: Limits;
  secrets: Pick<Secrets, 'hash'>;
}

/** A signature is good for one check, so what it said is kept with its request. */
const callers = new WeakMap<FastifyRequest, Promise<ManagementCaller | null>>();

/**
 * Who manages by this request; null when it carries no management credentials.
 * @throws DomainError signature_*, not_signed_in when it carries bad ones; app_id_conflict when it names another pool
 */
export function findManagementCaller(
  request: FastifyRequest,
  parts: ManagementGuardParts,
): Promise<ManagementCaller | null> {
  let caller = callers.get(request);
  if (caller === undefined) {
    caller = authenticate(request, parts);
    callers.set(request, caller);
  }
  return caller;
}

/** @throws DomainError signature_*, not_signed_in, app_id_conflict */
export async function managementCaller(
  request: FastifyRequest,
  parts: ManagementGuardParts,
): Promise<ManagementCaller> {
  const caller = await findManagementCaller(request, parts);
  if (caller !== null) return caller;
  throw new DomainError('not_signed_in', { reason: 'sign the request with an access key, or send a management token' });
}

async function authenticate(request: FastifyRequest, parts: ManagementGuardParts): Promise<ManagementCaller | null> {
  const { method, headers, body, url } = request;
  if (headers.authorization === undefined) return null;
  const check = () =>
    parts.management.authenticate({
      method,
      path: url.split('?', 1)[0] ?? url,
      headers,
      query: asSent(request.query as Record<string, unknown>),
      body: asSent(body),
    });
  const accessKeyId = brandOfScheme(headers.authorization) === null ? null : headers.authorization.split(':', 1)[0];
  const caller = accessKeyId == null ? await check() : await limitingKeyGuesses(accessKeyId, request, parts, check);
  request.aboutPool = caller?.userPoolId ?? null;
  const named = caller === null ? null : brandHeader(request, 'userpool-id');
  if (named !== null && named !== caller?.userPoolId) {
    throw new DomainError('app_id_conflict', { reason: 'the credentials belong to another user pool' });
  }
  return caller;
}

/**
 * Wrong keys and signatures are counted like wrong application secrets, per key and address. Keys share a few thousand
 * counters, so that made-up ids cannot fill the memory, and one program's wrong secret does not shut out its neighbours.
 */
export async function limitingKeyGuesses<T>(
  accessKeyId: string,
  request: FastifyRequest,
  { limits, secrets }: Pick<ManagementGuardParts, 'limits' | 'secrets'>,
  check: () => Promise<T>,
): Promise<T> {
  const client = clientOf(request);
  const key = `management:${secrets.hash(accessKeyId).slice(0, 2)}:${networkOf(client.ip)}`;
  await limits.check('clientSecret', key);
  let caller: T;
  try {
    caller = await check();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'signature_wrong') {
      await limits.consume('clientSecret', key, client);
    }
    throw error;
  }
  // Again: of guesses made at the same time, those before this one are counted by now.
  await limits.check('clientSecret', key);
  return caller;
}
