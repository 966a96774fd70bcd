import Provider from 'oidc-provider';
import { deviceGrant, reportServing } from './peer.ts';

/** node-oidc-provider's device flow in memory: every poll of an unapproved code gets authorization_pending, never slow_down. */
const provider = new Provider('http://127.0.0.1', {
  clients: [
    {
      client_id: 'bench',
      token_endpoint_auth_method: 'none',
      grant_types: [deviceGrant],
      response_types: [],
      redirect_uris: [],
    },
  ],
  cookies: { keys: ['a-key-for-cookies-that-polls-never-see'] },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  ttl: { DeviceCode: 3600 },
});

const server = provider.listen(0, '127.0.0.1', () => reportServing(server));
