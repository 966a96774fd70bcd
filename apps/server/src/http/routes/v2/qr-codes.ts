import {
  envelopeV2,
  type Language,
  V2CheckQrCodeData,
  V2CheckQrCodeQuery,
  V2ExchangedUser,
  V2ExchangeTicketDto,
  V2GeneQrCodeData,
  V2GeneQrCodeDto,
  V2MoveQrCodeData,
  V2MoveQrCodeDto,
  type V2User,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import type { Application } from '../../../core/directory/application.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import type { CreatedQr } from '../../../core/qr/create.ts';
import { qrText } from '../../../core/qr/payload.ts';
import type { QrView } from '../../../core/qr/poll.ts';
import type { ScanLogin } from '../../../core/qr/scan-logins.ts';
import type { QrAction } from '../../../core/qr/session.ts';
import { qrcodeIdOfTicket } from '../../../core/qr/ticket.ts';
import { defaultScope } from '../../../core/sessions/scopes.ts';
import { bearsLogo } from '../../../qr-image/draw.ts';
import { callerOf } from '../../callers/caller.ts';
import { applicationOrPools } from '../../callers/pool-application.ts';
import { redeemerOf } from '../../callers/redeemer.ts';
import { languageOf } from '../../requests/errors.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { qrBodyLimit as bodyLimit, createQrCalls } from '../../requests/qr-calls.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { parseJsonField } from '../../server/json-body.ts';
import { v2User } from '../../wire/v2-user.ts';

type CheckReply = ReturnType<typeof okV2<V2CheckQrCodeData>>;

/** Two prefixes for the same calls; both are in use (wire 9, row 1). */
export const qrCodePrefixes = ['/api/v2/qrcode', '/api/qrcode'] as const;

const statusNumbers = {
  PENDING: 0,
  SCANNED: 1,
  AUTHORIZED: 2,
  CANCELLED: 3,
  EXPIRED: -1,
} as const satisfies Record<QrView['status'], number>;

/** The numbers of these replies are older than the polls' and mean something else (wire 9, row 8). */
const moves = {
  scanned: {
    action: 'SCAN',
    status: 0,
    description: { en: 'scanned, waiting for the decision', zh: '已扫码，等待确认' },
  },
  confirm: { action: 'CONFIRM', status: 1, description: { en: 'login confirmed', zh: '已确认登录' } },
  cancel: { action: 'CANCEL', status: -1, description: { en: 'login cancelled', zh: '已取消登录' } },
} as const satisfies Record<string, { action: QrAction; status: number; description: Record<Language, string> }>;

/** The calls of generation v2 about QR codes (wire 2.5–2.7): the same use cases as v3, in other words. Rules are in core. */
export function v2QrCodeRoutes(scope: App, parts: Parts): void {
  const { v2LoginTokens, publicUrl } = parts;
  const calls = createQrCalls(parts);

  /** The user as they come out of a scan, with the V2 token of the login it made. */
  async function loggedInUser({ user, application, loginSession, withCustomData }: ScanLogin): Promise<V2User> {
    const held = await v2LoginTokens.mint({ user, application, loginSession, issuedAt: loginSession.createdAt });
    return v2User(user, { publicUrl, ...held, withCustomData });
  }

  async function fullStatus(random: string, view: QrView & { login: ScanLogin }): Promise<CheckReply> {
    return okV2({ ...statusData(random, view), userInfo: await loggedInUser(view.login) });
  }

  /** Whether a logo may lie over the code: official clients paint any that they are told of, readable or not. */
  function mayBePaintedOver({ session, qrcodeId }: CreatedQr, application: Application): boolean {
    return bearsLogo(qrText(session, qrcodeId, { application, publicUrl }));
  }

  for (const prefix of qrCodePrefixes) {
    const isAlias = prefix === '/api/qrcode';

    scope.post(
      `${prefix}/gene`,
      {
        bodyLimit,
        schema: {
          deprecated: isAlias,
          summary: 'Create a code',
          description:
            'Names the application in the x-authing-app-id (or x-genauth-app-id) header, or the user pool in x-authing-userpool-id: then its first application asks. Needs no login; a stale ' +
            'authorization is ignored. Errors: 2231 invalid argument or another scene, 2101 neither header, 2011 unknown application, 2224 unknown pool, 1000 too many codes.',
          body: V2GeneQrCodeDto,
          response: { 200: envelopeV2(V2GeneQrCodeData) },
        },
      },
      async (request, reply) => {
        const { scene, withCustomData, pollChallenge, state, browser } = request.body;
        const application = await applicationOrPools(request, parts);
        if (scene !== 'APP_AUTH') {
          throw new DomainError('unsupported_type', { field: 'scene', reason: ['notServedKind', 'APP_AUTH', scene] });
        }
        const { name, customData } = customDataOf(request.body);
        const created = await withFieldNames({ customData: name }, () =>
          calls.create(request, reply, {
            application,
            customData,
            pollChallenge,
            state,
            browser,
            withCustomData: withCustomData === true,
          }),
        );
        return okV2({
          random: created.qrcodeId,
          expiresIn: created.lifetimeSeconds,
          url: parts.imageUrl(created.qrcodeId),
          ...(application.logoUrl !== null &&
            mayBePaintedOver(created, application) && { customLogo: application.logoUrl }),
        });
      },
    );

    scope.get(
      `${prefix}/check`,
      {
        config: { isQuiet: true },
        schema: {
          deprecated: isAlias,
          summary: 'Follow a code',
          description:
            'Needs no login, and ignores one. Details and the ticket go only to the browser (or poll secret) the code is bound to; anyone else sees the status alone. ' +
            'An expired or used code answers -1, not an error. Errors: 2241 unknown code, 1000 many unknown codes.',
          querystring: V2CheckQrCodeQuery,
          response: { 200: envelopeV2(V2CheckQrCodeData) },
        },
      },
      (request, reply) => {
        const { random } = request.query;
        return calls
          .poll(request, reply, random)
          .then((view): CheckReply | Promise<CheckReply> =>
            isFull(view) ? fullStatus(random, view) : okV2(statusData(random, view)),
          );
      },
    );

    for (const [name, { action, status, description }] of Object.entries(moves)) {
      scope.post(
        `${prefix}/${name}`,
        {
          bodyLimit,
          schema: {
            deprecated: isAlias,
            summary: `Tell that the app user ${meaning[action]} a code`,
            description:
              "The phone's moves, with the app user's token in authorization (raw or Bearer): an access token, an ID token or a V2 login token. scanned first; its reply carries what the person must see " +
              'before deciding. Repeating a move is a success. The status here is not the one of polls. Errors: 2020 not signed in, 2036 other pool, 1001 other user, ' +
              '2241 unknown or expired code, 2231 not scanned yet or finished.',
            body: V2MoveQrCodeDto,
            response: { 200: envelopeV2(V2MoveQrCodeData) },
          },
        },
        async (request: FastifyRequest<{ Body: V2MoveQrCodeDto }>) => {
          const { random, ...told } = request.body;
          const scanned = await calls.act(request, 'v2', { ...told, qrcodeId: random, action });
          return okV2({
            random,
            status,
            description: description[languageOf(request)],
            ...scanned,
          });
        },
      );
    }

    scope.post(
      `${prefix}/userinfo`,
      {
        bodyLimit,
        schema: {
          deprecated: isAlias,
          summary: 'Exchange a ticket for the user, once',
          description:
            'For servers: send a management token or signature, the application as authorization: Basic or client_id and client_secret, or the user pool as userPoolId and secret. ' +
            'Browsers may exchange only where the pool allows it; a refused exchange consumes nothing. The user carries a V2 login token. ' +
            'Errors: 1001 no proof or a wrong secret, 2300 unknown, expired or used ticket, 1300 wrong signature.',
          body: V2ExchangeTicketDto,
          response: { 200: envelopeV2(V2ExchangedUser) },
        },
      },
      async (request) => {
        const { ticket, poll_secret: pollSecret, state, ...credentials } = request.body;
        request.qrcodeId = qrcodeIdOfTicket(ticket);
        const login = await parts.exchangeTicket({
          ticket,
          redeemer: await redeemerOf(request, proofOf(credentials), parts),
          pollSecret,
          state,
          scope: defaultScope,
          caller: callerOf(request),
          call: 'v2',
        });
        return okV2({ ...(await loggedInUser(login)), ...(login.state !== null && { state: login.state }) });
      },
    );
  }
}

const meaning = { SCAN: 'scanned', CONFIRM: 'agrees to', CANCEL: 'refuses' } as const satisfies Record<
  QrAction,
  string
>;

function isFull(view: QrView): view is QrView & { login: ScanLogin } {
  return view.login !== undefined;
}

function statusData(random: string, view: QrView): V2CheckQrCodeData {
  const { status, user, ticket = null, scannedUserId = null } = view;
  return {
    random,
    status: statusNumbers[status],
    // Clients read its fields without a check, so it is never null (wire 2.6).
    userInfo: user === undefined ? {} : { nickname: user.displayName, photo: user.photo },
    ticket,
    scannedUserId,
  };
}

const dataNames = ['params', 'customData', 'customeData'] as const;

/** The page's own data, and the name of the field it came in. @throws DomainError invalid_argument */
function customDataOf(body: V2GeneQrCodeDto): {
  name: string;
  customData: Record<string, unknown> | undefined;
} {
  for (const name of dataNames) {
    const given = body[name];
    if (given === undefined || given === null || given === '') continue;
    return { name, customData: typeof given === 'string' ? parsedObject(given, name) : given };
  }
  return { name: 'customData', customData: undefined };
}

function parsedObject(text: string, field: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return parseJsonField(text, field) as Record<string, unknown>;
  }
  throw new DomainError('invalid_argument', { field, reason: 'notObjectOrItsJson' });
}

/** The credentials of an exchange. An id tells by itself whether it is a pool's, under either name. */
function proofOf(given: Omit<V2ExchangeTicketDto, 'ticket' | 'poll_secret' | 'state'>) {
  return given.userPoolId === undefined || given.client_id !== undefined
    ? { client_id: given.client_id, client_secret: given.client_secret }
    : { client_id: given.userPoolId, client_secret: given.secret };
}
