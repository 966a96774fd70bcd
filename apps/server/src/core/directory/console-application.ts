import type { Application } from './application.ts';
import type { Directory } from './directory.ts';
import { newApplication } from './new-application.ts';

const prefix = 'passbeam-console:';

/**
 * The application that the codes of the operators' console belong to, one for each pool. It is in no list and no store, takes nothing from
 * the pool's settings, and no call can name it: so nobody edits it, polls its codes or exchanges their tickets.
 */
export function consoleApplication(userPoolId: string): Application {
  const lifetimes = { qrcodeExpiresIn: 60, ticketExpiresIn: 60 };
  const switches = { returnFullUserInfo: false, allowExchangeUserInfoFromBrowser: false };
  return newApplication(
    {
      id: `${prefix}${userPoolId}`,
      userPoolId,
      name: 'passbeam console',
      secret: '',
      pollBinding: 'secret',
      customSecurityEnabled: true,
      securityOverride: { allowedOrigins: [], qrcodeLoginStrategy: { ...lifetimes, ...switches } },
    },
    0,
  );
}

/** A directory that also knows the console's applications: for codes alone, which name them by themselves. */
export function withConsoleApplications(directory: Directory): Directory {
  const found = (id: string) =>
    id.startsWith(prefix) && directory.findPool(id.slice(prefix.length)) !== null
      ? consoleApplication(id.slice(prefix.length))
      : null;
  return {
    ...directory,
    findApplication: (id) => found(id) ?? directory.findApplication(id),
    getApplication: (id) => found(id) ?? directory.getApplication(id),
  };
}
