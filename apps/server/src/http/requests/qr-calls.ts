import type { IncomingMessage } from 'node:http';
import { pollSecretHeader, type QrDoor, type ToldBrowser } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../../core/directory/application.ts';
import { provesSecret } from '../../core/directory/client-auth.ts';
import type { Directory } from '../../core/directory/directory.ts';
import type { SecretUses } from '../../core/directory/kept/secret-uses.ts';
import { DomainError } from '../../core/ground/errors.ts';
import type { Secrets } from '../../core/ground/ports.ts';
import type { ApproveFor, ApproveForInput } from '../../core/qr/approval/approve-for.ts';
import type { createMovers, Generation, Mover } from '../../core/qr/approval/mover.ts';
import type { Moves } from '../../core/qr/approval/moves.ts';
import type { CreatedQr, createQrCreation } from '../../core/qr/create.ts';
import type { createQrPoll, Poller, QrView } from '../../core/qr/poll.ts';
import type { QrAction } from '../../core/qr/session.ts';
import { type AdministratorParts, findAdministrator } from '../callers/administrator.ts';
import { findApplication } from '../callers/application.ts';
import { createBindingCookie, type HeaderSink, isFromBrowser } from '../callers/binding-cookie.ts';
import { type Asking, callerOf } from '../callers/caller.ts';
import { clientCredentials } from '../callers/client-credentials.ts';
import { toldAddress } from '../callers/on-behalf.ts';
import { provingClient } from '../callers/proving-client.ts';
import { canonicalAddress, networkOf } from '../limits/address.ts';
import type { UnknownCodes } from '../limits/unknown-codes.ts';

export type QrCallParts = AdministratorParts & {
  createQr: ReturnType<typeof createQrCreation>;
  pollQr: ReturnType<typeof createQrPoll>;
  moverOf: ReturnType<typeof createMovers>;
  actOnQr: Moves;
  approveFor: ApproveFor;
  unknownCodes: UnknownCodes;
  directory: Directory;
  secrets: Secrets;
  secretUses: SecretUses;
  publicUrl: string;
};

/** Errors of polls that failed before the framework was given the request: it reports them and does not read again. */
export const failedReads = new WeakMap<IncomingMessage, unknown>();

/** The largest body of a call about QR sessions, in bytes (threats, limits). */
export const qrBodyLimit = 16 * 1024;

/** Who asks about QR sessions, from which browser, within which limits, for every generation (threats T41). */
export function createQrCalls(parts: QrCallParts) {
  const { limits, unknownCodes } = parts;
  const bindingCookie = createBindingCookie(parts.publicUrl);

  async function create(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: {
      application: Application;
      customData: Record<string, unknown> | undefined;
      pollChallenge: string | undefined;
      state: string | undefined;
      browser: ToldBrowser | undefined;
      withCustomData?: boolean;
    },
  ): Promise<CreatedQr> {
    request.aboutApplication = asked.application.id;
    const isProved = await provesItself(request, asked);
    const told = isProved ? toldOf(request, asked.browser) : null;
    const seen = callerOf(request);
    const caller = told === null ? seen : { ...seen, ip: told.ip, userAgent: told.userAgent };
    const network = networkOf(caller.ip);
    await limits.consume('createCode', network, caller);
    const acceptLanguage = request.headers['accept-language'] ?? null;
    const shown = isProved ? told : { userAgent: seen.userAgent, acceptLanguage, isReportedBySite: false };
    const browser = isFromBrowser(request) ? { cookie: bindingCookie.read(request) } : null;
    const created = await parts.createQr({
      withCustomData: false,
      ...asked,
      shown,
      isProved,
      caller,
      network,
      browser,
    });
    request.qrcodeId = created.qrcodeId;
    if (created.cookieToSet !== null) bindingCookie.set(reply, created.cookieToSet);
    return created;
  }

  /**
   * Whether the caller proves the application's secret or its pool's authority. Making a QR session needs that where data may reach a
   * profile (threats T24) or its maker speaks for a browser (threats T1): bad credentials are refused there, and elsewhere do no harm.
   * @throws DomainError client_auth_failed, permission_denied, signature_*
   */
  async function provesItself(
    request: FastifyRequest,
    asked: { application: Application; customData?: object | undefined; browser: ToldBrowser | undefined },
  ): Promise<boolean> {
    const { application, customData, browser } = asked;
    const isNeeded = browser !== undefined || (customData !== undefined && application.savesCustomData);
    const isProved = await proofOf(request, application, isNeeded).catch((error: unknown) => {
      if (isNeeded || !(error instanceof DomainError)) throw error;
      return false;
    });
    if (browser === undefined || isProved) return isProved;
    throw new DomainError('client_auth_failed', { reason: 'browserUnproved' });
  }

  async function proofOf(request: FastifyRequest, application: Application, isNeeded: boolean): Promise<boolean> {
    const admin = await findAdministrator(request, parts);
    if (admin !== null) {
      if (admin.userPoolId !== application.userPoolId) throw new DomainError('permission_denied');
      return true;
    }
    const credentials = clientCredentials(request, secretOf(request.body));
    if (!isNeeded && credentials.basic === null && credentials.post?.secret == null) return false;
    return provingClient(limits, application, callerOf(request), () =>
      provesSecret(application, credentials, parts.secretUses),
    );
  }

  function poll(request: FastifyRequest, reply: FastifyReply, qrcodeId: string): Promise<QrView> {
    request.qrcodeId = qrcodeId;
    const failure = failedReads.get(request.raw);
    const seen = failure === undefined ? view(request, reply, qrcodeId) : Promise.reject(failure);
    return seen.catch((error: unknown) => countUnknown(error, request));
  }

  // This is the hottest path. It is no async function, so that a poll crosses as few promises as possible.
  function view(
    request: Asking & { aboutApplication: string | null },
    reply: HeaderSink,
    qrcodeId: string,
  ): Promise<QrView> {
    const refusal = unknownCodes.refusal(qrcodeId, request);
    if (refusal !== null) return Promise.reject(refusal);
    return parts.pollQr(qrcodeId, pollerOf(request), request).then((seen) => {
      if (seen.cookieToSet !== undefined) bindingCookie.set(reply, seen.cookieToSet);
      return seen;
    });
  }

  /** What a request can show to prove that it may follow a QR session. */
  function pollerOf(request: Asking): Poller {
    const secret = request.headers[pollSecretHeader];
    return {
      cookie: bindingCookie.read(request),
      secret: typeof secret === 'string' ? secret : null,
      caller: callerOf(request),
    };
  }

  async function act(
    request: FastifyRequest,
    generation: Generation,
    asked: { qrcodeId: string; action: QrAction; door?: QrDoor | undefined; scanToken?: string | undefined },
  ) {
    const { qrcodeId, action } = asked;
    // The token says who asks. Headers naming an application must not contradict each other (wire 2.0), and prove nothing.
    const applicationId = findApplication(request, parts.directory)?.id ?? null;
    request.qrcodeId = qrcodeId;
    const caller = callerOf(request);
    const { authorization } = request.headers;
    const mover = await parts.moverOf({ authorization, generation, qrcodeId, action, applicationId, caller });
    const refusal = unknownCodes.refusal(qrcodeId, caller);
    if (refusal !== null) throw refusal;
    if (action === 'SCAN') await limits.consume('scan', personKey(mover), caller);
    return parts.actOnQr({ ...asked, mover, caller }).catch((error: unknown) => countUnknown(error, request));
  }

  /** Under which scans are counted: a company's person may have no account yet. */
  function personKey(mover: Mover): string {
    if ('signedIn' in mover) return mover.signedIn.user.id;
    const { userPoolId, issuer, subject } = mover.person;
    return parts.secrets.hash(JSON.stringify([userPoolId, issuer, { subject }]));
  }

  /** The same for a backend. Scans count per person whom it names, for it speaks for everybody. */
  async function actFor(request: FastifyRequest, input: Omit<ApproveForInput, 'caller'>) {
    const { qrcodeId, action, approver, person } = input;
    request.qrcodeId = qrcodeId;
    const caller = callerOf(request);
    const { displayName: _, photo: __, ...named } = person as Record<string, string>;
    const key = parts.secrets.hash(JSON.stringify([approver.userPoolId, approver.issuer, named]));
    if (action === 'SCAN') await limits.consume('scan', key, caller);
    return parts.approveFor({ ...input, caller });
  }

  /** Counts questions about unknown QR sessions. A live one is never refused to anyone (threats T29). */
  async function countUnknown(error: unknown, request: FastifyRequest): Promise<never> {
    if (error instanceof DomainError && error.code === 'qr_not_found') await unknownCodes.count(callerOf(request));
    throw error;
  }

  return { create, poll, view, pollerOf, act, actFor };
}

/**
 * The browser that a backend serves, told after its proof in the body or in `x-real-ip`. A proxy that sets that header, too, sets the
 * address known already. @throws DomainError invalid_argument
 */
function toldOf(request: FastifyRequest, browser: ToldBrowser | undefined) {
  if (browser !== undefined) {
    const ip = canonicalAddress(browser.ip);
    if (ip === null) throw new DomainError('invalid_argument', { field: 'browser.ip', reason: 'notIpAddress' });
    const { userAgent = null, acceptLanguage = null } = browser;
    return { ip, userAgent, acceptLanguage, isReportedBySite: true };
  }
  const ip = toldAddress(request);
  return ip === null || ip === request.ip
    ? null
    : { ip, userAgent: null, acceptLanguage: null, isReportedBySite: true };
}

/** The client credentials in a body. The schemas of both generations let only texts through. */
function secretOf(body: unknown): { client_id?: string; client_secret?: string } {
  return body as { client_id?: string; client_secret?: string };
}
