import { createPasswordHasher } from '../../crypto/passwords.ts';
import { newEvent } from '../audit/event.ts';
import { newApplication } from '../directory/new-application.ts';
import { newPool } from '../directory/pool.ts';
import { defaultSecuritySettings, type SecuritySettings } from '../directory/settings.ts';
import type { PasswordHasher } from '../ground/ports.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import { openTestCore } from '../testing.ts';
import { type NewUserInput, newUser } from '../users/new-user.ts';
import type { LoginField } from '../users/store.ts';

export const goodPassword = 'correct horse battery';
export const caller = { ip: '192.0.2.1', userAgent: 'test', requestId: 'request-1' };

/** The use cases of people with a pool, an application and shortcuts; hashing is counted. */
export async function openPeople() {
  const hasher = createPasswordHasher();
  const hashing = { verified: 0, wasted: 0 };
  /** The real hasher, counting: time spent is what tells known people from unknown ones. */
  const passwords: PasswordHasher = {
    hash: hasher.hash,
    isHash: hasher.isHash,
    verify(password, stored) {
      hashing.verified += 1;
      return hasher.verify(password, stored);
    },
    waste(password) {
      hashing.wasted += 1;
      return hasher.waste(password);
    },
  };

  const core = await openTestCore({ passwords });
  const { directory, stores, signIn, tokens } = core;

  async function setSecurity(part: Partial<SecuritySettings>): Promise<void> {
    const securitySettings = { ...defaultSecuritySettings, ...part };
    await directory.putPool(newPool({ id: 'pool1', name: 'Pool', secret: 's'.repeat(32), securitySettings }, 1));
  }
  await setSecurity({});
  const application = newApplication(
    {
      id: 'phone',
      userPoolId: 'pool1',
      name: 'Phone',
      secret: 's'.repeat(32),
      tokenEndpointAuthMethod: 'none',
      approvesScans: true,
    },
    1,
  );
  await directory.putApplication(application);

  return {
    ...core,
    ...stores,
    passcodes: core.passcodes,
    application,
    hashing,
    setSecurity,
    async addUser(input: Partial<NewUserInput>) {
      const user = await newUser({ userPoolId: 'pool1', password: goodPassword, ...input }, core);
      const taken = await stores.users.insert(user, newEvent(core.secrets, 'user.created', null));
      if (taken !== null) throw new Error(`${taken} is taken`);
      return user;
    },
    enter(identifier: string, password = goodPassword, field: LoginField = 'account', scope = 'openid profile') {
      return signIn.withPassword({ application, field, identifier, password, scope, caller });
    },
    async signedIn(identifier: string) {
      const { tokenSet } = await signIn.withPassword({
        application,
        field: 'account',
        identifier,
        password: goodPassword,
        scope: 'openid profile',
        caller,
      });
      // Typed as good for any use case: tests of people check what use cases do, not who may ask.
      return (await tokens.authenticate(tokenSet.accessToken, 'readProfile')) as SignedIn<never>;
    },
    close: () => stores.close(),
  };
}

export type People = Awaited<ReturnType<typeof openPeople>>;
