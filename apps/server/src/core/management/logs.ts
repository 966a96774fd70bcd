import type {
  AdminAuditLogDto,
  GetAdminAuditLogsDto,
  GetUserActionLogsDto,
  ParsedUserAgent,
  UserActionLogDto,
} from '@passbeam/protocol';
import { applicationLogo } from '../applications/application-dto.ts';
import type { AuditEvent } from '../audit/event.ts';
import type { AuditFilter, AuditStore } from '../audit/store.ts';
import type { Directory } from '../pools/directory.ts';
import { describeUserAgent } from '../qr/user-agent.ts';
import { displayName, photoUrl } from '../users/display.ts';
import type { UserStore } from '../users/store.ts';
import type { ManagementCaller } from './caller.ts';
import { operationOf, operationTypes } from './operations.ts';
import { actionOf, actionTypes } from './user-actions.ts';

interface Logged<T> {
  totalCount: number;
  list: T[];
}

/** What happened in the caller's pool, read from the audit events (wire 5.2, rows 16, 17). */
export function createLogs(parts: {
  audit: Pick<AuditStore, 'page'>;
  users: Pick<UserStore, 'find'>;
  directory: Directory;
  publicUrl: string;
}) {
  const { audit, users, directory, publicUrl } = parts;

  async function userActions(
    { userPoolId }: ManagementCaller,
    input: GetUserActionLogsDto,
  ): Promise<Logged<UserActionLogDto>> {
    const { totalCount, events } = await audit.page({
      ...filterOf(userPoolId, input),
      types: actionTypes(input),
      userId: input.userId || undefined,
      applicationId: input.appId || undefined,
    });
    const people = await findPeople(userPoolId, events);
    const list = events.map((event): UserActionLogDto => {
      const user = people.get(event.userId ?? '');
      const application = directory.findApplication(event.applicationId ?? '');
      const action = actionOf(event.type);
      return {
        userId: event.userId ?? '',
        userAvatar: photoUrl(user ?? nobody, publicUrl),
        userDisplayName: user ? displayName(user) : '',
        userLoginsCount: user?.loginsCount ?? 0,
        appId: event.applicationId ?? '',
        appName: application?.name ?? '',
        appLoginUrl: application?.profile.initLoginUri ?? '',
        appLogo: application ? applicationLogo(application, publicUrl) : '',
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

  async function adminAudits(
    { userPoolId }: ManagementCaller,
    input: GetAdminAuditLogsDto & { appId?: string },
  ): Promise<Logged<AdminAuditLogDto>> {
    const { totalCount, events } = await audit.page({
      ...filterOf(userPoolId, input),
      // A write that was refused changed nothing and is not an event.
      types: input.success === false ? [] : operationTypes(input),
      accessKeyId: input.userId || undefined,
      applicationId: input.appId || undefined,
    });
    const list = events.map((event): AdminAuditLogDto => {
      const { accessKeyId } = event.detail;
      const adminUserId = typeof accessKeyId === 'string' ? accessKeyId : '';
      return {
        adminUserId,
        adminUserAvatar: photoUrl(nobody, publicUrl),
        adminUserDisplayName: adminUserId === userPoolId ? directory.getPool(userPoolId).name : adminUserId,
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

  async function findPeople(userPoolId: string, events: AuditEvent[]) {
    const ids = [...new Set(events.flatMap(({ userId }) => userId ?? []))];
    const found = await Promise.all(ids.map((id) => users.find(id)));
    return new Map(found.flatMap((user) => (user?.userPoolId === userPoolId ? [[user.id, user] as const] : [])));
  }

  return { userActions, adminAudits };
}

export type Logs = ReturnType<typeof createLogs>;

type LogFilter = Pick<GetUserActionLogsDto, 'requestId' | 'clientIp' | 'start' | 'end' | 'pagination'>;

function filterOf(userPoolId: string, input: LogFilter): Omit<AuditFilter, 'types'> {
  const { page = 1, limit = 10 } = input.pagination ?? {};
  return {
    userPoolId,
    // Clients send empty texts and zeros for filters that nobody set.
    requestId: input.requestId || undefined,
    ip: input.clientIp || undefined,
    from: input.start || undefined,
    to: input.end || undefined,
    offset: (page - 1) * limit,
    limit,
  };
}

/** What the change left about itself; an event of a change without words says whom or what it was about. */
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
