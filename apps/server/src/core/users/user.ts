import type { UserDto } from '@passbeam/protocol';

/** The fields of a profile that are plain text without rules of their own (wire 6.1). */
export type Profile = Partial<
  Pick<
    UserDto,
    | 'name'
    | 'nickname'
    | 'photo'
    | 'company'
    | 'givenName'
    | 'familyName'
    | 'middleName'
    | 'profile'
    | 'preferredUsername'
    | 'website'
    | 'birthdate'
    | 'zoneinfo'
    | 'locale'
    | 'address'
    | 'formatted'
    | 'streetAddress'
    | 'region'
    | 'country'
    | 'province'
    | 'city'
    | 'locality'
    | 'postalCode'
    | 'browser'
    | 'device'
    | 'identityNumber'
  >
> & { gender?: 'M' | 'F' | 'U' };

export interface User {
  id: string;
  userPoolId: string;
  status: UserDto['status'];
  statusChangedAt: number | null;
  /** Lower-cased for look-up by the store; kept here as given. Unique in the pool, as are email, phone, externalId. */
  username: string | null;
  email: string | null;
  emailVerified: boolean;
  phone: string | null;
  phoneCountryCode: string | null;
  phoneVerified: boolean;
  externalId: string | null;
  /** An operator, an import or a token of the company gave the externalId, and not the person: then it may say who they are. */
  isExternalIdVouched: boolean;
  profile: Profile;
  customData: Record<string, unknown>;
  /** PHC string; null when no password is set. Never leaves the server. */
  passwordHash: string | null;
  passwordLastSetAt: number | null;
  /** 0 none, 1 low, 2 middle, 3 high. */
  passwordSecurityLevel: number;
  resetPasswordOnNextLogin: boolean;
  userSourceType: UserDto['userSourceType'];
  registerSource: string[];
  loginsCount: number;
  lastLogin: number | null;
  lastIp: string | null;
  lastLoginApp: string | null;
  createdAt: number;
  updatedAt: number;
  /** Grows by one with each write; `update` refuses a stale one. */
  version: number;
}

export type UniqueField = 'username' | 'email' | 'phone' | 'externalId';
/** What somebody new cannot have because somebody else does; `userId` also where somebody had it who was deleted. */
export type TakenField = UniqueField | 'userId';
