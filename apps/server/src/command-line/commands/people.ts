import type { UserSessionDto } from '@passbeam/protocol';
import type { ManagementClient, UserDto } from '@passbeam/sdk';
import type { Call } from '../call.ts';
import { columns, minuteOf, type Outcome, type Surroundings, shown } from '../outcome.ts';
import { clientOf, insisting, numberOf, personOf } from '../server-command.ts';

const pageSize = 50;

export async function find(call: Call, around: Surroundings): Promise<Outcome> {
  const client = clientOf(call, around);
  const [text = ''] = call.words;
  const limit = numberOf(call, 'limit', { max: 1000, byDefault: pageSize });
  const found: UserDto[] = [];
  let searched = 0;
  let cursor: string | undefined;
  do {
    const asked = { text, limit: Math.min(pageSize, limit), cursor, ...(call.isSet('deep') && { deep: true }) };
    const page = await client.searchUsers(asked, around);
    found.push(...page.list);
    searched += page.searched;
    around.tell(`looked at ${searched} people`);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  const list = found.slice(0, limit);
  const isAll = cursor === undefined && list.length === found.length;
  const lines =
    list.length === 0
      ? ['nobody']
      : columns(['id', 'username', 'e-mail', 'phone', 'name', 'status', 'last login'], list.map(rowOf));
  return { result: { list, isAll }, lines: [...lines, ...(isAll ? [] : ['There are more: --limit.'])] };
}

function rowOf({ userId, username, email, phone, phoneCountryCode, name, nickname, status, lastLogin }: UserDto) {
  const whole = phone === null ? null : `${phoneCountryCode ?? ''}${phone}`;
  return [userId, username, email, whole, name ?? nickname, status, minuteOf(lastLogin)];
}

export const suspend = (call: Call, around: Surroundings) =>
  setStatus('Suspended', 'is suspended: their logins ended, and nobody gets in as them.', call, around);

export const activate = (call: Call, around: Surroundings) =>
  setStatus('Activated', 'may sign in again.', call, around);

async function setStatus(
  status: 'Suspended' | 'Activated',
  says: string,
  call: Call,
  around: Surroundings,
): Promise<Outcome> {
  const client = clientOf(call, around);
  const [text = ''] = call.words;
  const { userId } = await personOf(client, text, around.signal);
  const user = await insisting(() => client.updateUser({ userId, status }, around));
  return { result: user, lines: [`${shown(text)} (${userId}) ${says}`] };
}

export async function logins(call: Call, around: Surroundings): Promise<Outcome> {
  const client = clientOf(call, around);
  const { userId } = await personOf(client, call.words[0] ?? '', around.signal);
  const found = await standingLogins(client, userId, around);
  const rows = found.map(({ sessionId, appName, appId, amr, createdAt, ip, browser, os, confirmedCount }) => [
    ...[sessionId, appName ?? appId, amr.join('+'), minuteOf(createdAt), ip],
    ...[[browser, os].filter((each) => each !== null).join(', '), confirmedCount],
  ]);
  const heads = ['id', 'application', 'by', 'since', 'address', 'device', 'confirmed'];
  return { result: { userId, list: found }, lines: rows.length === 0 ? ['no login stands'] : columns(heads, rows) };
}

async function standingLogins(
  client: ManagementClient,
  userId: string,
  around: Surroundings,
): Promise<UserSessionDto[]> {
  const found: UserSessionDto[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listUserSessions({ userId, limit: 100, cursor }, around);
    found.push(...page.list);
    around.tell(`${found.length} logins`);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

export async function endLogins(call: Call, around: Surroundings): Promise<Outcome> {
  const client = clientOf(call, around);
  const { userId } = await personOf(client, call.words[0] ?? '', around.signal);
  const sessionIds = [...call.list('login')];
  const isNamed = sessionIds.length > 0;
  const codeOf = (n: number) => (isNamed && n === 0 ? 1 : 0);
  if (call.isSet('dry-run')) {
    const standing = await standingLogins(client, userId, around);
    const isMeant = ({ sessionId, confirmedBy }: UserSessionDto) =>
      !isNamed || sessionIds.includes(sessionId) || sessionIds.includes(confirmedBy ?? '');
    const wouldEnd = standing.filter(isMeant).length;
    return { result: { userId, wouldEnd }, lines: [`${wouldEnd} would end.`], code: codeOf(wouldEnd) };
  }
  const which = isNamed ? { sessionIds } : { all: true };
  const { ended } = await insisting(() => client.endUserSessions({ userId, ...which }, around));
  return { result: { userId, ended }, lines: [`${ended} ended.`], code: codeOf(ended) };
}
