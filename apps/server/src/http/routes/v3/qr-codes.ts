import {
  ChangeQrCodeStatusDataDto,
  ChangeQrCodeStatusDto,
  CheckQrCodeStatusDataDto as CheckQrCodeStatusData,
  type CheckQrCodeStatusDataDto,
  envelope,
  GeneQrCodeDataDto,
  GeneQrCodeDto,
  QrCodeStatusQuery,
  WatchQrCodeQuery,
} from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from '../../../core/directory/application.ts';
import type { Directory } from '../../../core/directory/directory.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { qrLink } from '../../../core/qr/payload.ts';
import type { QrView } from '../../../core/qr/poll.ts';
import { cleanText } from '../../../core/users/display.ts';
import { applicationOrPools } from '../../callers/pool-application.ts';
import { qrBodyLimit as bodyLimit, createQrCalls } from '../../requests/qr-calls.ts';
import { createQrWaiting, type QrWaitingParts } from '../../requests/qr-waiting.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { tokenSetDto } from '../../wire/token-set-dto.ts';

export interface QrCodeParts extends QrWaitingParts {
  directory: Directory;
  /** The address of the PNG of a QR code (wire 2.9). */
  imageUrl(qrcodeId: string): string;
}

const tags = ['QR codes'];

/** The current name, and the older one. */
export const pollPaths = ['/api/v3/get-qrcode-status', '/api/v3/check-qrcode-status'] as const;

export const statusReply = envelope(CheckQrCodeStatusData);

/** The QR code endpoints of generation v3 (wire 2.1–2.3). Rules are in core/qr. */
export function qrCodeRoutes(app: App, parts: QrCodeParts): void {
  const calls = createQrCalls(parts);
  const waiting = createQrWaiting(parts, calls, statusDto);

  app.post(
    '/api/v3/gene-qrcode',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Create a code',
        description:
          'Names the application in the x-authing-app-id (or x-genauth-app-id) header; needs no login. A call with management credentials may leave that out when the user pool has one application. The code lives 120 seconds unless the pool says otherwise. ' +
          'Declared custom fields in customData are written into the profile of whoever confirms, if the application has savesCustomData on and proved its secret here: ' +
          'client_id and client_secret in the body, authorization: Basic, or a management call. All else of customData stays with the code. ' +
          'Errors: 400 invalid argument, 401 wrong application secret, 404 unknown application, 429 too many codes.',
        body: GeneQrCodeDto,
        response: { 200: envelope(GeneQrCodeDataDto) },
      },
    },
    async (request, reply) => {
      const { type, customData, pollChallenge, state, browser } = request.body;
      const application = await applicationOrPools(request, parts);
      if (type !== 'MOBILE_APP') {
        throw new DomainError('unsupported_type', { field: 'type', reason: ['notServedKind', 'MOBILE_APP', type] });
      }
      const created = await calls.create(request, reply, { application, customData, pollChallenge, state, browser });
      return ok(request, {
        qrcodeId: created.qrcodeId,
        url: parts.imageUrl(created.qrcodeId),
        ...linkFacts(application, created.qrcodeId),
        ...(application.logoUrl === null ? {} : { customLogoUrl: application.logoUrl }),
        expiresIn: created.lifetimeSeconds,
      });
    },
  );

  /** For pages on the phone that has the app. */
  function linkFacts(application: Application, qrcodeId: string): { link?: string; appName?: string } {
    if (application.qrPayload !== 'link') return {};
    const [app, ...others] = parts.directory
      .appsThatOpenLinks()
      .filter(({ userPoolId }) => userPoolId === application.userPoolId);
    const isNamed = app !== undefined && others.length === 0;
    return { link: qrLink(parts.publicUrl, qrcodeId), ...(isNamed && { appName: cleanText(app.name) }) };
  }

  function status(request: FastifyRequest<{ Querystring: QrCodeStatusQuery }>, reply: FastifyReply) {
    const { qrcodeId, since, waitSeconds = '0' } = request.query;
    const seconds = Number(waitSeconds);
    const view =
      since === undefined || seconds === 0
        ? calls.poll(request, reply, qrcodeId)
        : waiting.wait(request, reply, { qrcodeId, since, seconds });
    return view.then((seen) => ok(request, statusDto(seen)));
  }

  const statusSchema = {
    tags,
    description:
      'Needs no login. Details and the ticket go only to the browser (or poll secret) the code is bound to; anyone else sees the status alone. ' +
      'An expired or used code answers EXPIRED, not an error. With since and waitSeconds the answer waits for a change (long poll). ' +
      'Errors: 404 unknown code, 429 many unknown codes, or too many waiting requests: then poll without waiting.',
    querystring: QrCodeStatusQuery,
    response: { 200: statusReply },
  };
  app.get(pollPaths[0], { config: { isQuiet: true }, schema: { ...statusSchema, summary: 'Follow a code' } }, status);
  app.get(
    pollPaths[1],
    { config: { isQuiet: true }, schema: { ...statusSchema, summary: 'Follow a code (older name)', deprecated: true } },
    status,
  );

  app.get(
    '/api/v3/watch-qrcode-status',
    {
      config: { isQuiet: true },
      schema: {
        tags,
        summary: 'Be told how a code is doing (server-sent events)',
        description:
          'The status at once, and then each change: `event: status`, with the `data` of get-qrcode-status as JSON and the status as `id`. Who sees what is the same as there. ' +
          'The stream ends after AUTHORIZED, CANCELLED or EXPIRED: close yours then; whoever returns with that `id` in last-event-id gets HTTP 204. It may end before, as when a node stops: open another. ' +
          'Comments keep it alive every 15 seconds. A refusal is an envelope instead of a stream, with the errors of get-qrcode-status. 429 too many waiting requests: poll instead.',
        querystring: WatchQrCodeQuery,
        response: {
          200: {
            description: 'The stream; a refusal as JSON',
            content: {
              'text/event-stream': { schema: { type: 'string' } },
              'application/json': { schema: envelope(CheckQrCodeStatusData) },
            },
          },
        },
      },
    },
    (request, reply) => waiting.stream(request, reply, request.query.qrcodeId),
  );

  async function change(request: FastifyRequest<{ Body: ChangeQrCodeStatusDto }>) {
    const scanned = await calls.act(request, 'v3', request.body);
    return ok(request, { success: true, ...scanned });
  }

  const changeSchema = {
    tags,
    description:
      "The phone's moves, with the app user's access token in authorization (raw or Bearer). SCAN first; its reply carries what the person must see before deciding, what the page gave along (customData) and the seconds left. " +
      'CONFIRM and CANCEL belong to the same user on the same login. Repeating a move is a success. Errors: 401 apiCode 2020 not signed in, 403 other user, other pool (2036), ' +
      '404 unknown code (2241), 422 not scanned yet, expired or finished.',
    body: ChangeQrCodeStatusDto,
    response: { 200: envelope(ChangeQrCodeStatusDataDto) },
  };
  app.post(
    '/api/v3/set-qrcode-status',
    { bodyLimit, schema: { ...changeSchema, summary: 'Scan, confirm or cancel a code' } },
    change,
  );
  app.post(
    '/api/v3/change-qrcode-status',
    {
      bodyLimit,
      schema: { ...changeSchema, summary: 'Scan, confirm or cancel a code (older name)', deprecated: true },
    },
    change,
  );
}

export function statusDto(view: QrView): CheckQrCodeStatusDataDto {
  return {
    status: view.status,
    // A page that gets the tokens needs no ticket (wire 9, row 20).
    ticket: view.login ? undefined : view.ticket,
    briefUserInfo: view.user,
    tokenSet: view.login && tokenSetDto(view.login.tokenSet),
    expiresIn: view.secondsLeft,
  };
}
