import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

/** As a browser goes to a page: `fetch` would say that a script asks, and some sites send scripts to no login. */
async function send(url: string, { method = 'GET', headers, body }: RequestInit): Promise<Response> {
  const form = body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  const asked = { accept: 'text/html, application/json', 'sec-fetch-mode': 'navigate', ...form };
  const call = (url.startsWith('https:') ? https : http).request(url, {
    method,
    headers: { ...asked, ...(headers as Record<string, string>) },
  });
  call.end(body == null ? undefined : String(body));
  const [reply] = (await once(call, 'response')) as [http.IncomingMessage];
  const told = new Headers();
  for (let at = 0; at < reply.rawHeaders.length; at += 2) {
    told.append(reply.rawHeaders[at] ?? '', reply.rawHeaders[at + 1] ?? '');
  }
  const said = await text(reply);
  return new Response(said === '' ? null : said, { status: reply.statusCode ?? 0, headers: told });
}

/** An answer of the last address that was opened. */
export interface Opened {
  url: string;
  reply: Response;
}

/**
 * A browser without a window: keeps cookies by host, follows redirects, and signs in at the calls of the hosted page. `server` is where
 * passbeam runs. With `stopsAt`, addresses that begin so are not opened: an application that does not run is called back there.
 */
export function openWindowlessBrowser(server: string, { stopsAt }: { stopsAt?: string } = {}) {
  const jar = new Map<string, Map<string, string>>();

  async function request(url: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(url);
    const cookies = jar.get(host) ?? new Map<string, string>();
    jar.set(host, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) };
    const reply = await send(url, { ...init, headers });
    for (const line of reply.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return reply;
  }

  /** Opens an address and follows redirects, up to the hosted page or a page of anybody else. */
  async function open(url: string, init?: RequestInit): Promise<Opened> {
    let [at, reply] = [url, await request(url, init)];
    for (let redirects = 0; redirects < 20; redirects++) {
      const location = reply.headers.get('location');
      if (location === null) return { url: at, reply };
      at = new URL(location, at).href;
      if (at.startsWith(`${server}/login?`) || (stopsAt !== undefined && at.startsWith(stopsAt)))
        return { url: at, reply };
      reply = await request(at);
    }
    throw new Error(`too many redirects, the last to ${at}`);
  }

  async function step(uuid: string, path: string, body: object) {
    const address = `${server}/login/interactions/${uuid}`;
    const { data: view } = await (await request(address)).json();
    const reply = await request(`${address}/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: new URL(server).origin,
        'x-passbeam-form': view.formToken,
      },
      body: JSON.stringify(body),
    });
    const { statusCode, message, data } = await reply.json();
    if (statusCode !== 200) throw new Error(message);
    return data;
  }

  return {
    open,
    post: (url: string, fields: Record<string, string>) =>
      open(url, {
        method: 'POST',
        headers: { origin: new URL(url).origin },
        body: new URLSearchParams(fields),
      }),
    /** At the hosted page: signs in with a password, agrees where that is asked, and goes where the page leads. */
    async signIn(page: string, { username, password }: { username: string; password: string }): Promise<Opened> {
      const uuid = new URL(page).searchParams.get('uuid') ?? '';
      let view = await step(uuid, 'password', { account: username, password });
      if (view.step === 'consent') view = await step(uuid, 'consent', { allow: true });
      return open(view.leaveUrl);
    },
    /** At the hosted page: goes back to the application at once. */
    async cancel(page: string): Promise<Opened> {
      const uuid = new URL(page).searchParams.get('uuid') ?? '';
      return open((await step(uuid, 'cancel', {})).leaveUrl);
    },
  };
}
