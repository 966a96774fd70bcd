import type {
  AdminAuditLogDto,
  GetAdminAuditLogsDto,
  GetUserActionLogsDto,
  ParsedUserAgent,
  UserActionLogDto,
} from '@passbeam/protocol';
import type { AuditEvent } from '../../core/audit/event.ts';
import type { AuditFilter } from '../../core/audit/store.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { describeUserAgent } from '../../core/ground/user-agent.ts';
import type { Administrator } from '../../core/management/administrator.ts';
import type { Logs } from '../../core/management/logs.ts';
import { displayName, photoUrl } from '../../core/users/display.ts';
import { loginApplication } from './logins.ts';
import { operationOf, operationTypes } from './operations.ts';
import { actionOf, actionTypes } from './user-actions.ts';

interface Logged<T> {
  totalCount: number;
  list: T[];
}

export interface LogParts {
  logs: Logs;
  directory: Directory;
  publicUrl: string;
}

/** What people did, in the words of the published log (wire 5.2, row 16). */
export async function userActions(
  admin: Administrator,
  input: GetUserActionLogsDto,
  parts: LogParts,
): Promise<Logged<UserActionLogDto>> {
  const { totalCount, events, people } = await parts.logs.page(admin, {
    ...filterOf(input),
    types: actionTypes(input),
    userId: input.userId || undefined,
    applicationId: input.appId || undefined,
  });
  const list = events.map((event): UserActionLogDto => {
    const user = people.get(event.userId ?? '');
    const action = actionOf(event.type);
    return {
      userId: event.userId ?? '',
      userAvatar: photoUrl(user ?? nobody, parts.publicUrl),
      userDisplayName: user ? displayName(user) : '',
      userLoginsCount: user?.loginsCount ?? 0,
      ...loginApplication(event.applicationId ?? '', parts),
      ...(event.ip === null ? {} : { clientIp: event.ip }),
      eventType: action?.eventType ?? event.type,
      eventDetail: event.type,
      success: action?.success ?? true,
      userAgent: event.userAgent ?? '',
      parsedUserAgent: parsedUserAgent(event.userAgent),
      geoip: unknownPlace,
      timestamp: new Date(event.at ?? 0).toISOString(),
      requestId: event.requestId ?? '',
      ...(event.count === undefined ? {} : { count: event.count }),
    };
  });
  return { totalCount, list };
}

/** What administrators did, in the words of the published log (wire 5.2, row 17). */
export async function adminAudits(
  admin: Administrator,
  input: GetAdminAuditLogsDto & { appId?: string },
  { logs, directory, publicUrl }: LogParts,
): Promise<Logged<AdminAuditLogDto>> {
  const { userPoolId } = admin;
  const { totalCount, events } = await logs.page(admin, {
    ...filterOf(input),
    // A refused write changes nothing and leaves no event, so a filter for failures finds none.
    types: input.success === false ? [] : operationTypes(input),
    accessKeyId: input.userId || undefined,
    applicationId: input.appId || undefined,
  });
  const list = events.map((event): AdminAuditLogDto => {
    const { accessKeyId, administratorId, administratorName } = event.detail;
    const adminUserId = String(administratorId ?? accessKeyId ?? '');
    return {
      adminUserId,
      adminUserAvatar: photoUrl(nobody, publicUrl),
      adminUserDisplayName:
        adminUserId === userPoolId ? directory.getPool(userPoolId).name : String(administratorName ?? adminUserId),
      ...(event.ip === null ? {} : { clientIp: event.ip }),
      operationType: operationOf(event.type)?.operationType ?? '',
      resourceType: operationOf(event.type)?.resourceType ?? '',
      eventDetails: event.type,
      ...textsOf(event),
      success: true,
      userAgent: event.userAgent ?? '',
      ua: parsedUserAgent(event.userAgent),
      geoip: unknownPlace,
      timestamp: new Date(event.at ?? 0).toISOString(),
      requestId: event.requestId ?? '',
    };
  });
  return { totalCount, list };
}

type LogFilter = Pick<GetUserActionLogsDto, 'requestId' | 'clientIp' | 'start' | 'end' | 'pagination'>;

function filterOf(input: LogFilter): Omit<AuditFilter, 'types' | 'userPoolId'> {
  const { page = 1, limit = 10 } = input.pagination ?? {};
  return {
    // Official clients send empty texts and zeros for filters that nobody set.
    requestId: input.requestId || undefined,
    ip: input.clientIp || undefined,
    from: input.start || undefined,
    to: input.end || undefined,
    offset: (page - 1) * limit,
    limit,
  };
}

/** The texts that an event recorded about its change. Where it recorded none, they say whom or what it was about. */
function textsOf({ detail, userId, applicationId }: AuditEvent) {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const operationParam = text(detail.operationParam) ?? userId ?? applicationId ?? undefined;
  const texts = { operationParam, originValue: text(detail.originValue), targetValue: text(detail.targetValue) };
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
}

export function parsedUserAgent(userAgent: string | null): ParsedUserAgent {
  const { browser, os, device } = describeUserAgent(userAgent);
  return { device: device ?? '', name: browser ?? '', os: os ?? '' };
}

const nobody = { profile: {} };

export const unknownPlace = {
  location: { lon: 0, lat: 0 },
  country_name: '',
  country_code2: '',
  country_code3: '',
  region_name: '',
  region_code: '',
  city_name: '',
  continent_code: '',
  timezone: '',
};
