import { SystemDto } from '@passbeam/protocol';
import type { App } from '../../app.ts';
import type { RsaPasswords } from './encrypted-password.ts';

/** `GET /api/v3/system` (wire 4.5): the one v3 reply without an envelope. */
export function systemRoutes(app: App, parts: { rsaPasswords: RsaPasswords; version: string }): void {
  app.get(
    '/api/v3/system',
    {
      schema: {
        tags: ['Operation'],
        summary: 'Public key for passwords, and versions',
        description:
          'Needs no login. rsa.publicKey (SPKI PEM, PKCS#1 v1.5 padding, base64 ciphertext) encrypts passwords sent with passwordEncryptType rsa; SM2 is not offered and its key is empty.',
        response: { 200: SystemDto },
      },
    },
    async () => ({
      rsa: { publicKey: parts.rsaPasswords.publicKeyPem },
      sm2: { publicKey: '' },
      version: { server: parts.version, console: parts.version, login: parts.version },
      publicIps: [],
    }),
  );
}
