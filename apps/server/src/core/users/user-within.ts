import type { Scope } from '@passbeam/protocol';
import type { Profile, User } from './user.ts';

/** The fields of a profile that a scope covers (wire 6.5). What no scope names is told to nobody who needs one. */
const covered: Partial<Record<Scope, readonly (keyof Profile)[]>> = {
  profile: [
    ...([
      'name',
      'nickname',
      'photo',
      'givenName',
      'familyName',
      'middleName',
      'profile',
      'preferredUsername',
    ] as const),
    ...(['website', 'gender', 'birthdate', 'zoneinfo', 'locale'] as const),
  ],
  address: [
    ...(['address', 'formatted', 'streetAddress', 'region', 'country', 'province', 'city', 'locality'] as const),
    'postalCode',
  ],
};

/**
 * As much of a person as a scope covers, for somebody else's product that asks in a way which answers with the whole record otherwise:
 * no more than userinfo would tell it.
 */
export function userWithin(user: User, scope: string): User {
  const words = scope.split(' ');
  const has = (word: Scope) => words.includes(word);
  const kept = new Set<string>(
    Object.entries(covered).flatMap(([word, fields]) => (words.includes(word) ? fields : [])),
  );
  return {
    ...user,
    username: has('profile') || has('username') ? user.username : null,
    ...(has('email') ? {} : { email: null, emailVerified: false }),
    ...(has('phone') ? {} : { phone: null, phoneCountryCode: null, phoneVerified: false }),
    externalId: has('external_id') ? user.externalId : null,
    profile: Object.fromEntries(Object.entries(user.profile).filter(([field]) => kept.has(field))),
    customData: has('extended_fields') ? user.customData : {},
    ...{ passwordHash: null, passwordLastSetAt: null, passwordSecurityLevel: 0, resetPasswordOnNextLogin: false },
    ...{ loginsCount: 0, lastLogin: null, lastIp: null, lastLoginApp: null, registerSource: [], statusChangedAt: null },
  };
}
