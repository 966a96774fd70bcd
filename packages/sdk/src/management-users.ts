import type { UserDto } from '@passbeam/protocol';

/** How a management call names a person. Default `user_id`. */
export type UserIdType = 'user_id' | 'external_id' | 'phone' | 'email' | 'username';

export interface UserSelector {
  userId: string;
  userIdType?: UserIdType;
}

/** What a reply about people carries in addition to the profile. */
export interface UserDetails {
  withCustomData?: boolean;
}

export interface Pagination {
  /** From 1. */
  page?: number;
  /** At most 50; default 10. */
  limit?: number;
}

export interface UserPage {
  totalCount: number;
  list: UserDto[];
}

/** Identifiers to look for: a person matches who has any one of them. */
export interface IsUserExistsInput {
  username?: string;
  email?: string;
  phone?: string;
  externalId?: string;
}

export interface CustomDataTarget {
  targetType: 'USER';
  /** The user's id. */
  targetIdentifier: string;
}
