import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AuthenticationClient } from '@passbeam/sdk';
import { buildApp } from './app.ts';
import type { Company } from './company/company.ts';
import { createLogin } from './login.ts';
import { createLoginSessions } from './login-sessions.ts';

export interface DemoOptions {
  host: string;
  port: number;
  /** The passbeam server's public address, as browsers and this backend reach it. */
  passbeamUrl: string;
  /** An application with the method `client_secret_post`. */
  siteApplication: { id: string; secret: string };
  /** An application with the method `none`, because a phone cannot keep a secret. */
  phoneApplication: { id: string };
  userPoolId: string;
  /** The account whose password the server drew and printed in its terminal; null when the password was configured. */
  drawnAccount: string | null;
  /** A company whose tokens the user pool trusts, and whose app the phone can be then. */
  company?: Company | null;
  /** Called before the demo listens. The server sets limits on connections here when it runs the demo in its own process. */
  beforeListening?(server: Server): void;
}

export interface Demo {
  siteUrl: string;
  phoneUrl: string;
  close(): Promise<void>;
}

const pagesFolder = fileURLToPath(new URL('../dist', import.meta.url));

/** Serves the demo web site and the demo phone. Both use only what every integrator has: the public API, the SDK, the widget. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  if (!existsSync(`${pagesFolder}/index.html`)) {
    throw new Error('The demo pages are not built: run `npm run build -w apps/demo` first');
  }
  const { host, port, siteApplication, phoneApplication, userPoolId, drawnAccount } = options;
  const passbeamUrl = options.passbeamUrl.replace(/\/+$/, '');
  const now = Date.now;
  const login = createLogin({
    loginSessions: createLoginSessions({ now, randomId: () => randomBytes(32).toString('base64url') }),
    passbeam: new AuthenticationClient({
      host: passbeamUrl,
      appId: siteApplication.id,
      appSecret: siteApplication.secret,
      scope: 'openid profile username',
    }),
    passbeamUrl,
    now,
  });
  const app = buildApp({
    login,
    pages: {
      passbeamUrl,
      siteApplicationId: siteApplication.id,
      phoneApplicationId: phoneApplication.id,
      userPoolId,
      drawnAccount,
    },
    company: options.company ?? null,
    pagesFolder,
  });
  await app.ready();
  options.beforeListening?.(app.server);
  await app.listen({ host, port });

  const siteUrl = `http://${reachableName(host, passbeamUrl)}:${(app.server.address() as AddressInfo).port}`;
  return { siteUrl, phoneUrl: `${siteUrl}/phone`, close: () => app.close() };
}

/** passbeam's host name when both run on one machine: one site then, so browsers that block third-party cookies keep the binding cookie. */
function reachableName(host: string, passbeamUrl: string): string {
  const anyAddress = ['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost'];
  if (anyAddress.includes(host)) return new URL(passbeamUrl).hostname;
  return host.includes(':') ? `[${host}]` : host;
}
