import Provider from 'oidc-provider';
import { reportServing } from './peer.ts';
import { redirectSite } from './redirect-site.ts';

/** node-oidc-provider's own flow: its pages for development ask for a name and for consent, and its adapter keeps all in memory. */
const provider = new Provider('http://127.0.0.1', {
  clients: [
    {
      client_id: redirectSite.id,
      client_secret: redirectSite.secret,
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [redirectSite.callback],
    },
  ],
  cookies: { keys: ['a-key-for-cookies-of-a-benchmark'] },
  pkce: { required: () => false },
  findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
});

const server = provider.listen(0, '127.0.0.1', () => reportServing(server));
