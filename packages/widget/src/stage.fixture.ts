import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import encodeQr from 'qr';
import { bundleWidget } from './bundle.fixture.ts';

/**
 * A server for tests of how the widget looks: pages with a strict policy, and replies in the contract's JSON, with one scene
 * for each application id. The journeys against the real server are in `e2e/`.
 */

const photo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#f3b562"/>' +
  '<circle cx="48" cy="38" r="18" fill="#7a4a2b"/><path d="M14 96a34 34 0 0 1 68 0z" fill="#2c6e63"/></svg>';
const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="12" fill="#2456e6"/>' +
  '<path d="M14 34V14h11a7 7 0 0 1 0 14h-6" fill="none" stroke="#fff" stroke-width="4.5"/></svg>';

const people = {
  alice: { displayName: 'Alice Moreau', photo: '/photo.svg' },
  noPhoto: { displayName: '陈晓明', photo: '/missing.png' },
  long: {
    displayName: 'Wolfeschlegelsteinhausenbergerdorff-Maximiliana Konstantinopolsky the Third of Somewhere',
    photo: '',
  },
  markup: { displayName: '<img src=x onerror=alert(1)>', photo: '' },
};

type Data = Record<string, unknown>;
const scenes: Record<string, () => Data | number> = {
  pending: () => ({ status: 'PENDING', expiresIn: 105 }),
  logo: () => ({ status: 'PENDING', expiresIn: 105 }),
  scanned: () => ({ status: 'SCANNED', expiresIn: 84, briefUserInfo: people.alice }),
  'no-photo': () => ({ status: 'SCANNED', expiresIn: 84, briefUserInfo: people.noPhoto }),
  'long-name': () => ({ status: 'SCANNED', expiresIn: 84, briefUserInfo: people.long }),
  markup: () => ({ status: 'SCANNED', expiresIn: 84, briefUserInfo: people.markup }),
  stranger: () => ({ status: 'SCANNED', expiresIn: 84 }),
  authorized: () => ({ status: 'AUTHORIZED', ticket: 'tk_1', briefUserInfo: people.alice }),
  cancelled: () => ({ status: 'CANCELLED', briefUserInfo: people.alice }),
  expired: () => ({ status: 'EXPIRED' }),
  offline: () => 0,
  busy: () => 429,
};

export interface Seen {
  path: string;
  query: URLSearchParams;
  appId: string;
  cookie: string | undefined;
  pollSecret: string | undefined;
  referer: string | undefined;
  body: string;
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function openStage() {
  const bundle = await bundleWidget();
  const seen: Seen[] = [];
  const replies = new Map<string, Data | number>();
  let codes = 0;

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    seen,
    /** Sets what polls of this application answer from now on; a number is a bare HTTP status, 0 a broken connection. */
    reply: (appId: string, data: Data | number) => replies.set(appId, data),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function answer(request: IncomingMessage, response: ServerResponse, body: string) {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const { cookie, referer } = request.headers;
    const appId = String(request.headers['x-authing-app-id'] ?? '');
    seen.push({
      path: pathname,
      query: searchParams,
      appId,
      cookie,
      referer,
      body,
      pollSecret: request.headers['x-qr-poll-secret'] as string,
    });
    const send = (type: string, content: string, status = 200) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(content);
    const envelope = (data: Data) =>
      send('application/json', JSON.stringify({ statusCode: 200, message: 'ok', requestId: 'r', data }));

    if (pathname === '/open') {
      return send(
        'text/html',
        '<!doctype html><html lang="en"><body><script type="module" src="/passbeam-qr.js"></script>',
      );
    }
    if (pathname === '/avatars/default.svg') {
      response.setHeader('access-control-allow-origin', '*');
      return send('image/svg+xml', photo);
    }
    if (pathname === '/') {
      response.setHeader(
        'content-security-policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
      );
      return send(
        'text/html',
        '<!doctype html><html lang="en"><link rel="stylesheet" href="/page.css"><script type="module" src="/passbeam-qr.js"></script><body></body>',
      );
    }
    if (pathname === '/page.css') return send('text/css', pageCss);
    if (pathname === '/passbeam-qr.js') return send('text/javascript', bundle);
    if (pathname === '/photo.svg') return send('image/svg+xml', photo);
    if (pathname === '/logo.svg') return send('image/svg+xml', logo);
    if (pathname.startsWith('/qr/') && pathname.endsWith('.svg') && !pathname.includes('image-'))
      return send('image/svg+xml', codeImage(pathname));
    if (pathname === '/api/v3/gene-qrcode') {
      if (appId === 'refused')
        return send(
          'application/json',
          JSON.stringify({ statusCode: 404, apiCode: 2011, message: 'The application does not exist', requestId: 'r' }),
        );
      codes += 1;
      response.setHeader('set-cookie', 'pb_poll=owner; HttpOnly; Path=/');
      return envelope({
        qrcodeId: `${appId}-${codes}`,
        url: `${url}/qr/${appId}-${codes}.png`,
        expiresIn: 120,
        ...(appId.startsWith('linked') && { link: `${url}/q/${appId}-${codes}`, appName: 'Ledger' }),
        ...(appId.includes('logo') && { customLogoUrl: `${url}/${appId}.svg` }),
      });
    }
    if (pathname === '/api/v3/get-qrcode-status') {
      const reply = replies.get(appId) ?? scenes[appId]?.() ?? { status: 'PENDING', expiresIn: 100 };
      if (reply === 0) return request.socket.destroy();
      if (typeof reply === 'number') response.setHeader('retry-after', '12');
      return typeof reply === 'number'
        ? send('text/plain', '', reply)
        : envelope({ ...reply, id: searchParams.get('qrcodeId') });
    }
    if (pathname === '/api/v3/watch-qrcode-status' && appId.startsWith('stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.write('id: PENDING\nevent: status\ndata: {"status":"PENDING"}\n\n');
    }
    return send('text/plain', 'not here', 404);
  }
}

function codeImage(pathname: string): string {
  const payload = {
    scene: 'APP_AUTH',
    random: pathname,
    qrcodeId: pathname,
    userPoolId: '6543210fedcba9876543210f',
    createdAt: '2026-01-01T00:00:00.000Z',
    expireAt: '2026-01-01T00:02:00.000Z',
    expiresIn: 120,
    customData: {},
  };
  return encodeQr(JSON.stringify(payload), 'svg', { ecc: 'medium', border: 4 });
}

const pageCss = `
:root { color-scheme: light dark; }
body { margin: 16px; background: light-dark(#f3f5f9, #0d0f13); font-family: sans-serif; }
body:has(.row) { display: flex; flex-wrap: wrap; gap: 16px; margin: 16px; }
`;
