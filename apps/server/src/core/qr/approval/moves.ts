import type { QrDoor } from '@passbeam/protocol';
import { newEvent } from '../../audit/event.ts';
import type { Caller } from '../../ground/caller.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { saveChanged } from '../../users/changes.ts';
import type { Meet } from '../../users/first-meeting.ts';
import type { IdentityStore, KnownPerson } from '../../users/identity-store.ts';
import type { UserStore } from '../../users/store.ts';
import type { Profile, User } from '../../users/user.ts';
import type { QrActions, ScannedCode } from '../act.ts';
import type { QrAction } from '../session.ts';
import type { ApproveAs } from './approve-as.ts';
import type { CompanyPerson, Mover } from './mover.ts';

/** That somebody is still there is written this seldom. */
const seenAgainMs = 3_600_000;

export interface MoveInput {
  qrcodeId: string;
  action: QrAction;
  /** With SCAN: how the app came to the code, as it tells. */
  door?: QrDoor | undefined;
  /** With CONFIRM and CANCEL: what SCAN gave. */
  scanToken?: string | undefined;
  mover: Mover;
  caller: Caller;
}

/** The phone's moves, whoever's token it sends. A token of the company's own also brings name and photo up to date. */
export function createMoves(parts: {
  act: QrActions;
  approveAs: ApproveAs;
  meet: Meet;
  identities: Pick<IdentityStore, 'find' | 'seen'>;
  users: Pick<UserStore, 'find' | 'update'>;
  secrets: Pick<Secrets, 'randomToken'>;
  clock: Clock;
}) {
  const { act, approveAs, meet, identities, users, secrets, clock } = parts;

  /** Null for CONFIRM and CANCEL, which tell nothing new. @throws DomainError as `act` and `approveAs` */
  return function moved({ mover, scanToken, ...asked }: MoveInput): Promise<ScannedCode | null> {
    if ('signedIn' in mover) return act({ ...asked, signedIn: mover.signedIn });
    return byToken(mover.person, { ...asked, scanToken });
  };

  async function byToken(person: CompanyPerson, asked: Omit<MoveInput, 'mover'>): Promise<ScannedCode | null> {
    const { userPoolId, issuer, trust, session, client, amr, authorityUntil, askAgain, claimsIssuedAt } = person;
    const { caller } = asked;
    const known = await identities.find(person);
    const change = known && changeOf(person, known);
    const scanned = await approveAs({
      ...asked,
      ...{ userPoolId, applicationId: trust.applicationId, issuer, session, client, amr },
      // Shown at once, and kept when the move was made: a refused call changes nothing.
      find: async () => known && (change?.(known.user) ?? known.user),
      meet: () => meet(person, { entryName: trust.name, ...trust.person }, caller),
      // A token that does not say when it was issued proves no sign-in after anything.
      provedAt: claimsIssuedAt ?? 0,
      phone: { ip: caller.ip, userAgent: caller.userAgent },
      vouchedBy: { entry: trust.name },
      company: { entryName: trust.name, authorityUntil, askAgain, requireScanToken: trust.requireScanToken },
    });
    if (known !== null) await note(person, known, change, caller);
    return scanned;
  }

  async function note(
    person: CompanyPerson,
    { identity, user }: KnownPerson,
    change: ReturnType<typeof changeOf>,
    caller: Caller,
  ): Promise<void> {
    const now = clock.now();
    if (change === null && now - identity.lastSeenAt <= seenAgainMs) return;
    const isNewest = await identities.seen(person, now, person.claimsIssuedAt);
    if (!isNewest || change === null) return;
    const { userPoolId, id: userId } = user;
    const detail = { source: 'own_token', entry: person.trust.name };
    await saveChanged(users, user, change, newEvent(secrets, 'user.updated', caller, { userPoolId, userId, detail }));
  }

  /** Null when the token says nothing new, or is older than what was taken last. */
  function changeOf(person: CompanyPerson, { identity, user }: KnownPerson): ((user: User) => User) | null {
    const { nickname, photo, locale, claimsIssuedAt, trust } = person;
    if (trust.person.refresh === 'never' || claimsIssuedAt === null) return null;
    if (identity.claimsIssuedAt !== null && claimsIssuedAt <= identity.claimsIssuedAt) return null;
    // What a token leaves out stays: access tokens often hold no name.
    const told = Object.entries({ nickname, photo, locale }).filter(([, text]) => text !== null);
    const differs = ({ profile }: User) => told.some(([field, text]) => profile[field as keyof Profile] !== text);
    if (!differs(user)) return null;
    return (current) => (differs(current) ? withProfile(current, Object.fromEntries(told), clock.now()) : current);
  }
}

function withProfile(user: User, told: Profile, now: number): User {
  return { ...user, profile: { ...user.profile, ...told }, updatedAt: now, version: user.version + 1 };
}

export type Moves = ReturnType<typeof createMoves>;
