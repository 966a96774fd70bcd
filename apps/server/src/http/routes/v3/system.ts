import { SystemDto } from '@passbeam/protocol';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';

/** `GET /api/v3/system` (wire 4.5): the one v3 reply without an envelope. */
export function systemRoutes(app: App, parts: Parts): void {
  app.get(
    '/api/v3/system',
    {
      schema: {
        tags: ['Operation'],
        summary: 'Public keys for passwords, and versions',
        description:
          'Needs no login. rsa.publicKey (SPKI PEM, PKCS#1 v1.5 padding, base64 ciphertext) encrypts passwords sent with passwordEncryptType rsa; sm2.publicKey (the uncompressed point in hex; ciphertext C1C3C2 in hex or base64, with or without 04 before it) those sent with sm2.',
        response: { 200: SystemDto },
      },
    },
    async () => ({
      rsa: { publicKey: parts.passwordDecryption.rsa.publicKey },
      sm2: { publicKey: parts.passwordDecryption.sm2.publicKey },
      version: { server: parts.version, console: parts.version, login: parts.version },
      publicIps: [],
    }),
  );
}
