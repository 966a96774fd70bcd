import type { FastifyRequest } from 'fastify';
import type { Secrets } from '../../core/ground/ports.ts';
import { looksLikeQrcodeId } from '../../core/qr/id.ts';
import type { App } from './app.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code the call is about, once that is known. Only its hash may leave the process: see `codeInLogs`. */
    qrcodeId: string | null;
  }
}

const shownCharacters = 16;

export function decorateWithCode(app: App): void {
  app.decorateRequest('qrcodeId', null);
}

/** What names a code in logs and traces: the beginning of its `codeHash` in the audit log. Absent when there is no code. */
export function codeInLogs({ qrcodeId }: FastifyRequest, secrets: Pick<Secrets, 'hash'>): string | undefined {
  if (qrcodeId === null || !looksLikeQrcodeId(qrcodeId)) return undefined;
  return secrets.hash(qrcodeId).slice(0, shownCharacters);
}
