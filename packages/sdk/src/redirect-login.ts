import { toBase64Url } from './base64.ts';
import { ConfigurationError, RedirectError } from './errors.ts';
import { checkedText } from './options.ts';
import { webCrypto } from './web-crypto.ts';

/** What an application asks for when it sends a person to the login page (OpenID Connect Core, 3.1.2.1). */
export interface AuthorizeUrlInput {
  /** One of the application's registered addresses, letter by letter. */
  redirectUri: string;
  /** Space-separated. Default: the scope of the client. `offline_access` adds a refresh token. */
  scope?: string;
  /** Default: 32 random bytes. */
  state?: string;
  /** Default: 32 random bytes. */
  nonce?: string;
  /** True: the person must prove anew who they are (`prompt=login`), though the browser is signed in. */
  forced?: boolean;
  /** Space-separated; wins over `forced`. `none` shows no page: the answer is then a login or a refusal such as `login_required`. */
  prompt?: string;
  /** How old, in seconds, the person's last proof may be. */
  maxAge?: number;
  /** Typed in for the person: an e-mail address, phone number or username. */
  loginHint?: string;
  /** An earlier ID token: the answer is for this person or a refusal. */
  idTokenHint?: string;
  /** Languages of the page, such as `zh-CN en`. */
  uiLocales?: string;
  /** Where the answer stands in the address. Default `query`. */
  responseMode?: 'query' | 'fragment';
}

/** An address to send the browser to, and what its answer is checked against. */
export interface AuthorizeUrl {
  url: string;
  state: string;
  nonce: string;
  /** To be kept where only you can read it, and given to `getAccessTokenByCode`. */
  codeVerifier: string;
}

/** The part of `sessionStorage` that is used. A server hands in one of its own that belongs to this visitor, and may answer later. */
export interface LoginStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** A login that was begun and not finished, as it waits in the storage. */
export interface BegunLogin {
  nonce: string;
  codeVerifier: string;
  redirectUri: string;
  customState: unknown;
}

export async function authorizeUrl(
  { host, appId, scope }: { host: string; appId: string; scope: string },
  input: AuthorizeUrlInput,
): Promise<AuthorizeUrl> {
  const crypto = webCrypto();
  const random = () => toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const { state = random(), nonce = random() } = input;
  const codeVerifier = random();
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  const given: Record<string, string | undefined> = {
    client_id: appId,
    response_type: 'code',
    redirect_uri: checkedText('redirectUri', input.redirectUri),
    scope: input.scope ?? scope,
    state: checkedText('state', state),
    nonce: checkedText('nonce', nonce),
    code_challenge: toBase64Url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    prompt: input.prompt ?? (input.forced ? 'login' : undefined),
    max_age: input.maxAge?.toString(),
    login_hint: input.loginHint,
    id_token_hint: input.idTokenHint,
    ui_locales: input.uiLocales,
    response_mode: input.responseMode,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value);
  return { url: `${host}/oidc/auth?${query}`, state, nonce, codeVerifier };
}

/** Keeps a begun login for the answer. Each has its own key, so two tabs do not disturb each other. */
export async function keepBegun(storage: LoginStorage, state: string, login: BegunLogin): Promise<void> {
  await storage.setItem(keyOf(state), JSON.stringify(login));
}

/**
 * The code in the address that the browser came back to, with the login it answers, which is taken out of the storage: an answer is
 * used once.
 *
 * @throws RedirectError
 */
export async function takeAnswer(
  url: string,
  storage: LoginStorage,
  issuer: string,
): Promise<{ code: string; begun: BegunLogin }> {
  const answer = answerIn(url);
  const state = answer.get('state');
  const begun = state === null ? null : await take(storage, state);
  if (begun === null) throw new RedirectError('login_not_begun', 'This answer belongs to no login that was begun here');
  // Whoever mixes up two servers' answers sends a code to the wrong one (RFC 9207). Under https the server always names itself.
  const told = answer.get('iss');
  if (told === null ? issuer.startsWith('https:') : told !== issuer) {
    throw new RedirectError('issuer_mismatch', 'This answer is from another server');
  }
  const error = answer.get('error');
  if (error !== null) {
    throw new RedirectError('login_refused', answer.get('error_description') ?? error, error);
  }
  const code = answer.get('code');
  if (code === null || code === '') throw new RedirectError('invalid_response', 'The answer holds no code');
  return { code, begun };
}

/** Whether the address holds the answer to a login. */
export function isAnswer(url: string): boolean {
  const answer = answerIn(url);
  return answer.has('state') && (answer.has('code') || answer.has('error'));
}

function answerIn(url: string): URLSearchParams {
  if (!URL.canParse(url))
    throw new ConfigurationError('url', 'must be the whole address that the browser came back to');
  const { search, hash } = new URL(url);
  const inHash = new URLSearchParams(hash.slice(1));
  return inHash.has('state') ? inHash : new URLSearchParams(search);
}

async function take(storage: LoginStorage, state: string): Promise<BegunLogin | null> {
  const text = await storage.getItem(keyOf(state));
  if (text === null) return null;
  await storage.removeItem(keyOf(state));
  const login: unknown = JSON.parse(text);
  return login as BegunLogin;
}

const keyOf = (state: string) => `passbeam.login.${state}`;
