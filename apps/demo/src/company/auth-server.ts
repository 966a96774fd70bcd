import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RequestListener } from 'node:http';
import * as oidcProvider from 'oidc-provider';
import type { Company } from './company.ts';
import { companyApp, employee } from './names.ts';

/** The little of the provider that is used here; the package brings no types. */
interface AuthServer {
  callback(): RequestListener;
  registerGrantType(name: string, handler: (context: Context) => Promise<void>, parameters: string[]): void;
  Grant: new (part: object) => { addResourceScope(resource: string, scope: string): void; save(): Promise<string> };
  AccessToken: new (
    part: object,
  ) => {
    resourceServer: object;
    expiration: number;
    tokenType: string;
    save(): Promise<string>;
  };
  ResourceServer: new (audience: string, part: object) => object;
}

interface Package {
  default: new (issuer: string, configuration: object) => AuthServer;
  errors: { InvalidGrant: new (description: string) => Error };
}

interface Context {
  body: unknown;
  oidc: { client: { clientId: string }; params: Record<string, unknown> };
}

const { default: Provider, errors } = oidcProvider as unknown as Package;
const scope = 'approve';
const tokenLifeSeconds = 3_600;

/**
 * The company's own auth server: node-oidc-provider, as it may stand in any company. Its app signs in with account and password at
 * `/token` and gets a JWT access token for the passbeam server. passbeam has a part in none of this.
 *
 * It is loaded when the first request comes, so that the demo's start does not wait for it.
 */
export function createAuthServer({ issuer, audience, signingKey, password }: Company): RequestListener {
  const resource = {
    audience,
    scope,
    accessTokenTTL: tokenLifeSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  } as const;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: companyApp,
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: 'ES256',
        grant_types: ['password'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    jwks: { keys: [signingKey] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    adapter: KeepsNothing,
    // The demo answers no other page's POST.
    clientBasedCORS: () => true,
    renderError: (context: Context, { error, error_description }: Record<string, unknown>) => {
      context.body = { error, error_description };
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: true, getResourceServerInfo: () => resource },
    },
    ttl: { AccessToken: tokenLifeSeconds, Grant: tokenLifeSeconds },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    // `session_id` stays the same as long as the person is signed in: by it passbeam knows the phone again.
    extraTokenClaims: (_: unknown, token: { grantId: string }) => ({ name: employee.name, session_id: token.grantId }),
  });

  provider.registerGrantType(
    'password',
    async (context) => {
      const { client, params } = context.oidc;
      const isRight = params.username === employee.account && isSame(String(params.password), password);
      if (!isRight) throw new errors.InvalidGrant('wrong account or password');
      const grant = new provider.Grant({ accountId: employee.id, clientId: client.clientId });
      grant.addResourceScope(audience, scope);
      const grantId = await grant.save();
      const token = new provider.AccessToken({ accountId: employee.id, client, grantId, scope, gty: 'password' });
      token.resourceServer = new provider.ResourceServer(audience, resource);
      const access_token = await token.save();
      context.body = { access_token, token_type: token.tokenType, expires_in: token.expiration };
    },
    ['username', 'password'],
  );
  return provider.callback();
}

/** Access tokens are JWTs, and nothing else of this server outlives a request. */
class KeepsNothing {
  async upsert(): Promise<void> {}
  async find(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}

function isSame(given: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
