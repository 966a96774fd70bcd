import Provider from 'oidc-provider';
import { approvesByItsStore } from './approve.ts';
import { deviceGrant, reportServing } from './peer.ts';
import { sqliteAdapter } from './sqlite-adapter.ts';

/**
 * node-oidc-provider's device flow: every poll of an unapproved code gets authorization_pending, never slow_down. Its state is in memory,
 * or in the SQLite file that PEER_DATABASE names.
 */
const { PEER_DATABASE: file } = process.env;
const provider = new Provider('http://127.0.0.1', {
  ...(file !== undefined && { adapter: sqliteAdapter(file) }),
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
  findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  ttl: { DeviceCode: 3600 },
});
approvesByItsStore(provider);

const server = provider.listen(0, '127.0.0.1', () => reportServing(server));
