import { Window } from 'happy-dom';
import { JSDOM } from 'jsdom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleWidget } from './bundle.fixture.ts';
import type { PassbeamQrElement } from './element.ts';
import { openStage, type Stage } from './stage.fixture.ts';

/** Many sites test their pages in simulated browsers, which lack many interfaces and throw in others: the widget must not break there. */

let stage: Stage;
let script: string;

beforeAll(async () => {
  stage = await openStage();
  // Simulated browsers run no modules, so the export is removed from the text.
  script = (await bundleWidget()).replace(/export\s*\{[^}]*\};?\s*$/, '');
});
afterAll(() => stage.close());

it.each([
  [
    'jsdom',
    () => {
      const { window } = new JSDOM('<!doctype html><body></body>', {
        url: stage.url,
        runScripts: 'outside-only',
        pretendToBeVisual: true,
      });
      Object.assign(window, { fetch: plainFetch, TextDecoder, TextEncoder });
      return { window: window as unknown as typeof globalThis & globalThis.Window, end: () => window.close() };
    },
  ],
  [
    'happy-dom',
    () => {
      const window = new Window({
        url: stage.url,
        settings: { enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true },
      });
      Object.assign(window, { fetch: plainFetch });
      return { window: window as unknown as typeof globalThis & globalThis.Window, end: () => window.happyDOM.abort() };
    },
  ],
] as const)('makes a code, follows it and tells in %s', async (name, open) => {
  const { window, end } = open();
  try {
    window.eval(`${script};document.body.innerHTML = ${JSON.stringify(markup(name))}`);
    const element = window.document.querySelector('passbeam-qr') as PassbeamQrElement;
    await expect.poll(() => element.status, { timeout: 5_000 }).toBe('pending');
    expect(element.qrcodeId).toMatch(new RegExp(`^${name}-`));
    expect(element.shadowRoot?.textContent).toContain('Scan to sign in');
    const told = new Promise((resolve) => {
      element.addEventListener('authorized', ({ detail }) => resolve(detail.ticket));
    });
    stage.reply(name, { status: 'AUTHORIZED', ticket: 'tk_sim' });
    expect(await told).toBe('tk_sim');
    element.remove();
  } finally {
    await end();
  }
});

/** Fetches without the signal: a simulated browser's is not one that Node's `fetch` accepts. */
const plainFetch: typeof fetch = (input, init) => fetch(input, { ...init, signal: null });

const markup = (app: string) => `<passbeam-qr lang="en" host="${stage.url}" app-id="${app}"></passbeam-qr>`;
