import { DomainError } from '../ground/errors.ts';
import type { EventLog } from '../management/events/event-log.ts';
import { ownsEverything } from './account.ts';
import type { ConsoleCaller } from './console-caller.ts';

/** What was recorded about administrators. It is of no pool, and tells of all of them: owners of every pool see it, and nobody else. */
export function createAdministratorEvents({ eventLog }: { eventLog: Pick<EventLog, 'listOfAdministrators'> }) {
  return {
    /** @throws DomainError permission_denied, invalid_argument, too_many_requests */
    async list({ account }: ConsoleCaller, ...asked: Parameters<EventLog['listOfAdministrators']>) {
      if (!ownsEverything(account)) throw new DomainError('permission_denied', { reason: 'ownerOfThosePools' });
      return eventLog.listOfAdministrators(...asked);
    },
  };
}
