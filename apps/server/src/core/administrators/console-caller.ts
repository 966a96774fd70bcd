import { type AuditType, newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import type { Secrets } from '../ground/ports.ts';
import type { Account } from './account.ts';
import type { ConsoleLogin } from './store.ts';

/** An administrator with the console login that they hold. */
export interface ConsoleCaller {
  account: Account;
  login: ConsoleLogin;
}

type Facts = Record<string, string | number | boolean | null>;

/** An event about administrators: it belongs to no pool, and names who did it, and whom they did it to. */
export function administratorEvent(
  secrets: Pick<Secrets, 'randomToken'>,
  type: AuditType,
  by: { account: Pick<Account, 'id' | 'name'>; login?: Pick<ConsoleLogin, 'id'> } | null,
  caller: Caller | null,
  detail: Facts = {},
) {
  const who: Facts =
    by === null
      ? {}
      : {
          administratorId: by.account.id,
          administratorName: by.account.name,
          ...(by.login !== undefined && { consoleLoginId: by.login.id }),
        };
  return newEvent(secrets, type, caller, { detail: { ...who, ...detail } });
}
