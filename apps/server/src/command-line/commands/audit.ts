import { open, rm } from 'node:fs/promises';
import type { AuditEventDto, ListAuditEventsDto } from '@passbeam/protocol';
import type { ManagementClient, UserDto } from '@passbeam/sdk';
import { type Call, WrongCall } from '../call.ts';
import { CommandFailed, columns, type Outcome, type Surroundings, shown } from '../outcome.ts';
import { clientOf, momentOf, numberOf, oneOf, personOf } from '../server-command.ts';

const dayMs = 86_400_000;
/** A person who tried that many codes within the period has a story that nobody reads to its end. */
const mostCodes = 20;

export async function list(call: Call, around: Surroundings): Promise<Outcome> {
  const limit = numberOf(call, 'limit', { max: 10_000, byDefault: 50 });
  const client = clientOf(call, around);
  const found = await take(client, await filterOf(call, client, around), limit, around);
  return { result: { list: found }, lines: found.length === 0 ? ['nothing'] : linesOf(found) };
}

/** What became of a person, or of one code: their events, and those of the codes that they are about. */
export async function story(call: Call, around: Surroundings): Promise<Outcome> {
  const [user, code] = [call.text('user'), call.text('code')];
  if ((user === undefined) === (code === undefined)) {
    throw new WrongCall('audit story needs either --user USER or --code HASH.', call.name);
  }
  const client = clientOf(call, around);
  const to = momentOf(call, 'to', Date.now());
  const period = { from: momentOf(call, 'from', Date.now()) ?? Date.now() - dayMs, ...(to !== undefined && { to }) };
  const person = user === undefined ? null : await personOf(client, user, around.signal);
  const about: ListAuditEventsDto = person === null ? { code } : { userId: person.userId };
  const own = await take(client, { ...period, ...about, order: 'newest' }, 1000, around);
  const codes = new Set(own.flatMap((event) => event.code ?? []));
  const events = new Map(own.map((event) => [event.eventId, event]));
  for (const each of [...codes].slice(0, mostCodes)) {
    const others = await take(client, { ...period, code: each, order: 'newest' }, 100, around);
    for (const event of others) events.set(event.eventId, event);
  }
  const told = [...events.values()].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return {
    result: { person, list: told },
    lines: [...standing(person), ...(told.length === 0 ? ['nothing was recorded'] : linesOf(told))],
  };
}

function standing(person: UserDto | null): string[] {
  if (person === null) return [];
  const { userId, username, email, status, lastLogin } = person;
  return [`${shown(username ?? email)} (${userId}) is ${status}; last login ${lastLogin ?? 'never'}`, ''];
}

export async function exportEvents(call: Call, around: Surroundings): Promise<Outcome | null> {
  const format = oneOf(call, 'format', ['csv', 'jsonl']) ?? 'csv';
  const path = call.text('out');
  const client = clientOf(call, around);
  const filter = await filterOf(call, client, around);
  const file = path === undefined ? null : await newFile(path);
  let bytes = 0;
  try {
    const stream = await client.exportAuditEvents({ order: 'oldest', ...filter, format }, around);
    for await (const chunk of stream) {
      if (file === null) await around.write(chunk);
      else await file.writeFile(chunk);
      bytes += chunk.length;
      if (file !== null) around.tell(`${bytes} bytes`);
    }
  } catch (error) {
    await file?.close();
    if (path !== undefined) await rm(path, { force: true });
    throw error;
  }
  if (file === null) return null;
  await file.close();
  return { result: { file: path, bytes }, lines: [`${path}: ${bytes} bytes`] };
}

async function newFile(path: string) {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed(code === 'EEXIST' ? `${path} is there already.` : `${path} cannot be written (${code}).`);
  }
}

async function take(
  client: ManagementClient,
  filter: ListAuditEventsDto,
  limit: number,
  { signal, tell }: Surroundings,
): Promise<AuditEventDto[]> {
  const found: AuditEventDto[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listAuditEvents({ ...filter, limit: Math.min(100, limit), cursor }, { signal });
    found.push(...page.list);
    tell(`${found.length} events${page.searchedTo === null ? '' : `, searched to ${page.searchedTo}`}`);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  return found.slice(0, limit);
}

async function filterOf(call: Call, client: ManagementClient, { signal }: Surroundings): Promise<ListAuditEventsDto> {
  const now = Date.now();
  const user = call.text('user');
  const types = [...call.list('type')];
  const asked = {
    from: momentOf(call, 'from', now),
    to: momentOf(call, 'to', now),
    types: types.length === 0 ? undefined : types,
    outcome: oneOf(call, 'outcome', ['success', 'failure', 'alarm']),
    order: oneOf(call, 'order', ['newest', 'oldest']),
    appId: call.text('app'),
    ip: call.text('ip'),
    code: call.text('code'),
    requestId: call.text('request'),
    accessKeyId: call.text('access-key'),
    administratorId: call.text('administrator'),
    userId: user === undefined ? undefined : (await personOf(client, user, signal)).userId,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function linesOf(events: readonly AuditEventDto[]): string[] {
  const rows = events.map((event) => [
    event.at.slice(0, 19).replace('T', ' '),
    event.type,
    event.outcome,
    event.userName ?? event.userId ?? event.administratorName ?? event.accessKeyId,
    event.appName ?? event.appId,
    event.ip,
    event.code?.slice(0, 16),
    `${event.count > 1 ? `${event.count} times ` : ''}${factsOf(event)}`,
  ]);
  return columns(['at (UTC)', 'what', 'outcome', 'who', 'application', 'address', 'code', 'more'], rows);
}

function factsOf({ detail }: AuditEventDto): string {
  return Object.entries(detail)
    .filter(([name, value]) => value !== null && value !== '' && !name.endsWith('Hash'))
    .map(([name, value]) => `${name}=${String(value).slice(0, 80)}`)
    .join(' ');
}
