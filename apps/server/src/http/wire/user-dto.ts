import type { UserDto } from '@passbeam/protocol';
import { shownPhone } from '../../core/users/contact.ts';
import { photoUrl } from '../../core/users/display.ts';
import type { User } from '../../core/users/user.ts';

/** The user as their application sees them (wire 6.1), field by field, so that nothing new reaches the wire by accident. */
export function userDto(user: User, options: { publicUrl: string; withCustomData: boolean }): UserDto {
  const { profile } = user;
  return {
    userId: user.id,
    createdAt: isoInstant(user.createdAt),
    updatedAt: isoInstant(user.updatedAt),
    status: user.status,
    workStatus: 'Active',
    gender: profile.gender ?? 'U',
    emailVerified: user.emailVerified,
    phoneVerified: user.phoneVerified,
    userSourceType: user.userSourceType,
    userSourceId: null,
    externalId: user.externalId,
    email: user.email,
    ...shownPhone(user),
    username: user.username,
    name: profile.name ?? null,
    nickname: profile.nickname ?? null,
    photo: photoUrl(user, options.publicUrl),
    givenName: profile.givenName ?? null,
    familyName: profile.familyName ?? null,
    middleName: profile.middleName ?? null,
    profile: profile.profile ?? null,
    preferredUsername: profile.preferredUsername ?? null,
    identityNumber: profile.identityNumber ?? null,
    loginsCount: user.loginsCount,
    lastLogin: isoInstantOrNull(user.lastLogin),
    lastIp: user.lastIp,
    lastLoginApp: user.lastLoginApp,
    lastMfaTime: null,
    signedUp: isoInstant(user.createdAt),
    statusChangedAt: isoInstantOrNull(user.statusChangedAt),
    passwordLastSetAt: isoInstantOrNull(user.passwordLastSetAt),
    passwordSecurityLevel: user.passwordSecurityLevel,
    resetPasswordOnNextLogin: user.resetPasswordOnNextLogin,
    birthdate: profile.birthdate ?? null,
    country: profile.country ?? null,
    province: profile.province ?? null,
    city: profile.city ?? null,
    address: profile.address ?? null,
    streetAddress: profile.streetAddress ?? null,
    locality: profile.locality ?? null,
    postalCode: profile.postalCode ?? null,
    company: profile.company ?? null,
    website: profile.website ?? null,
    zoneinfo: profile.zoneinfo ?? null,
    locale: profile.locale ?? null,
    formatted: profile.formatted ?? null,
    region: profile.region ?? null,
    browser: profile.browser ?? null,
    device: profile.device ?? null,
    registerSource: user.registerSource,
    mainDepartmentId: null,
    departmentIds: [],
    identities: [],
    postIdList: [],
    metadataSource: {},
    tenantId: null,
    ...(options.withCustomData ? { customData: user.customData } : {}),
  };
}

function isoInstant(at: number): string {
  return new Date(at).toISOString();
}

function isoInstantOrNull(at: number | null): string | null {
  return at === null ? null : isoInstant(at);
}
