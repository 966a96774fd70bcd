import { JsonWebKeySet, OidcDiscovery, offeredScopes } from '@passbeam/protocol';
import { Type } from 'typebox';
import { prompts, responseModes } from '../../../core/authorization/request.ts';
import type { Signer } from '../../../core/tokens/signer.ts';
import type { App } from '../../server/app.ts';
import { grantTypes } from './token.ts';

/** Discovery and the key set, at every path official clients ask (wire 4.4). */
export function metadataRoutes(
  scope: App,
  { signer, issuer }: { signer: Pick<Signer, 'keySet'>; issuer: string },
): void {
  const discovery = discoveryOf(issuer);
  const config = { isKnownToAll: true };

  // The second is where Spring looks, and the last is the metadata of an OAuth server (RFC 8414, 3.1).
  for (const url of [
    '/oidc/.well-known/openid-configuration',
    '/.well-known/openid-configuration/oidc',
    '/:appId/oidc/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oidc',
  ]) {
    scope.get(
      url,
      { config, schema: { tags: ['OIDC'], summary: 'OpenID Connect discovery', response: { 200: OidcDiscovery } } },
      async () => discovery,
    );
  }

  scope.get(
    '/oidc/.well-known/jwks.json',
    { config, schema: { tags: ['OIDC'], summary: 'The keys that check our tokens', response: { 200: JsonWebKeySet } } },
    async () => signer.keySet(),
  );

  // All applications share the server's keys.
  scope.get(
    '/:appId/oidc/.well-known/jwks.json',
    {
      config,
      schema: {
        tags: ['OIDC'],
        summary: 'The keys that check our tokens, at the address newer clients ask',
        params: Type.Object({ appId: Type.String({ maxLength: 128 }) }),
        response: { 200: JsonWebKeySet },
      },
    },
    async () => signer.keySet(),
  );
}

function discoveryOf(issuer: string): OidcDiscovery {
  const authMethods = ['client_secret_post', 'client_secret_basic', 'none'];
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    device_authorization_endpoint: `${issuer}/device/auth`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    introspection_endpoint: `${issuer}/token/introspection`,
    revocation_endpoint: `${issuer}/token/revocation`,
    end_session_endpoint: `${issuer}/session/end`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    scopes_supported: [...offeredScopes],
    response_types_supported: ['code'],
    response_modes_supported: [...responseModes],
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: [...prompts],
    ui_locales_supported: ['en', 'zh'],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    // Left out it would mean true.
    request_uri_parameter_supported: false,
    ...(issuer.startsWith('https:') ? { authorization_response_iss_parameter_supported: true } : {}),
    grant_types_supported: [...grantTypes],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: authMethods,
    introspection_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_methods_supported: authMethods,
    claims_supported: [
      ...['sub', 'iss', 'aud', 'iat', 'exp', 'auth_time', 'amr', 'sid', 'nonce', 'at_hash'],
      ...['name', 'nickname', 'picture', 'given_name', 'family_name', 'middle_name', 'preferred_username', 'profile'],
      ...['website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at', 'username', 'email', 'email_verified'],
      ...['phone_number', 'phone_number_verified', 'address', 'external_id', 'roles', 'extended_fields'],
    ],
  };
}
