import {
  EndedQrCodesDto,
  EndQrCodesDto,
  envelope,
  GetScanStatisticsDto,
  ListLiveCodesDto,
  type LiveCodeDto,
  LiveCodesDto,
  maxLiveCodes,
  maxStatisticsPoints,
  ScanStatisticsDto,
  UserPoolSummaryDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import { DomainError } from '../../../../core/ground/errors.ts';
import { describeUserAgent } from '../../../../core/ground/user-agent.ts';
import type { QrSession } from '../../../../core/qr/session.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import { callerOf } from '../../../callers/caller.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';

const bodyLimit = 16 * 1024;
const countedTo = 10_000_000;

/** The QR codes of now and over time, extensions of ours. */
export function liveCodeRoutes(app: App, parts: Parts): void {
  const { liveCodes, unfinishedCap, scanStatistics, poolSummary } = parts;

  app.post(
    '/api/v3/list-live-codes',
    {
      bodyLimit,
      schema: {
        summary: 'List QR codes that nobody finished yet',
        description:
          'The newest, and how many each application has. code is a hash that nobody can poll with. Errors: 404 unknown application. An extension of ours.',
        body: ListLiveCodesDto,
        response: { 200: envelope(LiveCodesDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { appId, status, limit = maxLiveCodes } = request.body;
      const { codes, applications } = await liveCodes.list(admin, { applicationId: appId, status, limit });
      return ok(request, {
        unfinished: {
          n: applications.reduce((sum, { n }) => sum + n, 0),
          isCapped: applications.some(({ isCapped }) => isCapped),
          cap: unfinishedCap,
        },
        applications: applications.map(({ applicationId, n, isCapped }) => ({
          appId: applicationId,
          unfinished: { n, isCapped },
        })),
        list: codes.map(liveCodeDto),
      });
    },
  );

  app.post(
    '/api/v3/end-qrcodes',
    {
      bodyLimit,
      schema: {
        summary: 'End QR codes that nobody finished yet',
        description:
          'Those named by code of list-live-codes, or those of an application, a thousand at a call. Their pages read CANCELLED, and no phone can confirm them. Errors: 404 unknown application. An extension of ours.',
        body: EndQrCodesDto,
        response: { 200: envelope(EndedQrCodesDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { codes, appId } = request.body;
      if ((codes === undefined) === (appId === undefined)) {
        throw new DomainError('invalid_argument', { field: 'codes', reason: ['notExactlyOne', ['codes', 'appId']] });
      }
      const which = codes === undefined ? { applicationId: appId ?? '' } : { codes: [...new Set(codes)] };
      return ok(request, await liveCodes.end(admin, which, callerOf(request)));
    },
  );

  app.post(
    '/api/v3/get-scan-statistics',
    {
      bodyLimit,
      schema: {
        summary: 'Count scans over time',
        description:
          'Codes created, scanned, confirmed, cancelled, expired and exchanged, how long people took, and alarms. Counted some seconds behind what happens: see computedUpTo. Errors: 404 unknown application; 400 more points than served. An extension of ours.',
        body: GetScanStatisticsDto,
        response: { 200: envelope(ScanStatisticsDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { appId, ...asked } = request.body;
      const found = await scanStatistics(admin, { ...asked, applicationId: appId, maxPoints: maxStatisticsPoints });
      const { series, before, computedUpTo } = found;
      return ok(request, {
        ...found,
        series: series.map(({ at, ...counts }) => ({ at: new Date(at).toISOString(), ...counts })),
        before: { totals: before },
        computedUpTo: computedUpTo === null ? null : new Date(computedUpTo).toISOString(),
      });
    },
  );

  app.post(
    '/api/v3/get-userpool-summary',
    {
      bodyLimit,
      schema: {
        summary: 'Count what the user pool has',
        description: 'People, applications and access keys, as they were within the last minute. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(UserPoolSummaryDto) },
      },
    },
    async (request) => {
      const { users, applications, accessKeys, at } = await poolSummary(await administratorOf(request, parts));
      return ok(request, {
        users: { n: users, isCapped: users >= countedTo },
        applications: { n: applications, isCapped: false },
        accessKeys,
        at: new Date(at).toISOString(),
      });
    },
  );
}

function liveCodeDto(code: QrSession): LiveCodeDto {
  const { browser, os } = describeUserAgent(code.generatorUserAgent);
  const { scanner } = code;
  return {
    code: code.idHash,
    appId: code.applicationId,
    status: code.status === 'SCANNED' ? 'SCANNED' : 'PENDING',
    createdAt: new Date(code.createdAt).toISOString(),
    expiresAt: new Date(code.expiresAt).toISOString(),
    maker: { isServer: code.isMadeByApplication, ip: code.generatorIp, browser, os },
    ...(scanner === null ? {} : { scanner: { userId: scanner.userId, name: scanner.displayName } }),
    bound: code.isBound || code.pollBinding === 'secret',
    foreignPoll: code.foreignPollSeen,
  };
}
