import { AuthenticationClient } from '@passbeam/sdk';
import type { PhoneSettings } from '../app.ts';
import { languageTag } from '../page/language.ts';

export interface Person {
  displayName: string;
  photo: string | null;
}

interface StoredLogin {
  accessToken: string;
  /** Revoked when the person signs out, which ends the login on the server; revoking the access token would not. */
  refreshToken: string;
  person: Person;
}

const storageKey = 'demo-phone-login';

/**
 * The login of the person who holds this phone. Its tokens stay in this tab; a real app keeps them in the system's key store.
 * It calls only the configured server, whatever a scanned code says (threats T26).
 */
export function openPhoneSession({ passbeamUrl, applicationId, userPoolId }: PhoneSettings) {
  const client = new AuthenticationClient({
    host: passbeamUrl,
    appId: applicationId,
    userPoolId,
    tokenEndpointAuthMethod: 'none',
    lang: languageTag,
    scope: 'openid profile offline_access',
  });
  let login = restore();
  if (login) client.setAccessToken(login.accessToken);

  async function signIn(account: string, password: string): Promise<void> {
    const tokenSet = await client.signInByAccountPassword({ account, password });
    const { access_token: accessToken = '', refresh_token: refreshToken = '' } = tokenSet;
    client.setAccessToken(accessToken);
    const profile = await client.getProfile();
    const displayName = profile.nickname || profile.username || profile.name || account;
    login = { accessToken, refreshToken, person: { displayName, photo: profile.photo } };
    sessionStorage.setItem(storageKey, JSON.stringify(login));
  }

  /** Forgets the login here; `signOut` also ends it on the server. */
  function forget(): void {
    login = null;
    sessionStorage.removeItem(storageKey);
  }

  async function signOut(): Promise<void> {
    const ended = login;
    forget();
    if (ended) await client.revokeToken(ended.refreshToken);
  }

  return { client, whoIs: () => login?.person ?? null, signIn, signOut, forget };
}

function restore(): StoredLogin | null {
  const stored = sessionStorage.getItem(storageKey);
  return stored === null ? null : (JSON.parse(stored) as StoredLogin);
}

export type PhoneSession = ReturnType<typeof openPhoneSession>;
