import type { Logger } from 'pino';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { App } from '../../server/app.ts';

const Health = Type.Object({ status: Type.String() });

/** Probes for load balancers and supervisors (threats T46). */
export function healthRoutes(
  app: App,
  parts: { log: Logger; pingStores(): Promise<void>; isStopping(): boolean },
): void {
  const tags = ['Operation'];
  let asking: Promise<boolean> | null = null;

  /** Whether the stores work, asked once for all callers meanwhile, since anybody may send this probe. */
  async function askStores(requestId: string): Promise<boolean> {
    try {
      await parts.pingStores();
      return true;
    } catch (error) {
      parts.log.warn({ requestId, err: error }, 'a store does not answer');
      return false;
    } finally {
      asking = null;
    }
  }

  app.get(
    '/healthz',
    { config: { isQuiet: true }, schema: { tags, summary: 'The process is up', response: { 200: Health } } },
    async () => ({ status: 'up' }),
  );
  app.get(
    '/readyz',
    {
      config: { isQuiet: true },
      schema: {
        tags,
        summary: 'The stores answer and the process is not stopping',
        description: 'HTTP 503 otherwise.',
        response: { 200: Health },
      },
    },
    async (request) => {
      if (parts.isStopping()) throw new DomainError('unavailable', { reason: 'nodeStopping', retryAfterSeconds: 1 });
      asking ??= askStores(request.id);
      if (!(await asking)) throw new DomainError('unavailable', { retryAfterSeconds: 1 });
      return { status: 'ready' };
    },
  );
}
