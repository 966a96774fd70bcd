import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { siteApplication } from './product.ts';

/** The browser build in the package authing-js-sdk, unmodified. */
const sdkFile = new URL('../../../node_modules/authing-js-sdk/build/browser/index.min.js', import.meta.url);

export interface AuthingJsPage {
  /** The site's origin, which differs from the product's; so does even its site. */
  origin: string;
  /** The address of a page that shows codes of the product at `host`. */
  addressFor(host: string, options?: { autoExchangeUserInfo?: boolean }): string;
  close(): Promise<void>;
}

/** A web site that shows codes with authing-js-sdk. */
export async function serveAuthingJsPage(): Promise<AuthingJsPage> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname === '/sdk.js') {
      response.setHeader('content-type', 'text/javascript');
      return response.end(await readFile(sdkFile));
    }
    if (pathname !== '/') return response.writeHead(404).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(searchParams.get('host') ?? '', searchParams.get('exchange') === 'true'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    addressFor: (host, { autoExchangeUserInfo = false } = {}) =>
      `${origin}/?${new URLSearchParams({ host, exchange: String(autoExchangeUserInfo) })}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The page, which starts scanning as the package's documentation does, and keeps what it reports in `window.seen`. */
const page = (host: string, autoExchangeUserInfo: boolean) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A team's site</title><link rel="icon" href="data:,"></head>
<body><div id="code"></div><script src="/sdk.js"></script><script>
window.seen = [];
const note = (event) => (...detail) => { window.seen.push({ event, detail }); };
const client = new Authing.AuthenticationClient({
  appId: '${siteApplication.id}',
  appHost: ${JSON.stringify(host).replaceAll('<', '\\u003c')},
  lang: 'en-US',
});
client.qrcode.startScanning('code', {
  autoExchangeUserInfo: ${autoExchangeUserInfo},
  onCodeShow: note('shown'),
  onScanned: note('scanned'),
  onSuccess: note('success'),
  onCancel: note('cancel'),
  onExpired: note('expired'),
  onError: note('error'),
  onCodeLoadFailed: note('failed'),
});
</script></body></html>`;
