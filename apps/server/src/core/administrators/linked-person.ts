import type { AuditStore } from '../audit/store.ts';
import { consoleApplication } from '../directory/console-application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { CreateQrInput } from '../qr/create.ts';
import type { ScanLogins } from '../qr/scan-logins.ts';
import { isExpired, type QrSession } from '../qr/session.ts';
import type { QrSessionStore } from '../qr/store.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import { displayName } from '../users/display.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { type CompanyOfPhone, type LinkedPerson, roleIn } from './account.ts';
import { administratorEvent, type ConsoleCaller } from './console-caller.ts';
import type { ConsoleLoginKeeper, Proved } from './console-logins.ts';
import type { ConsoleSignIn } from './sign-in.ts';
import type { AdministratorStore, ConsoleLogin } from './store.ts';

type Purpose = NonNullable<ConsoleLogin['code']>['purpose'];

/** A person with more events since the linking is linked anew. */
const mostEventsLooked = 20_000;

/** What the page is told of the code that it shows. */
export interface FollowedCode {
  session: QrSession | null;
  now: number;
  /** What a confirmation led to, when it just did. */
  proved: Proved | null;
}

/**
 * The person of a user pool whose app shows who an administrator is. The console's code is redeemed here, in the process: no ticket leaves
 * the server, and a relayed scan (threats T1) is worth nothing without the password.
 */
export function createLinkedPersons(parts: {
  administrators: AdministratorStore;
  keeper: ConsoleLoginKeeper;
  signIn: Pick<ConsoleSignIn, 'proved'>;
  createQr(input: CreateQrInput): Promise<{ qrcodeId: string; session: QrSession }>;
  qrSessions: Pick<QrSessionStore, 'find'>;
  scanLogins: Pick<ScanLogins, 'checkAuthority'>;
  users: Pick<UserStore, 'find'>;
  audit: Pick<AuditStore, 'read'>;
  directory: Pick<Directory, 'findPool'>;
  networkOf(ip: string): string;
  secrets: Secrets;
  clock: Clock;
}) {
  const { administrators, keeper, signIn, qrSessions, scanLogins, users, audit, directory, secrets, clock } = parts;

  /** What binds a code to this login: nobody else can know what it is made of, so no other poller sees its person. */
  const challengeOf = ({ id }: ConsoleLogin) => secrets.hash(secrets.hash(JSON.stringify(['console', id])));

  /** Makes the code that the page shows. @throws DomainError permission_denied */
  async function showCode(who: ConsoleCaller, purpose: Purpose, userPoolId: string, asked: Asked) {
    const { caller } = asked;
    if (directory.findPool(userPoolId) === null || roleIn(who.account.grants, userPoolId) === null) {
      throw new DomainError('permission_denied', { reason: 'noGrantInPool' });
    }
    const { qrcodeId, session } = await parts.createQr({
      application: consoleApplication(userPoolId),
      customData: undefined,
      withCustomData: false,
      isProved: true,
      pollChallenge: challengeOf(who.login),
      state: undefined,
      caller,
      network: parts.networkOf(caller.ip),
      browser: null,
      shown: { userAgent: caller.userAgent, acceptLanguage: asked.acceptLanguage, isReportedBySite: false },
    });
    await keeper.showCode(who, { hash: session.idHash, purpose, userPoolId });
    return { qrcodeId, session };
  }

  /** For the second factor. @throws DomainError permission_denied when nobody is linked */
  function showToProve(who: ConsoleCaller, asked: Asked) {
    const { linkedPerson } = who.account;
    if (linkedPerson === null) throw new DomainError('permission_denied');
    return showCode(who, 'prove', linkedPerson.userPoolId, asked);
  }

  /** Where the code stands, and what it led to. @throws DomainError permission_denied, ticket_invalid, user_suspended */
  async function follow(who: ConsoleCaller, purpose: Purpose, caller: Caller): Promise<FollowedCode> {
    const { code } = who.login;
    const found = code?.purpose === purpose ? await qrSessions.find(code.hash) : null;
    if (code === null || found === null) return { session: null, now: clock.now(), proved: null };
    const { session, now } = found;
    const isOurs = session.bindingHash !== null && secrets.equal(session.bindingHash, challengeOf(who.login));
    if (!isOurs || isExpired(session, now)) return { session: null, now, proved: null };
    if (session.status !== 'AUTHORIZED') return { session, now, proved: null };
    const { user, phone } = await scanLogins.checkAuthority(session, consoleApplication(code.userPoolId));
    const company = companyOf(phone, session);
    const proved =
      purpose === 'prove' ? await proveBy(who, user, company, caller) : await link(who, user, company, caller);
    return { session, now, proved };
  }

  async function proveBy(
    who: ConsoleCaller,
    user: User,
    company: CompanyOfPhone | undefined,
    caller: Caller,
  ): Promise<Proved> {
    const { linkedPerson } = who.account;
    if (linkedPerson?.userId !== user.id) throw new DomainError('permission_denied');
    // A company can say of each person of the pool that a phone is theirs: it is believed of those who linked one by its word.
    if (company !== undefined && !isSameCompany(company, linkedPerson.company)) {
      throw new DomainError('permission_denied', { reason: 'linkedByOtherApp' });
    }
    if (await stands(linkedPerson, user)) return signIn.proved(who, 'scan', caller);
    await unlink(who, caller, 'person_changed');
    throw new DomainError('permission_denied', { reason: 'linkOfPersonBroken' });
  }

  /**
   * Whether nobody could have made the person theirs since they were linked: not by another password, address or name, and not by an operator's hand
   * at all. With `companyOf` that is why whoever manages the pool, or holds a key of it, cannot become an administrator.
   */
  async function stands({ userPoolId, userId, fingerprint, linkedAt }: LinkedPerson, user: User): Promise<boolean> {
    if (user.createdAt > linkedAt || fingerprintOf(user) !== fingerprint) return false;
    const changes = { userPoolId, userId, types: ['admin.user_updated'] as const, from: linkedAt };
    const reading = { order: 'newest', after: null, limit: 1, budget: mostEventsLooked } as const;
    const { events, searchedTo } = await audit.read(changes, reading);
    return events.length === 0 && searchedTo === null;
  }

  function fingerprintOf(user: User): string {
    const { id, passwordLastSetAt, statusChangedAt, username, email, phone, externalId } = user;
    return secrets.hash(JSON.stringify([id, passwordLastSetAt, statusChangedAt, username, email, phone, externalId]));
  }

  /** @throws DomainError not_signed_in, administrator_changed */
  async function link(
    who: ConsoleCaller,
    user: User,
    company: CompanyOfPhone | undefined,
    caller: Caller,
  ): Promise<Proved> {
    const linkedPerson: LinkedPerson = {
      userPoolId: user.userPoolId,
      userId: user.id,
      fingerprint: fingerprintOf(user),
      ...(company !== undefined && { company }),
      linkedAt: clock.now(),
    };
    const facts = { userPoolId: user.userPoolId, userId: user.id };
    // The cookie changes last: who could not be linked is still signed in. Of two replies to one scan, the version lets one link.
    const account = await changed(who, linkedPerson, 'administrator.person_linked', caller, facts);
    return keeper.prove({ ...who, account }, {}, null);
  }

  function unlink(who: ConsoleCaller, caller: Caller, reason: string) {
    return changed(who, null, 'administrator.person_unlinked', caller, { reason });
  }

  async function changed(
    who: ConsoleCaller,
    linkedPerson: LinkedPerson | null,
    type: 'administrator.person_linked' | 'administrator.person_unlinked',
    caller: Caller,
    facts: Record<string, string>,
  ) {
    const next = { ...who.account, linkedPerson, version: who.account.version + 1 };
    const event = administratorEvent(secrets, type, who, caller, facts);
    if ((await administrators.write(next, {}, event)) !== 'stored') throw new DomainError('administrator_changed');
    return next;
  }

  /** The linked person, with the name that people know them by; null when nobody is linked, or they are gone. */
  async function personOf({ linkedPerson }: ConsoleCaller['account']) {
    const user = linkedPerson === null ? null : await users.find(linkedPerson.userId);
    return user && { userPoolId: user.userPoolId, userId: user.id, displayName: displayName(user) };
  }

  return {
    showToProve,
    showToLink: (who: ConsoleCaller, userPoolId: string, asked: Asked) => showCode(who, 'link', userPoolId, asked),
    follow,
    unlink,
    personOf,
  };
}

/**
 * By whose word the phone approved; undefined for a login of ours. A key that approves is never believed: its holder can be anybody of the
 * pool, and would be the second factor of every administrator who linked a person there. `decidedAt` is set only where a token of the
 * company both scanned and decided.
 * @throws DomainError permission_denied
 */
function companyOf({ birth, applicationId }: LoginSession, { scanner }: QrSession): CompanyOfPhone | undefined {
  if (birth !== 'ownToken') return undefined;
  if (scanner?.company?.decidedAt === undefined) throw new DomainError('permission_denied', { reason: 'keyIsNoPhone' });
  return { applicationId, issuer: scanner.company.issuer };
}

const isSameCompany = (one: CompanyOfPhone, other: CompanyOfPhone | undefined): boolean =>
  one.applicationId === other?.applicationId && one.issuer === other.issuer;

interface Asked {
  caller: Caller;
  acceptLanguage: string | null;
}

export type LinkedPersons = ReturnType<typeof createLinkedPersons>;
