import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { siteApplication } from './product.ts';

const require = createRequire(import.meta.url);
const axios = fileURLToPath(new URL('../../../node_modules/axios/dist/axios.min.js', import.meta.url));
/** The browser builds of the packages, unmodified. `@authing/web` expects axios beside it. */
const files: Record<string, { path: string; type: string }> = {
  '/axios.js': { path: axios, type: 'text/javascript' },
  '/web.js': { path: require.resolve('@authing/web/dist/global/index.global.js'), type: 'text/javascript' },
  '/guard.min.js': { path: require.resolve('@authing/guard/dist/esm/guard.min.js'), type: 'text/javascript' },
};

/** The pages of a team whose site signs people in by redirect: `/web` with `@authing/web`, `/guard` with Guard. Both leave `window.client`. */
export async function serveRedirectPages(productUrl: string) {
  const { id: appId } = siteApplication;
  const pages: Record<string, string> = {
    '/web': `<script src="/axios.js"></script><script src="/web.js"></script><script>
const mode = new URLSearchParams(location.search).get('mode') ?? (location.hash ? 'fragment' : 'query');
window.client = new AuthingFactory.Authing({
  domain: '${productUrl}', appId: '${appId}', redirectResponseMode: mode, scope: 'openid profile email offline_access',
  redirectUri: location.origin + '/web', logoutRedirectUri: location.origin + '/bye',
});
</script>`,
    '/guard': `<script type="module">
import { Guard } from '/guard.min.js';
window.client = new Guard({ appId: '${appId}', host: '${productUrl}', redirectUri: location.origin + '/guard' });
</script>`,
    '/bye': 'Signed out',
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = files[pathname];
    response.setHeader('content-type', file?.type ?? 'text/html; charset=utf-8');
    if (file !== undefined) return response.end(await readFile(file.path));
    const body = pages[pathname];
    if (body === undefined) return response.writeHead(404).end();
    response.end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>A team's site</title><body>${body}</body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
