import { phoneParts } from '../../identifiers/phone-number.ts';
import type { Profile, User } from '../../users/user.ts';

/** What a company says of its person and this server does not hold yet. */
export interface News {
  profile: Profile;
  /** Addresses that the company verified, and nobody else of the pool has. */
  contacts: { email?: string; phone?: string };
  /** Values of declared fields. */
  customData: Record<string, unknown>;
  /** For the audit: addresses that somebody else has. */
  leftOut: ('email' | 'phone')[];
}

/** The account with the news; the very same one when there is nothing new in them. */
export function withNews(user: User, { profile, contacts, customData }: News, now: number): User {
  const isKnown =
    Object.entries(profile).every(([field, text]) => user.profile[field as keyof Profile] === text) &&
    Object.entries(customData).every(
      ([key, value]) => JSON.stringify(user.customData[key]) === JSON.stringify(value),
    ) &&
    (contacts.email ?? user.email) === user.email &&
    (contacts.phone ?? user.phone) === user.phone;
  if (isKnown) return user;
  return {
    ...user,
    profile: { ...user.profile, ...profile },
    customData: { ...user.customData, ...customData },
    ...(contacts.email !== undefined && { email: contacts.email, emailVerified: true }),
    ...(contacts.phone !== undefined && {
      phone: contacts.phone,
      phoneCountryCode: phoneParts(contacts.phone).phoneCountryCode,
      phoneVerified: true,
    }),
    updatedAt: now,
    version: user.version + 1,
  };
}
