import { newEvent } from '../../audit/event.ts';
import type { PersonRules } from '../../directory/own-token-entries.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { saveChanged } from '../../users/changes.ts';
import type { CustomFieldStore } from '../../users/custom/custom-fields.ts';
import type { Meet, MeetingRules } from '../../users/first-meeting.ts';
import type { IdentityKey, IdentityStore, KnownPerson } from '../../users/identity-store.ts';
import type { UserStore } from '../../users/store.ts';
import type { ToldPerson } from '../../users/told-person.ts';
import type { User } from '../../users/user.ts';
import { profileData } from '../profile-data.ts';
import { type News, withNews } from './news.ts';

/** That somebody is still there is written this seldom. */
const seenAgainMs = 3_600_000;

/** Whose approval a move is: an account, or how to come to one. */
export interface Approving {
  /** With what the company says of them now; null when this server does not know them. */
  user: User | null;
  /** Makes the account. Asked at SCAN alone, and only where that would be let through. @throws DomainError */
  meet(): Promise<User>;
  /** Keeps what is new, once the move was made: a refused call changes nothing. */
  keep(): Promise<void>;
}

/** A person as their company names and describes them, by a token or by its backend. */
export interface VouchedPerson extends IdentityKey, ToldPerson {
  /** When the company said so; null when it does not say. */
  claimsIssuedAt: number | null;
  rules: MeetingRules & Pick<PersonRules, 'refresh'>;
}

/** People whom their company vouches for: found, met, and kept as the company describes them. */
export function createVouchedPeople(parts: {
  meet: Meet;
  identities: Pick<IdentityStore, 'find' | 'seen'>;
  users: Pick<UserStore, 'find' | 'findByLogin' | 'update'>;
  customFields: Pick<CustomFieldStore, 'list'>;
  secrets: Pick<Secrets, 'randomToken'>;
  clock: Clock;
}) {
  const { meet, identities, users, customFields, secrets, clock } = parts;

  return async function approving(person: VouchedPerson, caller: Caller): Promise<Approving> {
    const known = await identities.find(person);
    const news = known && (await newsOf(person, known));
    return {
      user: known && (news ? withNews(known.user, news, clock.now()) : known.user),
      meet: async () => meet({ ...person, customData: await declared(person, {}) }, person.rules, caller),
      async keep() {
        if (known !== null) await note(person, known, news, caller);
      },
    };
  };

  async function note(
    person: VouchedPerson,
    { identity, user }: KnownPerson,
    news: News | null,
    caller: Caller,
  ): Promise<void> {
    const now = clock.now();
    if (news === null && now - identity.lastSeenAt <= seenAgainMs) return;
    const isNewest = await identities.seen(person, now, person.claimsIssuedAt);
    if (!isNewest || news === null) return;
    try {
      await save(person, user, news, caller);
    } catch (error) {
      // Somebody else got the address meanwhile.
      if (!(error instanceof DomainError) || error.code !== 'user_exists') throw error;
      await save(person, user, { ...news, contacts: {} }, caller);
    }
  }

  async function save({ rules }: VouchedPerson, user: User, news: News, caller: Caller): Promise<void> {
    const { userPoolId, id: userId } = user;
    const leftOut = news.leftOut.length > 0 && { leftOut: news.leftOut.join(' ') };
    const detail = { source: 'own_token', entry: rules.entryName, ...leftOut };
    const event = newEvent(secrets, 'user.updated', caller, { userPoolId, userId, detail });
    await saveChanged(users, user, (current) => withNews(current, news, clock.now()), event);
  }

  /** Null when the company says nothing new, or said it before what was taken last. */
  async function newsOf(person: VouchedPerson, { identity, user }: KnownPerson): Promise<News | null> {
    const { claimsIssuedAt, rules, nickname, photo, locale } = person;
    if (rules.refresh === 'never' || claimsIssuedAt === null) return null;
    if (identity.claimsIssuedAt !== null && claimsIssuedAt <= identity.claimsIssuedAt) return null;
    // What is left out stays: access tokens often hold no name.
    const told = Object.entries({ nickname, photo, locale }).filter(([, text]) => text !== null);
    const { contacts, leftOut } = await freeContacts(person, user);
    const news = {
      profile: Object.fromEntries(told),
      contacts,
      customData: await declared(person, user.customData),
      leftOut,
    };
    return withNews(user, news, 0) === user ? null : news;
  }

  /** An address that somebody else of the pool has is left out: whose it is, the company alone cannot say. */
  async function freeContacts(
    { email, phone }: VouchedPerson,
    user: User,
  ): Promise<Pick<News, 'contacts' | 'leftOut'>> {
    const contacts: News['contacts'] = {};
    const leftOut: News['leftOut'] = [];
    for (const [kind, address] of [['email', email] as const, ['phone', phone] as const]) {
      if (address === null || address === user[kind]) continue;
      const owner = await users.findByLogin(user.userPoolId, kind, address);
      if (owner === null || owner.id === user.id) contacts[kind] = address;
      else leftOut.push(kind);
    }
    return { contacts, leftOut };
  }

  /** The custom fields that differ, as far as they are declared and their values fit. */
  async function declared(
    { userPoolId, customFields: told }: VouchedPerson,
    current: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const different = Object.entries(told).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(current[key]),
    );
    if (different.length === 0) return {};
    const offered = Object.fromEntries(different);
    const { taken } = profileData(JSON.stringify(offered), current, await customFields.list(userPoolId));
    return Object.fromEntries(taken.map((key) => [key, offered[key]]));
  }
}

export type VouchedPeople = ReturnType<typeof createVouchedPeople>;
