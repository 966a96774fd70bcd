import type { IncomingMessage } from 'node:http';
import { pollSecretHeader } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../core/applications/application.ts';
import { provesSecret } from '../core/applications/client-auth.ts';
import { DomainError } from '../core/errors.ts';
import type { Secrets } from '../core/ports.ts';
import type { createQrActions } from '../core/qr/act.ts';
import type { CreatedQr, createQrCreation } from '../core/qr/create.ts';
import type { createQrPoll, Poller, QrView } from '../core/qr/poll.ts';
import type { QrAction } from '../core/qr/session.ts';
import type { SignedIn } from '../core/tokens/token-set.ts';
import { type Asking, clientOf } from './client.ts';
import { createBindingCookie, type HeaderSink, isFromBrowser } from './guards/binding-cookie.ts';
import { clientCredentials } from './guards/client-credentials.ts';
import { networkOf } from './guards/limits.ts';
import { findManagementCaller, type ManagementGuardParts } from './guards/management.ts';
import { provingClient } from './guards/proving-client.ts';

export type QrCallParts = ManagementGuardParts & {
  createQr: ReturnType<typeof createQrCreation>;
  pollQr: ReturnType<typeof createQrPoll>;
  actOnQr: ReturnType<typeof createQrActions>;
  secrets: Secrets;
  publicUrl: string;
};

/** Why a code could not be read for a request that the framework is then given to answer: it is not read again for that. */
export const failedReads = new WeakMap<IncomingMessage, unknown>();

/** Threat model, section 0: the largest body of a call about codes. */
export const qrBodyLimit = 16 * 1024;

/**
 * What a request about codes is, in whatever generation it comes: who asks, from which browser, within which limits. The
 * routes around it only translate (T41).
 */
export function createQrCalls(parts: QrCallParts) {
  const { limits } = parts;
  const bindingCookie = createBindingCookie(parts.publicUrl);

  async function create(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: {
      application: Application;
      customData: Record<string, unknown> | undefined;
      pollChallenge: string | undefined;
      state: string | undefined;
      withCustomData?: boolean;
    },
  ): Promise<CreatedQr> {
    const client = clientOf(request);
    request.aboutApplication = asked.application.id;
    const network = networkOf(client.ip);
    await limits.consume('createCode', network, client);
    const isProved = asked.customData !== undefined && (await mayWriteProfile(request, asked.application));
    const browser = isFromBrowser(request) ? { cookie: bindingCookie.read(request) } : null;
    const created = await parts.createQr({
      withCustomData: false,
      ...asked,
      isProved,
      client,
      network,
      browser,
    });
    request.qrcodeId = created.qrcodeId;
    if (created.cookieToSet !== null) bindingCookie.set(reply, created.cookieToSet);
    return created;
  }

  /**
   * Making a code needs no proof of anything, but one whose data may reach a profile does (T24): the application's secret,
   * or its pool's authority. Asked for only where it matters, so that stale credentials spoil no other code; there, bad
   * ones are refused, never taken for none.
   */
  async function mayWriteProfile(request: FastifyRequest, application: Application): Promise<boolean> {
    if (!application.savesCustomData) return false;
    const caller = await findManagementCaller(request, parts);
    if (caller !== null) {
      if (caller.userPoolId !== application.userPoolId) throw new DomainError('permission_denied');
      return true;
    }
    return provingClient(limits, application, clientOf(request), () =>
      provesSecret(application, clientCredentials(request, secretOf(request.body)), parts.secrets),
    );
  }

  function poll(request: FastifyRequest, reply: FastifyReply, qrcodeId: string): Promise<QrView> {
    request.qrcodeId = qrcodeId;
    const failure = failedReads.get(request.raw);
    const seen = failure === undefined ? view(request, reply, qrcodeId) : Promise.reject(failure);
    return seen.catch((error: unknown) => countUnknown(error, request));
  }

  // The hottest path: no async function of its own, so that a poll crosses as few promises as can be.
  function view(
    request: Asking & { aboutApplication: string | null },
    reply: HeaderSink,
    qrcodeId: string,
  ): Promise<QrView> {
    return parts.pollQr(qrcodeId, pollerOf(request), request).then((seen) => {
      if (seen.cookieToSet !== undefined) bindingCookie.set(reply, seen.cookieToSet);
      return seen;
    });
  }

  /** What a request can show to follow a code. */
  function pollerOf(request: Asking): Poller {
    const secret = request.headers[pollSecretHeader];
    return {
      cookie: bindingCookie.read(request),
      secret: typeof secret === 'string' ? secret : null,
      client: clientOf(request),
    };
  }

  async function act(request: FastifyRequest, signedIn: SignedIn<'approveCodes'>, qrcodeId: string, action: QrAction) {
    request.qrcodeId = qrcodeId;
    const client = clientOf(request);
    if (action === 'SCAN') await limits.consume('scan', signedIn.user.id, client);
    return parts
      .actOnQr({ qrcodeId, action, signedIn, client })
      .catch((error: unknown) => countUnknown(error, request));
  }

  /** Counts the questions about codes that do not exist; a live code is never refused to anyone (T29). */
  async function countUnknown(error: unknown, request: FastifyRequest): Promise<never> {
    if (error instanceof DomainError && error.code === 'qr_not_found') {
      const client = clientOf(request);
      await limits.consume('unknownCode', networkOf(client.ip), client);
    }
    throw error;
  }

  return { create, poll, view, pollerOf, act };
}

/** The schemas of both generations let these two through as text only. */
function secretOf(body: unknown): { client_id?: string; client_secret?: string } {
  return body as { client_id?: string; client_secret?: string };
}
