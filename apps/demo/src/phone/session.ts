import { ApiError, AuthenticationClient, type MyConsentDto } from '@passbeam/sdk';
import type { PhoneSettings } from '../app.ts';
import { languageTag } from '../page/language.ts';

export interface Person {
  displayName: string;
  photo: string | null;
}

interface StoredLogin {
  accessToken: string;
  /** Renews the access token. Revoked when the person signs out, which ends the login on the server; revoking the access token would not. */
  refreshToken: string;
  person: Person;
}

const storageKey = 'demo-phone-login';

/** What the person let applications read, on the page of the server. */
export interface GivenAccess {
  /** @throws SignedOut, and what the SDK throws */
  list(): Promise<MyConsentDto[]>;
  withdraw(appId: string): Promise<void>;
}

/** Nobody is signed in any more. */
export class SignedOut extends Error {}

/** Who is signed in to the app that the phone is. */
export interface PhoneSession {
  whoIs(): Person | null;
  /** The token for the next call; `refused` is one that the server does not take. Null: nobody is signed in. */
  accessToken(refused: string | null): Promise<string | null>;
  signIn(account: string, password: string): Promise<void>;
  /** Also ends the login where it was made. */
  signOut(): Promise<void>;
  forget(): void;
  /** Null where that is not passbeam's to say: at a company's own auth server. */
  access: GivenAccess | null;
}

/**
 * The login of the person who holds this phone. Its tokens stay in this tab; a real app keeps them in the system's key store.
 * It calls only the configured server, whatever a scanned code says (threats T26).
 */
export function openPhoneSession({ passbeamUrl, applicationId, userPoolId }: PhoneSettings): PhoneSession {
  const client = new AuthenticationClient({
    host: passbeamUrl,
    appId: applicationId,
    userPoolId,
    tokenEndpointAuthMethod: 'none',
    lang: languageTag,
    scope: 'openid profile offline_access',
  });
  let login = restore();

  function keep(next: StoredLogin): void {
    login = next;
    sessionStorage.setItem(storageKey, JSON.stringify(next));
  }

  /** A token that the server refused is renewed, if the login still stands. */
  async function accessToken(refused: string | null): Promise<string | null> {
    if (login === null || refused !== login.accessToken) return login?.accessToken ?? null;
    try {
      const { access_token, refresh_token = login.refreshToken } = await client.refreshToken(login.refreshToken);
      keep({ ...login, accessToken: access_token, refreshToken: refresh_token });
      return access_token;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_grant') return null;
      throw error;
    }
  }

  /** Makes a call as the person, once more with a new token where the server does not take the one there is. */
  async function asPerson<Reply>(call: (user: { accessToken: string }) => Promise<Reply>): Promise<Reply> {
    let refused: string | null = null;
    for (;;) {
      const token = await accessToken(refused);
      if (token === null) throw new SignedOut();
      try {
        return await call({ accessToken: token });
      } catch (error) {
        if (refused !== null || !(error instanceof ApiError) || error.code !== 'not_signed_in') throw error;
        refused = token;
      }
    }
  }

  const access: GivenAccess = {
    list: () => asPerson((user) => client.getMyConsents(user)),
    async withdraw(appId) {
      await asPerson((user) => client.withdrawMyConsent(appId, user));
    },
  };

  async function signIn(account: string, password: string): Promise<void> {
    const tokenSet = await client.signInByAccountPassword({ account, password });
    const { access_token: accessToken, refresh_token: refreshToken = '' } = tokenSet;
    const profile = await client.getProfile({}, { accessToken });
    const displayName = profile.nickname || profile.username || profile.name || account;
    keep({ accessToken, refreshToken, person: { displayName, photo: profile.photo } });
  }

  function forget(): void {
    login = null;
    sessionStorage.removeItem(storageKey);
  }

  async function signOut(): Promise<void> {
    const ended = login;
    forget();
    if (ended) await client.revokeToken(ended.refreshToken);
  }

  return { whoIs: () => login?.person ?? null, accessToken, signIn, signOut, forget, access };
}

function restore(): StoredLogin | null {
  const stored = sessionStorage.getItem(storageKey);
  return stored === null ? null : (JSON.parse(stored) as StoredLogin);
}
