import { hasScope } from '../sessions/scopes.ts';
import type { User } from '../users/user.ts';

/** What the claims depend on beside the person and the scope. */
export interface ToldBeside {
  photo: string;
  /** Where the company's own tokens are trusted, its sites know people by the company's id of them, whatever the scope. */
  isExternalIdTold: boolean;
}

/** What ID tokens and userinfo say about a person, by scope (wire 6.5). Empty facts are left out (OpenID Connect 5.3.2). */
export function userClaims(user: User, scope: string, told: ToldBeside): Record<string, unknown> {
  const { photo, isExternalIdTold } = told;
  const { profile } = user;
  const claims: Record<string, unknown> = {};
  if (hasScope(scope, 'profile')) {
    Object.assign(claims, {
      name: profile.name,
      nickname: profile.nickname,
      picture: photo,
      given_name: profile.givenName,
      family_name: profile.familyName,
      middle_name: profile.middleName,
      // Products that make accounts ask for it; the phone number is never a name.
      preferred_username: profile.preferredUsername || user.username,
      profile: profile.profile,
      website: profile.website,
      gender: profile.gender ?? 'U',
      birthdate: profile.birthdate,
      zoneinfo: profile.zoneinfo,
      locale: profile.locale,
      // An ISO date, as in the published samples and clients, and not the seconds of OpenID Connect 5.1 (decision 17).
      updated_at: new Date(user.updatedAt).toISOString(),
    });
  }
  if (hasScope(scope, 'username')) claims.username = user.username;
  if (hasScope(scope, 'email') && user.email !== null) {
    claims.email = user.email;
    claims.email_verified = user.emailVerified;
  }
  if (hasScope(scope, 'phone') && user.phone !== null) {
    claims.phone_number = user.phone;
    claims.phone_number_verified = user.phoneVerified;
  }
  if (hasScope(scope, 'address')) claims.address = addressClaim(user);
  if (hasScope(scope, 'external_id') || isExternalIdTold) claims.external_id = user.externalId;
  if (hasScope(scope, 'roles')) claims.roles = [];
  return withoutEmpty(claims);
}

/** The claims of userinfo: those of ID tokens, and facts that may be too long to be carried in a token. */
export function userInfoClaims(user: User, scope: string, told: ToldBeside): Record<string, unknown> {
  const claims = userClaims(user, scope, told);
  return hasScope(scope, 'extended_fields') ? { ...claims, extended_fields: user.customData } : claims;
}

function addressClaim({ profile }: User): Record<string, unknown> | null {
  const address = withoutEmpty({
    formatted: profile.formatted ?? profile.address,
    street_address: profile.streetAddress,
    locality: profile.locality ?? profile.city,
    region: profile.region ?? profile.province,
    postal_code: profile.postalCode,
    country: profile.country,
  });
  return Object.keys(address).length > 0 ? address : null;
}

function withoutEmpty(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(claims).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
}
