import { createHmac } from 'node:crypto';

/** Base64 of HMAC-SHA1, which the published signature method asks for (wire 5.1); nothing of ours chooses it. */
export function hmacSha1(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text, 'utf8').digest('base64');
}
