import { offeredScopes } from '@passbeam/protocol';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import { DomainError } from '../ground/errors.ts';
import { allowedScope } from '../sessions/scopes.ts';
import type { Signer } from '../tokens/signer.ts';
import { isClaimable, isRegistered } from './redirect-uri.ts';
import {
  type AuthorizationError,
  AuthorizationRefusal,
  type AuthorizationRequest,
  type Prompt,
  prompts,
  type ResponseMode,
  type ReturnAddress,
  responseModes,
} from './request.ts';

/** The parameters as they came; a name may have come more than once. */
export type GivenParameters = ReadonlyMap<string, readonly string[]>;

export const maxStateLength = 2048;
const maxNonceLength = 512;
const maxHintLength = 256;

type Given = (name: string) => string | null;
type Refuse = (error: AuthorizationError, description: string) => never;

/**
 * Reads an authorization request: every check that needs no person, in the order in which they decide. Until the address is known to be
 * the application's, nothing is sent there (RFC 9700, 4.11).
 */
export function createRequestReader(parts: {
  directory: Pick<Directory, 'getApplication'>;
  signer: Pick<Signer, 'verifyOnce'>;
}) {
  const { directory, signer } = parts;

  /** @throws DomainError where nothing may be sent to the address, AuthorizationRefusal where the application is told */
  return async function read(parameters: GivenParameters): Promise<AuthorizationRequest> {
    refuseControls(parameters);
    const given = readerOf(parameters);
    requireOnce(parameters, ['client_id', 'redirect_uri']);
    const application = directory.getApplication(given('client_id') ?? missing('client_id'));
    const redirectUri = registeredUri(application, given('redirect_uri') ?? missing('redirect_uri'));

    const state = stateOf(parameters, given);
    const returnTo: ReturnAddress = { redirectUri, responseMode: 'query', state };
    const refuse: Refuse = (error, description) => {
      throw new AuthorizationRefusal(returnTo, error, description);
    };
    refuseRepeated(parameters, refuse);
    const responseMode = responseModeOf(given, redirectUri, refuse);
    requireCodeFlow(given, refuse);
    // From here on refusals take the way that the application asked for.
    returnTo.responseMode = responseMode;
    refuseUnserved(given, refuse);
    return {
      applicationId: application.id,
      ...returnTo,
      scope: scopeOf(application, given, refuse),
      codeChallenge: codeChallengeOf(application, given, refuse),
      prompts: promptsOf(given, refuse),
      maxAgeSeconds: maxAgeOf(given, refuse),
      hintedUserId: await hintedUserOf(given, refuse),
      nonce: nonceOf(given, refuse),
      loginHint: given('login_hint')?.slice(0, maxHintLength) ?? null,
      locale: localeOf(given),
    };
  };

  async function hintedUserOf(given: Given, refuse: Refuse): Promise<string | null> {
    const hint = given('id_token_hint');
    if (hint === null) return null;
    // It may have expired, and may have been given to another application of ours.
    const claims = await signer.verifyOnce(hint, 'JWT');
    return typeof claims?.sub === 'string'
      ? claims.sub
      : refuse('invalid_request', 'id_token_hint is not an ID token of this server');
  }
}

/** An empty parameter counts as one that was not sent (RFC 6749, 3.1). */
function readerOf(parameters: GivenParameters): Given {
  return (name) => parameters.get(name)?.find((value) => value !== '') ?? null;
}

function refuseControls(parameters: GivenParameters): void {
  for (const name of ['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce']) {
    if (!parameters.get(name)?.some((value) => /\p{Cc}/u.test(value))) continue;
    throw new DomainError('malformed_request', { field: name, reason: 'holdsControl' });
  }
}

function requireOnce(parameters: GivenParameters, names: readonly string[]): void {
  for (const name of names) {
    if ((parameters.get(name)?.length ?? 0) > 1) {
      throw new DomainError('invalid_argument', { field: name, reason: 'givenTwice' });
    }
  }
}

function missing(field: string): never {
  throw new DomainError('invalid_argument', { field, reason: 'required' });
}

function registeredUri(application: Application, uri: string): string {
  if (isRegistered(application, uri)) return uri;
  throw new DomainError('invalid_argument', { field: 'redirect_uri', reason: 'redirectUriNotRegistered' });
}

/** A state that cannot be given back as it came is not given back at all. */
function stateOf(parameters: GivenParameters, given: Given): string | null {
  const state = given('state');
  return (parameters.get('state')?.length ?? 0) > 1 || (state?.length ?? 0) > maxStateLength ? null : state;
}

function refuseRepeated(parameters: GivenParameters, refuse: Refuse): void {
  for (const [name, values] of parameters) {
    // `resource` alone may come several times (RFC 8707).
    if (values.length > 1 && name !== 'resource') refuse('invalid_request', `${printable(name)} was sent twice`);
  }
  const state = parameters.get('state')?.[0] ?? '';
  if (state.length > maxStateLength) refuse('invalid_request', `state is longer than ${maxStateLength} characters`);
}

function responseModeOf(given: Given, redirectUri: string, refuse: Refuse): ResponseMode {
  const asked = given('response_mode') ?? 'query';
  const mode = responseModes.find((served) => served === asked);
  if (mode === 'web_message' && isClaimable(redirectUri)) {
    refuse('invalid_request', 'response_mode web_message needs an https redirect_uri');
  }
  return mode ?? refuse('invalid_request', `response_mode must be one of ${responseModes.join(', ')}`);
}

function requireCodeFlow(given: Given, refuse: Refuse): void {
  const type = given('response_type');
  if (type === null) refuse('invalid_request', 'response_type is missing: send code');
  if (type !== 'code') refuse('unsupported_response_type', 'response_type must be code');
}

function refuseUnserved(given: Given, refuse: Refuse): void {
  if (given('request') !== null) refuse('request_not_supported', 'request is not served: send the parameters');
  if (given('request_uri') !== null) refuse('request_uri_not_supported', 'request_uri is not served');
  if (given('registration') !== null) refuse('registration_not_supported', 'registration is not served');
}

/** Words that nobody knows are dropped, and so is what the operator does not allow the application. */
function scopeOf(application: Application, given: Given, refuse: Refuse): string {
  const asked = given('scope') ?? '';
  // The characters of a scope, and the spaces between scopes (RFC 6749, 3.3).
  if (asked.length > 1024 || !/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(asked)) {
    refuse('invalid_scope', 'scope must be words with spaces between');
  }
  const words = new Set(asked.split(' '));
  return allowedScope(application, offeredScopes.filter((scope) => words.has(scope)).join(' '));
}

function codeChallengeOf(application: Application, given: Given, refuse: Refuse): string | null {
  const challenge = given('code_challenge');
  const method = given('code_challenge_method');
  if (challenge === null) {
    if (method !== null) refuse('invalid_request', 'code_challenge is missing beside code_challenge_method');
    if (application.tokenEndpointAuthMethod !== 'none') return null;
    return refuse('invalid_request', 'code_challenge is missing: an application without a secret needs PKCE');
  }
  // Without a method the challenge would be the verifier itself (RFC 7636, 4.3).
  if (method !== 'S256') refuse('invalid_request', 'code_challenge_method must be S256');
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(challenge)) {
    refuse('invalid_request', 'code_challenge must be 43 to 128 unreserved characters');
  }
  return challenge;
}

function promptsOf(given: Given, refuse: Refuse): Prompt[] {
  const words = [...new Set((given('prompt') ?? '').split(' ').filter((word) => word !== ''))];
  const known = prompts.filter((prompt) => words.includes(prompt));
  if (known.length < words.length) refuse('invalid_request', `prompt must be of ${prompts.join(', ')}`);
  if (known.includes('none') && known.length > 1) refuse('invalid_request', 'prompt none must stand alone');
  return known;
}

function maxAgeOf(given: Given, refuse: Refuse): number | null {
  const text = given('max_age');
  if (text === null) return null;
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse('invalid_request', 'max_age must be a number of seconds');
}

function nonceOf(given: Given, refuse: Refuse): string | null {
  const nonce = given('nonce');
  if ((nonce?.length ?? 0) <= maxNonceLength) return nonce;
  return refuse('invalid_request', `nonce is longer than ${maxNonceLength} characters`);
}

/** Never an error: what we do not have is passed over. `_authing_lang` is what phones of the first SDKs send. */
function localeOf(given: Given): AuthorizationRequest['locale'] {
  const asked = `${given('ui_locales') ?? ''} ${given('_authing_lang') ?? ''}`.toLowerCase().split(' ');
  const found = asked.map((tag) => /^(en|zh)(?:[-_]|$)/.exec(tag)?.[1]).find((language) => language !== undefined);
  return found === 'en' || found === 'zh' ? found : null;
}

/** As much of a text of a stranger as an error may repeat. */
function printable(text: string): string {
  return text.slice(0, 64).replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
}
