import { startPassbeam } from '@passbeam/workshop/passbeam';

/** Starts the real server as its users do: with a folder, a configuration file and a free port. */
export const poolId = '6543210fedcba9876543210f';
export const poolSecret = 'k7Qm2xVb9TzLw4Rc8NfYp3HsJd6GaUeX';
export const siteSecret = 'Zt5Wn8Cq3KxPv7Lb2MhRj9FyDs4GuEaT';
export const callback = 'https://site.example.com/callback';
export const alice = { username: 'alice', password: 'correct horse battery' };

const configuration = {
  userPools: [
    {
      id: poolId,
      secret: poolSecret,
      name: 'Pool',
      applications: [
        { id: 'site', secret: siteSecret, name: 'Web site', redirectUris: [callback] },
        { id: 'page', name: 'Page', tokenEndpointAuthMethod: 'none', redirectUris: [callback] },
        {
          id: 'basic-site',
          secret: siteSecret,
          name: 'Other site',
          tokenEndpointAuthMethod: 'client_secret_basic',
          redirectUris: [callback],
        },
        { id: 'phone', name: 'Phone app', tokenEndpointAuthMethod: 'none', approvesScans: true },
        { id: 'tv', name: 'Television', tokenEndpointAuthMethod: 'none', signsInDevices: true },
      ],
      users: [{ ...alice, email: 'alice@example.com', phone: '+8613800000001', nickname: 'Alice' }],
    },
  ],
};

export interface StartedServer {
  host: string;
  stop(): Promise<void>;
}

export async function startServer(): Promise<StartedServer> {
  const environment = { DEMO: 'off', LOG_LEVEL: 'error' };
  const { url: host, remove: stop } = await startPassbeam({ configuration, environment });
  return { host, stop };
}
