import type { V2User } from '@passbeam/protocol';
import { shownPhone } from '../../core/users/contact.ts';
import { type CustomField, fitsCustomField, momentOf } from '../../core/users/custom/custom-fields.ts';
import { photoUrl, resourceName } from '../../core/users/display.ts';
import type { User } from '../../core/users/user.ts';

export interface V2UserOptions {
  publicUrl: string;
  /** The token of the login, where one happened. */
  token?: string;
  tokenExpiredAt?: number;
  withCustomData?: boolean;
}

/** The user in words of v2 (wire 4.6, 6.2), field by field, so that nothing new reaches the wire by accident. */
export function v2User(user: User, options: V2UserOptions): V2User {
  const { profile } = user;
  const { publicUrl, token, tokenExpiredAt, withCustomData } = options;
  return {
    id: user.id,
    arn: resourceName(user),
    userPoolId: user.userPoolId,
    status: user.status,
    username: user.username,
    email: user.email,
    emailVerified: user.emailVerified,
    ...shownPhone(user),
    phoneVerified: user.phoneVerified,
    unionid: null,
    openid: null,
    nickname: profile.nickname ?? null,
    registerSource: user.registerSource,
    photo: photoUrl(user, publicUrl),
    password: null,
    oauth: '',
    ...(token === undefined ? {} : { token }),
    ...(tokenExpiredAt === undefined ? {} : { tokenExpiredAt: isoInstant(tokenExpiredAt) }),
    loginsCount: user.loginsCount,
    lastLogin: user.lastLogin === null ? null : isoInstant(user.lastLogin),
    lastIp: user.lastIp,
    lastIP: user.lastIp,
    signedUp: isoInstant(user.createdAt),
    blocked: user.status !== 'Activated',
    isDeleted: false,
    device: profile.device ?? null,
    browser: profile.browser ?? null,
    company: profile.company ?? null,
    name: profile.name ?? null,
    givenName: profile.givenName ?? null,
    familyName: profile.familyName ?? null,
    middleName: profile.middleName ?? null,
    profile: profile.profile ?? null,
    preferredUsername: profile.preferredUsername ?? null,
    website: profile.website ?? null,
    gender: profile.gender ?? 'U',
    birthdate: profile.birthdate ?? null,
    zoneinfo: profile.zoneinfo ?? null,
    locale: profile.locale ?? null,
    address: profile.address ?? null,
    formatted: profile.formatted ?? null,
    streetAddress: profile.streetAddress ?? null,
    locality: profile.locality ?? null,
    region: profile.region ?? null,
    postalCode: profile.postalCode ?? null,
    city: profile.city ?? null,
    province: profile.province ?? null,
    country: profile.country ?? null,
    createdAt: isoInstant(user.createdAt),
    updatedAt: isoInstant(user.updatedAt),
    externalId: user.externalId,
    identities: [],
    ...(withCustomData ? { customData: user.customData } : {}),
  };
}

function isoInstant(at: number): string {
  return new Date(at).toISOString();
}

/** Text as it is, all else as JSON, with the type by which clients parse it: the real one where a value is older than its declaration. */
export function v2CustomData(customData: Record<string, unknown>, declared: readonly CustomField[]) {
  return Object.entries(customData).map(([key, value]) => {
    const field = declared.find((field) => field.key === key);
    return {
      key,
      dataType: field !== undefined && isOfType(field, value) ? field.dataType : dataTypeOf(value),
      value: typeof value === 'string' ? value : JSON.stringify(value),
      label: field?.label ?? null,
    };
  });
}

/** Whether a value has the declared type. Clients of this generation write dates without a zone, and read them back as dates. */
function isOfType(field: CustomField, value: unknown): boolean {
  if (field.dataType === 'DATETIME') return typeof value === 'string' && momentOf(value) !== null;
  return fitsCustomField(field, value);
}

function dataTypeOf(value: unknown): 'STRING' | 'NUMBER' | 'BOOLEAN' | 'OBJECT' {
  switch (typeof value) {
    case 'string':
      return 'STRING';
    case 'number':
      return 'NUMBER';
    case 'boolean':
      return 'BOOLEAN';
    default:
      return 'OBJECT';
  }
}
