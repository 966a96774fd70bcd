import { fileURLToPath } from 'node:url';
import { freePort } from '@passbeam/workshop/free-port';
import { serverProgram, startPassbeam } from '@passbeam/workshop/passbeam';

const startScript = fileURLToPath(new URL('../../../scripts/start.js', import.meta.url));

export const siteApplication = { id: '0123456789abcdef01234567', secret: 'site-application-secret-for-the-journeys' };
export const phoneApplication = { id: 'fedcba987654321001234567', secret: 'phone-application-secret-for-the-journeys' };
export const userPoolId = '6543210fedcba9876543210f';
export const userPoolSecret = 'user-pool-secret-for-the-browser-journeys';
export const alice = { username: 'alice', password: 'correct horse battery', nickname: 'Alice' };
export const bob = { username: 'bob', password: 'staple battery horse', nickname: 'Bob' };

export interface Product {
  url: string;
  siteUrl: string;
  phoneUrl: string;
  /** Kills the server with SIGKILL and starts it again on the same data, as a power cut and a restart would. */
  crash(): Promise<void>;
  /** The process id of the server, if it was started directly. */
  pid(): number;
  /** Everything the product wrote to its terminal. */
  output(): string;
  stop(): Promise<void>;
}

export interface ProductSettings {
  qrcodeExpiresIn?: number;
  /** Origins of pages, besides the demo's, that may call the server. */
  allowedOrigins?: string[];
  /** Lets pages exchange tickets without a secret. */
  browserExchange?: boolean;
  environment?: Record<string, string>;
  /** Further settings of the site's application, and of the phone's. */
  site?: object;
  phoneApp?: object;
  /** Further people of the pool. */
  people?: { username: string; password: string }[];
  /** Starts without a configuration file, as a newcomer does. */
  isNew?: boolean;
  /** The configuration file owns what it writes; without, it only makes what is missing. */
  isManaged?: boolean;
  /** Starts without the start script, so that a kill hits the server itself. */
  direct?: boolean;
}

/** Starts the product by its public command, with a configuration file and an empty data folder of its own. */
export async function startProduct(settings: ProductSettings = {}): Promise<Product> {
  const demoPort = await freePort();
  const server = await startPassbeam({
    command: [process.execPath, settings.direct ? serverProgram : startScript],
    environment: { DEMO: 'on', DEMO_PORT: String(demoPort), ...settings.environment },
    ...(settings.isNew ? {} : { configuration: configuration(demoPort, settings) }),
  });
  return {
    url: `http://localhost:${server.port}`,
    siteUrl: `http://localhost:${demoPort}/`,
    phoneUrl: `http://localhost:${demoPort}/phone`,
    pid: () => server.program.pid,
    output: () => server.program.lines.join('\n'),
    async crash() {
      await server.kill();
      await server.start();
    },
    stop: server.remove,
  };
}

/** The pool, the two applications and the people that journeys know. */
export function configuration(
  demoPort: number,
  {
    qrcodeExpiresIn = 120,
    allowedOrigins = [],
    browserExchange = false,
    people = [],
    isManaged = false,
    site,
    phoneApp,
  }: ProductSettings = {},
) {
  return {
    userPools: [
      {
        id: userPoolId,
        // The journeys change by API what the file says at first.
        ...(!isManaged && { configuration: 'seed' }),
        secret: userPoolSecret,
        name: 'Demo pool',
        securitySettings: {
          allowedOrigins: [`http://localhost:${demoPort}`, ...allowedOrigins],
          qrcodeLoginStrategy: {
            qrcodeExpiresIn,
            ticketExpiresIn: 300,
            returnFullUserInfo: false,
            allowExchangeUserInfoFromBrowser: browserExchange,
          },
        },
        applications: [
          {
            ...siteApplication,
            name: 'Demo web site',
            domain: 'localhost',
            redirectUris: [`http://localhost:${demoPort}/callback`],
            logoutRedirectUris: [],
            tokenEndpointAuthMethod: 'client_secret_post',
            ...site,
          },
          {
            ...phoneApplication,
            name: 'Demo phone app',
            redirectUris: [],
            logoutRedirectUris: [],
            tokenEndpointAuthMethod: 'none',
            ...phoneApp,
          },
        ],
        users: [
          { ...alice, email: 'alice@example.com', phone: '+8613800000001' },
          { ...bob, email: 'bob@example.com' },
          ...people,
        ],
      },
    ],
  };
}
