import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { AuthenticationClient } from '@passbeam/sdk';
import { siteApplication } from './product.ts';

const require = createRequire(import.meta.url);

/** The browser build in the package @authing/guard, unmodified. */
const guardFiles: Record<string, { path: string; type: string }> = {
  '/guard.min.js': { path: require.resolve('@authing/guard/dist/esm/guard.min.js'), type: 'text/javascript' },
  '/guard.min.css': { path: require.resolve('@authing/guard/dist/esm/guard.min.css'), type: 'text/css' },
};

export interface GuardPage {
  /** The site's origin, which differs from the product's; so does even its site. */
  origin: string;
  /** The address of a page with Guard, which calls the product at `host` for an application. */
  addressFor(host: string, applicationId?: string): string;
  close(): Promise<void>;
}

/** Serves the web site of a team that uses Guard: a page, and a backend that knows the application's secret. */
export async function serveGuardPage(): Promise<GuardPage> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const guardFile = guardFiles[pathname];
    if (guardFile) {
      response.setHeader('content-type', guardFile.type);
      return response.end(await readFile(guardFile.path));
    }
    if (pathname === '/login') {
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify(await logIn(await bodyOf(request))));
    }
    if (pathname !== '/') return response.writeHead(404).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(searchParams.get('host') ?? '', searchParams.get('application') ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    addressFor: (host, application = siteApplication.id) => `${origin}/?${new URLSearchParams({ host, application })}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What the page's backend does with a ticket: it exchanges it with its secret and reads whose it is. */
async function logIn({ host, ticket }: { host: string; ticket: string }): Promise<{ username?: string | null }> {
  const client = new AuthenticationClient({ host, appId: siteApplication.id, appSecret: siteApplication.secret });
  const { access_token: accessToken = '' } = await client.exchangeTokenSetWithQrCodeTicket({ ticket });
  const { username } = await client.getProfile({}, { accessToken });
  return { username };
}

async function bodyOf(request: IncomingMessage): Promise<{ host: string; ticket: string }> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const quoted = (text: string) => JSON.stringify(text).replaceAll('<', '\\u003c');

/** The page, which mounts Guard as Guard's documentation does, and keeps what it reports in `window.seen`. */
const page = (host: string, applicationId: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A team's site</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/guard.min.css"></head>
<body><div id="guard"></div><script type="module">
import { Guard } from '/guard.min.js';
window.seen = [];
const note = (event, detail = null) => { window.seen.push({ event, detail }); };
const guard = new Guard({
  appId: ${quoted(applicationId)},
  host: ${quoted(host)},
  lang: 'en-US',
  isSSO: true,
});
guard.on('load', () => note('load'));
guard.on('load-error', (error) => note('load-error', String(error)));
guard.on('login', (user) => note('login', user));
guard.on('login-error', (error) => note('login-error', String(error)));
guard.start('#guard').then((user) => { window.started = user; }, (error) => note('refused', String(error)));
</script></body></html>`;
