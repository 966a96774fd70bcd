import type { QrcodeLoginStrategy } from '../directory/settings.ts';
import { DomainError } from '../ground/errors.ts';
import type { Administrator } from './administrator.ts';
import { requireRole } from './roles.ts';

/** The two settings that hand a login to whoever holds the code or the ticket (threats T13). */
const openSwitches = ['returnFullUserInfo', 'allowExchangeUserInfoFromBrowser'] as const;
type Switches = Pick<QrcodeLoginStrategy, (typeof openSwitches)[number]>;

/** Lets owners alone turn one of them on, at the console with a fresh proof. @throws DomainError permission_denied, fresh_proof_required */
export function requireOwnerToOpen(
  admin: Administrator,
  { before, after, field }: { before: Switches; after: Switches; field: string },
  now: number,
): void {
  const opened = openSwitches.find((name) => after[name] && !before[name]);
  if (opened === undefined) return;
  try {
    requireRole(admin, { role: 'owner', isFresh: true }, now);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, { ...error.detail, field: `${field}.${opened}` });
  }
}
