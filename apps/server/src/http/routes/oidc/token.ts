import { deviceGrantType, OidcError, OidcTokenRequest, OidcTokenResponse } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import type { RedeemCode } from '../../../core/authorization/redeem-code.ts';
import type { RedeemDevice } from '../../../core/devices/redeem.ts';
import type { Application } from '../../../core/directory/application.ts';
import type { Directory } from '../../../core/directory/directory.ts';
import type { Caller } from '../../../core/ground/caller.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import type { Secrets } from '../../../core/ground/ports.ts';
import type { ManagementAuthority } from '../../../core/management/authority.ts';
import { grantableScope } from '../../../core/sessions/scopes.ts';
import type { LoginTokenGrant } from '../../../core/tokens/login-token-grant.ts';
import type { OidcTokenService } from '../../../core/tokens/token-service.ts';
import type { TokenSet } from '../../../core/tokens/token-set.ts';
import { limitingKeyGuesses } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import { clientCredentials } from '../../callers/client-credentials.ts';
import { onBehalf } from '../../callers/on-behalf.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import type { Limits } from '../../limits/limits.ts';
import type { App } from '../../server/app.ts';
import type { AuthenticateClient } from './client.ts';

/** Password sign-in as `core/sign-in` offers it: with its delays, its audit and one wording for every failure. */
export type SignInWithPassword = (input: {
  application: Application;
  field: 'account';
  identifier: string;
  password: string;
  scope: string;
  caller: Caller;
}) => Promise<{ tokenSet: TokenSet }>;

export interface TokenRouteParts {
  tokens: Pick<OidcTokenService, 'refresh' | 'clientCredentials'>;
  signInWithPassword: SignInWithPassword;
  grantByLoginToken: LoginTokenGrant;
  redeemCode: RedeemCode;
  devices: { redeem: RedeemDevice };
  limits: Limits;
  management: Pick<ManagementAuthority, 'mintManagementToken'>;
  directory: Directory;
  secrets: Secrets;
}

/** The grants served here. */
export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'password',
  deviceGrantType,
  // The phone SDKs' own (wire 4.4).
  'http://authing.cn/oidc/grant_type/authing_token',
] as const;
type GrantType = (typeof grantTypes)[number];

interface GrantInput {
  application: Application;
  isProved: boolean;
  body: OidcTokenRequest;
  caller: Caller;
  /** The caller, with the address of the person who signs in where a backend that proved its secret tells it. */
  person: Caller;
}

/** `POST /oidc/token` and its alias (wire 4.4). */
export function tokenRoute(scope: App, parts: TokenRouteParts & { authenticateClient: AuthenticateClient }): void {
  const { tokens, signInWithPassword, limits, authenticateClient } = parts;

  const grants: Record<GrantType, (input: GrantInput) => Promise<TokenSet>> = {
    authorization_code: ({ application, isProved, body, caller }) =>
      parts.redeemCode({
        application,
        isProved,
        code: given(body, 'code'),
        redirectUri: body.redirect_uri || null,
        codeVerifier: body.code_verifier || null,
        caller,
      }),

    refresh_token: ({ application, body, caller }) =>
      tokens.refresh({ application, refreshToken: given(body, 'refresh_token'), scope: body.scope, caller }),

    async client_credentials({ application, isProved }) {
      if (!isProved) throw new DomainError('client_auth_failed', { reason: 'grantNeedsSecret' });
      return tokens.clientCredentials(application);
    },

    async password({ application, body, person: caller }) {
      const identifier = given(body, 'username');
      const password = given(body, 'password');
      const granted = grantableScope(body.scope);
      const input = { application, field: 'account', identifier, password, scope: granted, caller } as const;
      return (await limitingGuesses(limits, caller, () => signInWithPassword(input))).tokenSet;
    },

    [deviceGrantType]: ({ body, ...input }) =>
      parts.devices.redeem({ ...input, deviceCode: given(body, 'device_code') }),

    'http://authing.cn/oidc/grant_type/authing_token': ({ application, body, caller }) =>
      parts.grantByLoginToken(application, given(body, 'token'), grantableScope(body.scope), caller),
  };

  /**
   * The token of an access key. Keys of user pools may use this one grant, and get what get-management-token gives. Null for applications.
   * @throws DomainError client_auth_failed, too_many_requests
   */
  async function tokenOfKey(request: FastifyRequest, body: OidcTokenRequest): Promise<OidcTokenResponse | null> {
    const { basic, post } = clientCredentials(request, body);
    const offered = basic ?? post;
    if (offered?.secret == null || parts.directory.findApplication(offered.id) !== null) return null;
    const { id, secret } = offered;
    try {
      const { accessToken, expiresInSeconds } = await limitingKeyGuesses(id, request, parts, () =>
        parts.management.mintManagementToken(id, secret),
      );
      return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds };
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'signature_wrong') throw error;
      throw new DomainError('client_auth_failed');
    }
  }

  async function issue(request: FastifyRequest, body: OidcTokenRequest): Promise<OidcTokenResponse> {
    const { grant_type: grantType } = body;
    const keyToken = grantType === 'client_credentials' ? await tokenOfKey(request, body) : null;
    if (keyToken !== null) return keyToken;
    const authenticated = await authenticateClient(request, body);
    if (!isGrantType(grantType)) {
      throw new DomainError('unsupported_type', { field: 'grant_type', reason: ['notOneOf', grantTypes] });
    }
    const caller = callerOf(request);
    const person = authenticated.isProved ? onBehalf(request) : caller;
    return tokenResponse(await grants[grantType]({ ...authenticated, body, caller, person }));
  }

  for (const url of ['/oidc/token', '/oauth/token']) {
    scope.post(
      url,
      {
        schema: {
          tags: ['OIDC'],
          summary:
            'Get tokens: authorization_code, refresh_token, client_credentials, password, device_code or authing_token',
          consumes: ['application/x-www-form-urlencoded', 'application/json'],
          body: OidcTokenRequest,
          response: { 200: OidcTokenResponse, '4xx': OidcError },
        },
      },
      (request) => issue(request, request.body),
    );
  }
}

function isGrantType(value: string): value is GrantType {
  return grantTypes.some((grantType) => grantType === value);
}

function given(
  body: OidcTokenRequest,
  field: 'code' | 'refresh_token' | 'device_code' | 'username' | 'password' | 'token',
): string {
  const value = body[field];
  if (value === undefined || value === '') {
    throw new DomainError('invalid_argument', { field, reason: ['requiredByGrant', body.grant_type] });
  }
  return value;
}

function tokenResponse({ accessToken, expiresInSeconds, scope, idToken, refreshToken }: TokenSet): OidcTokenResponse {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    scope: scope === '' ? undefined : scope,
    id_token: idToken ?? undefined,
    refresh_token: refreshToken ?? undefined,
  };
}
