import { newEvent } from '../audit/event.ts';
import type { ConsentStore } from '../authorization/store.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { SignedIn } from '../sessions/signed-in.ts';

/** More than anybody agrees to; the newest are told. */
const mostTold = 200;

/** What a person agreed to give an application. */
export interface GivenConsent {
  applicationId: string;
  scopes: string[];
  givenAt: number;
}

/** Shows people what they agreed to on our page, and lets them take it back. */
export function createMyConsents(parts: {
  consents: Pick<ConsentStore, 'find' | 'listOf' | 'withdraw'>;
  directory: Pick<Directory, 'findApplication'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { consents, directory, secrets, clock } = parts;

  async function list({ user }: SignedIn<'readLogins'>): Promise<GivenConsent[]> {
    const given = await consents.listOf(user.id, mostTold);
    return given
      .filter(({ applicationId }) => directory.findApplication(applicationId) !== null)
      .map(({ applicationId, scope, givenAt }) => ({ applicationId, scopes: scope.split(' '), givenAt }));
  }

  /**
   * Takes a consent back: the application has no login of the person any more, and asks again the next time. Returns how many logins ended.
   * Taking back what was never given, or was taken back, is no error.
   */
  async function withdraw(
    { user }: SignedIn<'endOtherLogins'>,
    applicationId: string,
    caller: Caller,
  ): Promise<number> {
    const given = await consents.find(user.id, applicationId);
    if (given === null) return 0;
    const detail = { scopes: given.scope };
    const facts = { userPoolId: user.userPoolId, applicationId, userId: user.id, detail };
    const event = newEvent(secrets, 'consent.withdrawn', caller, facts);
    return (await consents.withdraw(user.id, applicationId, clock.now(), event)) ?? 0;
  }

  return { list, withdraw };
}
