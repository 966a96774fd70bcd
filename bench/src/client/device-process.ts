import { readInput } from '../input.ts';
import { deviceGrant } from '../peers/peer.ts';
import { Connection } from './connection.ts';
import type { LoginRates } from './login-process.ts';
import { forSeconds } from './work.ts';

/** Sends a peer's own whole logins, the device flow from the request of a code to the tokens, as fast as they are answered. */
export interface DeviceLoad {
  origin: string;
  peer: keyof typeof logins;
  approvePath: string;
  connections: number;
  seconds: number;
  warmUpSeconds: number;
}

const form = 'content-type: application/x-www-form-urlencoded\r\n';
const json = 'content-type: application/json\r\n';
const load = readInput<DeviceLoad>();

/** Asks for a code, lets the provider's own models approve it, and takes the access token and the ID token. */
async function byModels(connection: Connection): Promise<void> {
  const asked = await connection.request('POST', '/device/auth', form, 'client_id=bench&scope=openid');
  const { device_code, user_code } = JSON.parse(asked);
  await connection.request('GET', `${load.approvePath}?user_code=${user_code.replace('-', '')}`, '');
  const fields = new URLSearchParams({ grant_type: deviceGrant, client_id: 'bench', device_code });
  const tokens = await connection.request('POST', '/token', form, fields.toString());
  if (!tokens.includes('"id_token"')) throw new Error(`no tokens: ${tokens}`);
}

/** Asks for a code, looks it up and approves it by the API with the cookie of a person who is signed in, and takes the session's token. */
async function byApi(connection: Connection, cookie: string): Promise<void> {
  const asked = await connection.request('POST', '/api/auth/device/code', json, JSON.stringify({ client_id: 'bench' }));
  const { device_code, user_code: userCode } = JSON.parse(asked);
  const person = `cookie: ${cookie}\r\norigin: http://127.0.0.1\r\n`;
  await connection.request('GET', `/api/auth/device?user_code=${userCode}`, person);
  await connection.request('POST', '/api/auth/device/approve', json + person, JSON.stringify({ userCode }));
  const body = JSON.stringify({ grant_type: deviceGrant, client_id: 'bench', device_code });
  const tokens = await connection.request('POST', '/api/auth/device/token', json, body);
  if (!tokens.includes('"access_token"')) throw new Error(`no token: ${tokens}`);
}

async function signUp(connection: Connection, index: number): Promise<string> {
  const person = { name: 'Person', email: `person-${index}@example.com`, password: 'correct horse battery' };
  const headers = `${json}origin: http://127.0.0.1\r\n`;
  const { head } = await connection.exchange('POST', '/api/auth/sign-up/email', headers, JSON.stringify(person));
  return [...head.matchAll(/\r\nset-cookie: ([^;\r]+)/gi)].map(([, pair]) => pair).join('; ');
}

const logins = {
  'oidc-provider': async () => byModels,
  'better-auth': async (connection: Connection, index: number) => {
    const cookie = await signUp(connection, index);
    return (own: Connection) => byApi(own, cookie);
  },
};

const connections = await Promise.all(Array.from({ length: load.connections }, () => Connection.open(load.origin)));
// All at once: a connection on which nothing is sent for five seconds would be closed.
const workers = await Promise.all(
  connections.map(async (connection, index) => ({ connection, login: await logins[load.peer](connection, index) })),
);
const work = ({ connection, login }: (typeof workers)[number]) => login(connection);

await forSeconds(load.warmUpSeconds, workers, work);
const [began, before] = [performance.now(), process.cpuUsage()];
const perSecond = await forSeconds(load.seconds, workers, work);
const { user, system } = process.cpuUsage(before);
const loadBusy = (user + system) / 1000 / (performance.now() - began);
for (const connection of connections) connection.close();
console.log(JSON.stringify({ perSecond, loadBusy, steps: null } satisfies LoginRates));
