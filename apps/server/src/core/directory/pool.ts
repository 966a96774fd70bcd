import type { OwnTokenEntry } from './own-token-entries.ts';
import type { SecuritySettings } from './settings.ts';

/** The isolation boundary that users and applications live in. */
export interface UserPool {
  id: string;
  name: string;
  secret: string;
  securitySettings: SecuritySettings;
  /** Whose tokens phones may approve with, beside our own. */
  ownTokens: readonly OwnTokenEntry[];
  createdAt: number;
  updatedAt: number;
}
