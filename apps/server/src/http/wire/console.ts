import type {
  AdministratorDto,
  ConsoleLoginDto,
  ConsoleMeView,
  ConsoleStepView,
  PageCodeView,
} from '@passbeam/protocol';
import { type Account, roleIn, stateOf } from '../../core/administrators/account.ts';
import type { ConsoleCaller } from '../../core/administrators/console-caller.ts';
import { freshUntil, idleExpiresAt, stepOf } from '../../core/administrators/console-logins.ts';
import type { LinkedPersons } from '../../core/administrators/linked-person.ts';
import type { ConsoleLogin } from '../../core/administrators/store.ts';
import type { Directory } from '../../core/directory/directory.ts';
import type { Clock } from '../../core/ground/ports.ts';
import { describeUserAgent } from '../../core/ground/user-agent.ts';
import { type QrSession, secondsLeft } from '../../core/qr/session.ts';

const iso = (at: number) => new Date(at).toISOString();

export const isFreshlyProved = ({ login }: ConsoleCaller, now: number): boolean => freshUntil(login) > now;

export function stepView(who: ConsoleCaller): ConsoleStepView {
  return { step: stepOf(who), ways: waysOf(who.account) };
}

const waysOf = ({ totpSecret, recoveryHashes, linkedPerson }: Account): ConsoleStepView['ways'] => [
  ...(totpSecret === null ? [] : (['totp'] as const)),
  ...(recoveryHashes.length === 0 ? [] : (['recoveryCode'] as const)),
  ...(linkedPerson === null ? [] : (['scan'] as const)),
];

export function loginDto(login: ConsoleLogin, thisId: string | null): ConsoleLoginDto {
  const { browser, os } = describeUserAgent(login.userAgent);
  return {
    loginId: login.id,
    isThis: login.id === thisId,
    createdAt: iso(login.createdAt),
    lastActedAt: iso(login.lastActedAt),
    expiresAt: iso(Math.min(login.expiresAt, idleExpiresAt(login))),
    ip: login.ip,
    browser: browser ?? null,
    os: os ?? null,
  };
}

export async function meView(
  who: ConsoleCaller,
  parts: {
    directory: Pick<Directory, 'pools'>;
    console: { linkedPersons: Pick<LinkedPersons, 'personOf'> };
    clock: Clock;
  },
): Promise<ConsoleMeView> {
  const { account, login } = who;
  const isDone = stepOf(who) === 'done';
  const pools = parts.directory.pools().flatMap(({ id, name }) => {
    const role = roleIn(account.grants, id);
    return role === null ? [] : [{ userPoolId: id, name, role }];
  });
  const { id: administratorId, name, signInName, language, theme, grants } = account;
  return {
    ...stepView(who),
    administrator: { administratorId, name, signInName, language, theme, grants: [...grants] },
    pools: isDone ? pools : [],
    secondFactor: {
      totp: account.totpSecret !== null,
      recoveryCodesLeft: account.recoveryHashes.length,
      linkedPerson: isDone ? await parts.console.linkedPersons.personOf(account) : null,
    },
    login: {
      loginId: login.id,
      expiresAt: iso(login.expiresAt),
      idleExpiresAt: iso(Math.min(login.expiresAt, idleExpiresAt(login))),
      freshUntil: isFreshlyProved(who, parts.clock.now()) ? iso(freshUntil(login)) : null,
    },
  };
}

/** The code of the console's page. Its id is told once, when it is made. */
export function codeView(
  session: QrSession | null,
  { qrcodeId, now, imageUrl }: { qrcodeId?: string; now: number; imageUrl(qrcodeId: string): string },
): PageCodeView {
  if (session === null) return { status: 'EXPIRED' };
  const { status, scanner } = session;
  return {
    status: status === 'CONSUMED' ? 'EXPIRED' : status,
    ...(qrcodeId !== undefined && { qrcodeId, url: imageUrl(qrcodeId) }),
    ...(scanner !== null && { briefUserInfo: { displayName: scanner.displayName, photo: scanner.photo } }),
    expiresIn: secondsLeft(session, now),
  };
}

export function administratorDto(account: Account): AdministratorDto {
  const { linkedPerson } = account;
  return {
    administratorId: account.id,
    name: account.name,
    signInName: account.signInName,
    email: account.email,
    grants: [...account.grants],
    state: stateOf(account),
    secondFactor: account.totpSecret !== null,
    linkedPerson: linkedPerson && { userPoolId: linkedPerson.userPoolId, userId: linkedPerson.userId },
    createdAt: iso(account.createdAt),
    createdBy: account.createdBy,
    lastSeenAt: account.lastSeenAt === null ? null : iso(account.lastSeenAt),
    version: account.version,
  };
}
