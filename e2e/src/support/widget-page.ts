import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';
import { siteApplication } from './product.ts';

/** A page of a site that shows only the widget. */
export interface WidgetPage {
  /** Resolves to the id of the QR code that it shows now. */
  code(): Promise<string>;
  /** Resolves to the ticket once there is one. */
  ticket(): Promise<string>;
}

export interface WidgetSite {
  /** The page's origin, which is not the product's. */
  origin: string;
  open(browser: BrowserContext, host: string): Promise<WidgetPage>;
  close(): Promise<void>;
}

export async function serveWidgetSite(): Promise<WidgetSite> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(searchParams.get('host') ?? ''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    async open(browser, host) {
      const tab = await browser.newPage();
      await tab.goto(`${origin}/?${new URLSearchParams({ host })}`);
      const shown = async (name: 'code' | 'ticket') => {
        const handle = await tab.waitForFunction((key) => document.body.dataset[key], name);
        return String(await handle.jsonValue());
      };
      return { code: () => shown('code'), ticket: () => shown('ticket') };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The page's HTML. The page keeps what the widget tells it on its own body. */
const page = (host: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A site</title><link rel="icon" href="data:,"></head>
<body><passbeam-qr host="${encodeURI(host)}" app-id="${siteApplication.id}"></passbeam-qr>
<script type="module" src="${encodeURI(host)}/widget/passbeam-qr.js"></script>
<script type="module">
const note = (key, pick) => ({ detail }) => { document.body.dataset[key] = detail[pick]; };
const widget = document.querySelector('passbeam-qr');
widget.addEventListener('created', note('code', 'qrcodeId'));
widget.addEventListener('authorized', note('ticket', 'ticket'));
</script></body></html>`;
