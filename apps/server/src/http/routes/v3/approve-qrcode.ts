import { ApproveQrCodeDto, ChangeQrCodeStatusDataDto, envelope } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../core/ground/errors.ts';
import type { ManagementAuthority } from '../../../core/management/authority.ts';
import type { Approver, NamedPerson } from '../../../core/qr/approval/approve-for.ts';
import { checkingKey } from '../../callers/administrator.ts';
import { canonicalAddress } from '../../limits/address.ts';
import { qrBodyLimit as bodyLimit, createQrCalls, type QrCallParts } from '../../requests/qr-calls.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

export type ApproveQrCodeParts = QrCallParts & { management: Pick<ManagementAuthority, 'authenticateApprover'> };

/** How much of a phone's User-Agent is kept, as of one that is seen. */
const maxUserAgentLength = 512;
const names = ['subject', 'userId', 'externalId'] as const;
const words = ['displayName', 'photo', 'email', 'emailVerified', 'phone', 'phoneVerified', 'customFields'] as const;

/** Who sent a request, once its signature was checked: a nonce is good for one check. */
const approvers = new WeakMap<FastifyRequest, Approver>();

/** `POST /api/v3/approve-qrcode`, an extension of ours: a company's backend approves for the person who is signed in there. */
export function approveQrCodeRoute(app: App, parts: ApproveQrCodeParts): void {
  const calls = createQrCalls(parts);

  app.post(
    '/api/v3/approve-qrcode',
    {
      bodyLimit,
      // A stranger is told who may call, and not what to send.
      preValidation: async (request) => {
        approvers.set(
          request,
          await checkingKey(request, parts, (call) => parts.management.authenticateApprover(call)),
        );
      },
      schema: {
        tags: ['QR codes'],
        summary: 'Scan, confirm or cancel a code for a person (backends)',
        description:
          "For the backend of a company whose app has its own login: signed with an access key whose scopes hold approve. Take the person from your own login, never from the app's request. " +
          'SCAN first; pass its reply to the app, which shows consent before the person decides. CONFIRM and CANCEL belong to the same person and session. Repeating a move is a success. ' +
          'Errors: 401 apiCode 1300 wrong signature, 403 the key may not approve, other person, other pool (2036), 404 unknown code (2241) or person (2004), 422 not scanned yet, expired or finished, 429 too many scans of this person.',
        body: ApproveQrCodeDto,
        response: { 200: envelope(ChangeQrCodeStatusDataDto) },
      },
    },
    async (request) => {
      const { qrcodeId, action, door, person, session = null, phone = {} } = request.body;
      const scanned = await calls.actFor(request, {
        approver: approvers.get(request) as Approver,
        qrcodeId,
        action,
        door,
        person: namedPerson(person),
        session,
        phone: phoneOf(phone),
      });
      return ok(request, { success: true, ...scanned });
    },
  );
}

function namedPerson(person: ApproveQrCodeDto['person']): NamedPerson {
  const given = names.filter((name) => person[name] !== undefined);
  if (given.length !== 1)
    throw new DomainError('invalid_argument', { field: 'person', reason: ['notExactlyOne', names] });
  const { subject, userId, externalId, ...shown } = person;
  for (const field of words) {
    if (subject !== undefined || shown[field] === undefined) continue;
    throw new DomainError('invalid_argument', { field: `person.${field}`, reason: 'onlyBesideSubject' });
  }
  if (subject !== undefined) return { subject, ...shown };
  return userId === undefined ? { externalId: externalId as string } : { userId };
}

function phoneOf({ ip, userAgent }: NonNullable<ApproveQrCodeDto['phone']>) {
  const address = ip === undefined ? null : canonicalAddress(ip);
  if (ip !== undefined && address === null) {
    throw new DomainError('invalid_argument', { field: 'phone.ip', reason: 'notIpAddress' });
  }
  return { ip: address, userAgent: userAgent?.slice(0, maxUserAgentLength) ?? null };
}
