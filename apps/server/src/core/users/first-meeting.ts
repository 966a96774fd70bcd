import { newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { isExternalId } from './identifiers.ts';
import type { Identity, IdentityKey, IdentityStore } from './identity-store.ts';
import { newUser } from './new-user.ts';
import type { UserStore } from './store.ts';
import type { ToldPerson } from './told-person.ts';
import type { User } from './user.ts';

/** How an entry of `ownTokens` wants people met who come for the first time. */
export interface MeetingRules {
  entryName: string;
  create: boolean;
  /** `externalId`: the user to whom an operator gave that `externalId` is the person; never one who wrote it themselves. */
  link: 'none' | 'externalId';
}

/** A person whose identity a token proves, and what it says of them. */
export interface MetPerson extends IdentityKey, Partial<Omit<ToldPerson, 'customFields'>> {
  externalId: string | null;
  /** Values of declared fields. */
  customData?: Record<string, unknown>;
  /** When those claims were issued; null when the token does not say. */
  claimsIssuedAt?: number | null;
}

/** Lost races in a row after which something must be wrong. Each one tells who won, so two are enough when nothing is. */
const maxAttempts = 8;

/**
 * Whose account a proved identity opens: its own, else an imported one that was linked to it, else a new one. Never one with the same
 * e-mail address, phone or username: whose those are, somebody else says.
 */
export function createMeeting(parts: {
  identities: IdentityStore;
  users: Pick<UserStore, 'findMany'>;
  secrets: Pick<Secrets, 'randomId' | 'randomToken'>;
  clock: Clock;
  passwords: Pick<PasswordHasher, 'hash'>;
}) {
  const { identities, users, secrets, clock } = parts;

  /** @throws DomainError approval_not_allowed when the person is unknown and gets no account */
  async function meet(person: MetPerson, rules: MeetingRules, caller: Caller): Promise<User> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const user =
        (await known(person)) ?? (await linked(person, rules, caller)) ?? (await made(person, rules, caller));
      if (user !== null) return user;
    }
    throw new Error('a first meeting lost every race');
  }

  async function known(person: MetPerson): Promise<User | null> {
    return (await identities.find(person))?.user ?? null;
  }

  async function linked(person: MetPerson, rules: MeetingRules, caller: Caller): Promise<User | null> {
    if (rules.link === 'none' || person.externalId === null) return null;
    const [user] = await users.findMany(person.userPoolId, 'externalId', [person.externalId]);
    if (user === undefined || user.externalId !== person.externalId || !user.isExternalIdVouched) return null;
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    const event = newEvent(secrets, 'user.linked', caller, factsOf(user, rules));
    return (await identities.bind(identityOf(person, user, rules), event)) === null ? user : null;
  }

  /** Null after a lost race: the winner is known by now. */
  async function made(person: MetPerson, rules: MeetingRules, caller: Caller): Promise<User | null> {
    if (!rules.create) throw new DomainError('approval_not_allowed', { reason: 'personUnknown' });
    const { userPoolId, nickname, photo, locale, email, phone, customData } = person;
    const user = await newUser(
      {
        userPoolId,
        nickname,
        photo,
        profile: { locale },
        ...{ email, emailVerified: true, phone, phoneVerified: true, customData },
        externalId: person.externalId !== null && isExternalId(person.externalId) ? person.externalId : null,
        hasIdentity: true,
        userSourceType: 'sync',
        registerSource: [`own-tokens:${rules.entryName}`],
      },
      parts,
    );
    return stored(person, user, rules, caller);
  }

  /** Without what somebody else of the pool has: that never makes two people one, and refuses nobody. Null after a lost race. */
  async function stored(person: MetPerson, user: User, rules: MeetingRules, caller: Caller): Promise<User | null> {
    let stripped = user;
    const leftOut: string[] = [];
    for (;;) {
      const { detail, ...about } = factsOf(stripped, rules);
      const noted = { ...about, detail: { ...detail, ...(leftOut.length > 0 && { leftOut: leftOut.join(' ') }) } };
      const event = newEvent(secrets, 'user.created', caller, noted);
      const taken = await identities.insertWithUser(identityOf(person, stripped, rules), stripped, event);
      if (taken === null) return stripped;
      if (taken === 'known' || taken === 'username' || taken === 'userId') return null;
      leftOut.push(taken);
      stripped = withoutField(stripped, taken);
    }
  }

  function identityOf(person: MetPerson, user: User, { entryName }: MeetingRules): Identity {
    const { userPoolId, issuer, subject, claimsIssuedAt = null } = person;
    const now = clock.now();
    const seen = { firstSeenAt: now, lastSeenAt: now, claimsIssuedAt };
    return { userPoolId, issuer, subject, userId: user.id, entryName, ...seen };
  }

  return meet;
}

function factsOf({ userPoolId, id }: User, { entryName }: MeetingRules) {
  return { userPoolId, userId: id, detail: { source: 'own_token', entry: entryName } };
}

function withoutField(user: User, field: 'email' | 'phone' | 'externalId'): User {
  if (field === 'email') return { ...user, email: null, emailVerified: false };
  if (field === 'phone') return { ...user, phone: null, phoneCountryCode: null, phoneVerified: false };
  return { ...user, externalId: null, isExternalIdVouched: false };
}

export type Meet = ReturnType<typeof createMeeting>;
