import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Company } from './company.ts';
import { companyPath } from './names.ts';

/** Hands requests below the company's path to its auth server, unread. */
export function mountCompany(app: FastifyInstance, company: Company): void {
  let loading: Promise<RequestListener> | undefined;
  const load = async () => (await import('./auth-server.ts')).createAuthServer(company);

  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith(`${companyPath}/`)) return;
    loading ??= load();
    const answer = await loading;
    reply.hijack();
    // It tells its own addresses by the one before and the one after it was mounted.
    const { raw } = request;
    Object.assign(raw, { originalUrl: raw.url, url: raw.url?.slice(companyPath.length) });
    answer(raw, reply.raw);
  });
}
