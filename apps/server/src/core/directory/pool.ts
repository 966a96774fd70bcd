import type { SecuritySettings } from './settings.ts';

/** The isolation boundary that users and applications live in. */
export interface UserPool {
  id: string;
  name: string;
  secret: string;
  securitySettings: SecuritySettings;
  createdAt: number;
  updatedAt: number;
}
