import { hs256 } from '../../crypto/hs256.ts';
import { createPasswordHasher } from '../../crypto/passwords.ts';
import { createSealer } from '../../crypto/sealer.ts';
import { createSecrets } from '../../crypto/secrets.ts';
import { createSigner } from '../../crypto/signer.ts';
import { openSqlite } from '../../stores/sql/open-sqlite.ts';
import { newApplication } from '../applications/new-application.ts';
import { newEvent } from '../audit/event.ts';
import { createDirectory } from '../pools/directory.ts';
import type { PasswordHasher } from '../ports.ts';
import { defaultSecuritySettings, type SecuritySettings } from '../settings/settings.ts';
import { createTokenService } from '../tokens/token-service.ts';
import type { SignedIn } from '../tokens/token-set.ts';
import { createPasswordChange } from './change-password.ts';
import { createAccountDeletion } from './delete-account.ts';
import { photoUrl } from './display.ts';
import type { CodeMessage, MessageSender } from './message-sender.ts';
import { type NewUserInput, newUser } from './new-user.ts';
import { createOwnContacts } from './own-contacts.ts';
import { createPasscodeSignIn } from './passcode-sign-in.ts';
import { createPasscodes } from './passcodes.ts';
import { createProfiles } from './profile.ts';
import { createPasswordReset } from './reset-password.ts';
import { createResetTokens } from './reset-tokens.ts';
import { createSignIn } from './sign-in.ts';
import { createSignUp } from './sign-up.ts';
import type { LoginField } from './store.ts';

export const goodPassword = 'correct horse battery';
export const client = { ip: '192.0.2.1', userAgent: 'test', requestId: 'request-1' };

/** The people's use cases over the real parts: SQLite in memory, argon2, signed tokens; the clock stands until moved. */
export async function openPeople() {
  const time = { now: 1_800_000_000_000 };
  const clock = { now: () => time.now };
  const masterKey = Buffer.alloc(32, 7);
  const secrets = createSecrets([masterKey]);
  const sealer = createSealer([masterKey], 'store');
  const stores = await openSqlite({ path: ':memory:', clock, seal: sealer.seal, unseal: sealer.unseal });
  const directory = createDirectory(stores);
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

  async function setSecurity(part: Partial<SecuritySettings>): Promise<void> {
    const securitySettings = { ...defaultSecuritySettings, ...part };
    const pool = { id: 'pool1', name: 'Pool', secret: 's'.repeat(32), securitySettings, createdAt: 1, updatedAt: 1 };
    await directory.putPool(pool);
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

  const issuer = 'http://localhost:3000/oidc';
  const signer = await createSigner({ keys: stores.signingKeys, issuer, clock, secrets });
  const photoOf = (user: Parameters<typeof photoUrl>[0]) => photoUrl(user, 'http://localhost:3000');
  const tokens = createTokenService({ ...stores, signer, hs256, directory, secrets, clock, issuer, photoOf });
  const resetTokens = createResetTokens({ ...stores, store: stores.passcodes, secrets, clock });
  const parts = { ...stores, passwords, tokens, directory, resetTokens, secrets, clock };
  const signIn = createSignIn(parts);
  const outbox: CodeMessage[] = [];
  const sender: MessageSender = {
    missing: () => null,
    async send(message) {
      outbox.push(message);
      return true;
    },
  };
  const passcodes = createPasscodes({ ...parts, passcodes: stores.passcodes, sender, countSent: async () => {} });

  return {
    ...parts,
    application,
    hashing,
    signIn,
    signUp: createSignUp({ ...parts, passcodes }),
    outbox,
    passcodes,
    signInWithPasscode: createPasscodeSignIn({
      ...parts,
      passcodes,
      signIn,
      signUp: createSignUp({ ...parts, passcodes }),
    }),
    passwordReset: createPasswordReset({ ...parts, passcodes }),
    ownContacts: createOwnContacts({ ...parts, passcodes, updateTokens: stores.passcodes }),
    accountDeletion: createAccountDeletion({ ...parts, passcodes, deletionTokens: stores.passcodes }),
    profiles: createProfiles({ ...parts, countChange: async () => {} }),
    changePassword: createPasswordChange(parts),
    setSecurity,
    pass(seconds: number) {
      time.now += seconds * 1000;
    },
    async addUser(input: Partial<NewUserInput>) {
      const user = await newUser({ userPoolId: 'pool1', password: goodPassword, ...input }, parts);
      const taken = await stores.users.insert(user, newEvent(secrets, 'user.created', {}));
      if (taken !== null) throw new Error(`${taken} is taken`);
      return user;
    },
    enter(identifier: string, password = goodPassword, field: LoginField = 'account', scope = 'openid profile') {
      return signIn.withPassword({ application, field, identifier, password, scope, client });
    },
    async signedIn(identifier: string) {
      const { tokenSet } = await signIn.withPassword({
        application,
        field: 'account',
        identifier,
        password: goodPassword,
        scope: 'openid profile',
        client,
      });
      // Good for each use case: what they do is tested here, not who may ask.
      return (await tokens.authenticate(tokenSet.accessToken, 'readProfile')) as SignedIn<never>;
    },
    close: () => stores.close(),
  };
}

export type People = Awaited<ReturnType<typeof openPeople>>;
