import { readInput } from '../input.ts';
import { redirectSite } from '../peers/redirect-site.ts';
import { Connection, type Reply } from './connection.ts';
import { createLoginCalls } from './login.ts';
import { forSeconds } from './work.ts';

/** Signs people in by redirect as fast as it is answered, each in a browser of its own that keeps cookies. */
export interface RedirectLoad {
  origin: string;
  /** How people prove who they are: by a scan of the page's code, with these tokens of phones, or at the peer's own forms. */
  way: { phones: string[] } | 'forms';
  connections: number;
  seconds: number;
  warmUpSeconds: number;
}

export interface RedirectRates {
  perSecond: number;
  /** The share of its own core, 0 to 1, that the load generator needed while it was timed. */
  loadBusy: number;
}

const load = readInput<RedirectLoad>();
const { way } = load;
const form = 'content-type: application/x-www-form-urlencoded\r\n';
const asked = new URLSearchParams({
  client_id: redirectSite.id,
  response_type: 'code',
  scope: 'openid',
  redirect_uri: redirectSite.callback,
  state: 'a-state-of-the-site',
});

/** A browser without a window, in front of one server. */
function openBrowser(connection: Connection) {
  const jar = new Map<string, string>();
  async function send(method: 'GET' | 'POST', path: string, headers = '', body = ''): Promise<Reply> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const own = cookie === '' ? headers : `${headers}cookie: ${cookie}\r\n`;
    const reply = await connection.exchange(method, path, own, body);
    for (const [, name = '', value = ''] of reply.head.matchAll(/\r\nset-cookie: ([^=]+)=([^;\r]*)/gi)) {
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return reply;
  }
  return { send, go: (path: string) => send('GET', path) };
}

/** Where a reply leads to; on the same server, as a path. */
function next({ status, head, body }: Reply): URL {
  const [, location] = /\r\nlocation: ([^\r]+)/i.exec(head) ?? [];
  if (location === undefined) throw new Error(`no redirect: ${status} ${body.slice(0, 200)}`);
  return new URL(location, load.origin);
}
const pathOf = ({ pathname, search }: URL) => pathname + search;

async function redeem(connection: Connection, path: string, answer: URL): Promise<void> {
  const { id: client_id, secret: client_secret, callback: redirect_uri } = redirectSite;
  const code = answer.searchParams.get('code') ?? '';
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, client_id, client_secret });
  const reply = await connection.request('POST', path, form, body.toString());
  if (!reply.includes('"id_token"')) throw new Error(`no tokens: ${reply}`);
}

/** The page, a scan, the confirmation, the way back, the exchange of the code. */
async function byScan(connection: Connection, phone: string): Promise<void> {
  const { send, go } = openBrowser(connection);
  const page = next(await go(`/oidc/auth?${asked}`));
  await go(pathOf(page));
  const calls = `/login/interactions/${page.searchParams.get('uuid')}`;
  const data = ({ body }: Reply) => {
    const said = JSON.parse(body);
    if (said.statusCode !== 200) throw new Error(body);
    return said.data;
  };
  const { formToken } = data(await go(calls));
  const headers = `content-type: application/json\r\nx-passbeam-form: ${formToken}\r\n`;
  const { qrcodeId } = data(await send('POST', `${calls}/qrcode`, headers, '{}'));
  const { scan, confirm } = createLoginCalls(() => connection, redirectSite, phone);
  await scan(qrcodeId);
  await confirm(qrcodeId);
  await go(`${calls}/qrcode`);
  const { leaveUrl } = data(await send('POST', `${calls}/continue`, headers, '{}'));
  await redeem(connection, '/oidc/token', next(await go(pathOf(new URL(leaveUrl)))));
}

/** The form that asks for a name, the form that asks for consent, the way back, the exchange of the code. */
async function byForms(connection: Connection): Promise<void> {
  const { send, go } = openBrowser(connection);
  let at = next(await go(`/auth?${asked}`));
  for (const fields of ['prompt=login&login=alice&password=any', 'prompt=consent']) {
    await go(pathOf(at));
    const resumed = next(await send('POST', pathOf(at), form, fields));
    at = next(await go(pathOf(resumed)));
  }
  await redeem(connection, '/token', at);
}

const connections = await Promise.all(Array.from({ length: load.connections }, () => Connection.open(load.origin)));
const workers = connections.map((connection, index) => ({ connection, index }));
const work = ({ connection, index }: { connection: Connection; index: number }) =>
  way === 'forms' ? byForms(connection) : byScan(connection, way.phones[index % way.phones.length] ?? '');

await forSeconds(load.warmUpSeconds, workers, work);
const [began, before] = [performance.now(), process.cpuUsage()];
const perSecond = await forSeconds(load.seconds, workers, work);
const { user, system } = process.cpuUsage(before);
const rates: RedirectRates = { perSecond, loadBusy: (user + system) / 1000 / (performance.now() - began) };
for (const connection of connections) connection.close();
console.log(JSON.stringify(rates));
