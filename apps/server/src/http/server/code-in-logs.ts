import type { FastifyRequest } from 'fastify';
import type { Secrets } from '../../core/ground/ports.ts';
import { looksLikeQrcodeId } from '../../core/qr/id.ts';
import type { App } from './app.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The QR session of the call, once known. Only its hash may leave the process: see `codeInLogs`. */
    qrcodeId: string | null;
  }
}

const shownCharacters = 16;

export function decorateWithCode(app: App): void {
  app.decorateRequest('qrcodeId', null);
}

/** A QR session in logs and traces: the beginning of its `codeHash` in the audit log. Undefined for none. */
export function codeInLogs({ qrcodeId }: FastifyRequest, secrets: Pick<Secrets, 'hash'>): string | undefined {
  if (qrcodeId === null || !looksLikeQrcodeId(qrcodeId)) return undefined;
  return secrets.hash(qrcodeId).slice(0, shownCharacters);
}
