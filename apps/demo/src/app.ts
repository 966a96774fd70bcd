import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Company } from './company/company.ts';
import { mountCompany } from './company/mount.ts';
import { employee } from './company/names.ts';
import { type Login, Refusal, type RefusalCode } from './login.ts';
import type { SignedInUser } from './login-sessions.ts';
import { securityHeaders } from './security-headers.ts';

/** What the pages need to know to call the passbeam server. All of it is public. */
export interface PageSettings {
  passbeamUrl: string;
  siteApplicationId: string;
  phoneApplicationId: string;
  userPoolId: string;
  /** The account whose password the server drew and printed in its terminal; null when the password was configured. */
  drawnAccount: string | null;
}

export type SiteState =
  | { user: SignedInUser }
  | { user: null; state: string; passbeamUrl: string; applicationId: string; userPoolId: string };

/** What the phone asks its backend for first: the one server it calls, and the one user pool whose codes it accepts. */
export interface PhoneSettings {
  passbeamUrl: string;
  applicationId: string;
  userPoolId: string;
  drawnAccount: string | null;
  /** The account of the company's own app; null where there is no such company. */
  companyAccount: string | null;
}

const sessionCookie = 'demo_site_session';
/** Holds the state of the login that this browser began. */
const stateCookie = 'demo_site_state';
const statusOf: Record<RefusalCode, number> = { code_of_another_browser: 403, wrong_origin: 403, ticket_refused: 400 };

const secret = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' };
const ticket = { type: 'string', minLength: 1, maxLength: 512 };
const bodyOf = (needed: Record<string, object>, optional: Record<string, object> = {}) => ({
  body: {
    type: 'object',
    properties: { ...needed, ...optional },
    required: Object.keys(needed),
    additionalProperties: false,
  },
});

const nothingHere =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
  '<meta name="color-scheme" content="light dark"><title>Nothing here</title><h1>Nothing here</h1>' +
  '<p>Go to the <a href="/">demo web site</a> or the <a href="/phone">demo phone</a>.</p></html>';

/** The two pages and the web site's backend; without `pagesFolder`, which holds the built pages, only the backend answers. */
export function buildApp(parts: {
  login: Login;
  pages: PageSettings;
  company: Company | null;
  pagesFolder: string | null;
}): FastifyInstance {
  const { login, pages } = parts;
  const passbeamOrigin = new URL(pages.passbeamUrl).origin;
  const siteHeaders = securityHeaders('site', passbeamOrigin);
  const phoneHeaders = securityHeaders('phone', passbeamOrigin);

  const app = fastify({
    bodyLimit: 16 * 1024,
    requestTimeout: 15_000,
    logger: false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  // Only JSON is read, because a page of another site may send text/plain without a CORS preflight.
  app.removeContentTypeParser('text/plain');
  app.register(cookie);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(request.url.startsWith('/phone') ? phoneHeaders : siteHeaders);
    if (request.method === 'POST' && !isSameOrigin(request)) throw new Refusal('wrong_origin');
  });

  if (parts.company !== null) mountCompany(app, parts.company);

  app.setNotFoundHandler((request, reply) => {
    if (!request.headers.accept?.includes('text/html')) return reply.code(404).send({ error: 'not_found' });
    return reply.code(404).type('text/html; charset=utf-8').send(nothingHere);
  });

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof Refusal) return reply.code(statusOf[error.code]).send({ error: error.code });
    const status = error.statusCode ?? 502;
    if (status >= 500) process.stderr.write(`demo web site: ${error.name}: ${error.message}\n`);
    return reply.code(status).send({ error: status >= 500 ? 'login_failed' : 'bad_request' });
  });

  app.get('/session', async (request, reply): Promise<SiteState> => {
    reply.header('cache-control', 'no-store');
    const user = login.whoIs(request.cookies[sessionCookie]);
    if (user) return { user };
    const state = login.begin(request.cookies[stateCookie]);
    setCookie(request, reply, stateCookie, state);
    const { passbeamUrl, siteApplicationId, userPoolId } = pages;
    return { user: null, state, passbeamUrl, applicationId: siteApplicationId, userPoolId };
  });

  app.post<{ Body: { ticket: string; pollSecret?: string } }>(
    '/login',
    { schema: bodyOf({ ticket }, { pollSecret: secret }) },
    async (request, reply): Promise<SiteState> => {
      const { [sessionCookie]: before, [stateCookie]: state } = request.cookies;
      const { session, user } = await login.logIn({ session: before, state }, request.body);
      setCookie(request, reply, sessionCookie, session);
      reply.clearCookie(stateCookie, { path: '/' });
      return { user };
    },
  );

  app.post('/logout', async (request, reply) => {
    login.logOut(request.cookies[sessionCookie]);
    return reply.clearCookie(sessionCookie, { path: '/' }).code(204).send();
  });

  app.get('/phone/settings', async (_request, reply): Promise<PhoneSettings> => {
    reply.header('cache-control', 'no-store');
    const { passbeamUrl, phoneApplicationId, userPoolId, drawnAccount } = pages;
    const companyAccount = parts.company === null ? null : employee.account;
    return { passbeamUrl, applicationId: phoneApplicationId, userPoolId, drawnAccount, companyAccount };
  });

  if (parts.pagesFolder !== null) {
    app.register(fastifyStatic, { root: parts.pagesFolder, index: false, cacheControl: false });
    app.get('/', (_request, reply) => reply.sendFile('index.html'));
    app.get('/phone', (_request, reply) => reply.sendFile('phone.html'));
    app.get('/phone/', (_request, reply) => reply.redirect('/phone', 308));
  }
  return app;
}

/** In a POST, browsers send the page's origin and the host that was called. A page of another site cannot change either. */
function isSameOrigin(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

function setCookie(request: FastifyRequest, reply: FastifyReply, name: string, value: string): void {
  reply.setCookie(name, value, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    // Only POSTs have an origin. The demo itself speaks plain HTTP, so https can only be that of a proxy in front.
    secure: request.headers.origin?.startsWith('https:') ?? false,
  });
}
