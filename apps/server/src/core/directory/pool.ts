import type { OwnTokenEntry } from './own-token-entries.ts';
import type { SecuritySettings } from './settings.ts';

/** How the pool looks where its people sign in, for applications that say nothing of their own. */
export interface PoolBrand {
  logoUrl: string | null;
  /** `#rrggbb` */
  color: string | null;
  termsUrl: string | null;
}

export const noBrand: PoolBrand = { logoUrl: null, color: null, termsUrl: null };

/** The isolation boundary that users and applications live in. */
export interface UserPool {
  id: string;
  name: string;
  secret: string;
  securitySettings: SecuritySettings;
  /** Whose tokens phones may approve with, beside our own. */
  ownTokens: readonly OwnTokenEntry[];
  brand: PoolBrand;
  createdAt: number;
  updatedAt: number;
}

/** Whether people of the pool may come by tokens of their company. */
export function trustsCompanies(pool: Pick<UserPool, 'ownTokens'> | null): boolean {
  return pool !== null && pool.ownTokens.length > 0;
}
