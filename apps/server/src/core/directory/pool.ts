import type { PollBinding } from './application.ts';
import { type Kept, newlyKept } from './kept/kept.ts';
import type { OwnTokenEntry } from './own-token-entries.ts';
import { defaultSecuritySettings, type SecuritySettings } from './settings.ts';

/** How the pool looks where its people sign in, for applications that say nothing of their own. */
export interface PoolBrand {
  logoUrl: string | null;
  /** `#rrggbb` */
  color: string | null;
  termsUrl: string | null;
}

export const noBrand: PoolBrand = { logoUrl: null, color: null, termsUrl: null };

/** What an application of the pool begins with when nobody says otherwise. */
export interface PoolDefaults {
  pollBinding: PollBinding;
}

export const standingDefaults: PoolDefaults = { pollBinding: 'cookie' };

/** The isolation boundary that users and applications live in. */
export interface UserPool extends Kept {
  id: string;
  name: string;
  secret: string;
  securitySettings: SecuritySettings;
  /** Whose tokens phones may approve with, beside our own. */
  ownTokens: readonly OwnTokenEntry[];
  brand: PoolBrand;
  defaults: PoolDefaults;
  createdAt: number;
  updatedAt: number;
}

/** A pool that is not stored yet, made at `now`, with defaults for what is not given. */
export function newPool(
  input: Pick<UserPool, 'id' | 'name' | 'secret'> & Partial<Omit<UserPool, 'createdAt' | 'updatedAt'>>,
  now: number,
): UserPool {
  return {
    securitySettings: defaultSecuritySettings,
    ownTokens: [],
    brand: noBrand,
    defaults: standingDefaults,
    ...newlyKept,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}

/** Whether people of the pool may come by tokens of their company. */
export function trustsCompanies(pool: Pick<UserPool, 'ownTokens'> | null): boolean {
  return pool !== null && pool.ownTokens.length > 0;
}
