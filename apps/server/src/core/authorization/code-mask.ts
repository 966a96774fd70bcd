import type { Secrets } from '../ground/ports.ts';
import type { InteractionState } from './interaction.ts';

type ShownCode = NonNullable<InteractionState['code']>;

/**
 * Keeps the id of the code that a page shows, so that a second tab and a reload show it too. Stores hold no such ids, so it is kept under
 * a mask that only the address of the page and the server's key give.
 */
export function createCodeMasks(secrets: Secrets) {
  function put(interactionId: string, qrcodeId: string): ShownCode {
    const seed = { keyId: secrets.currentKeyId, nonce: secrets.randomToken() };
    return { hash: secrets.hash(qrcodeId), masked: masked(qrcodeId, maskOf(interactionId, seed) ?? ''), ...seed };
  }

  /** Null when the server's key is gone. */
  function take(interactionId: string, code: ShownCode): string | null {
    const mask = maskOf(interactionId, code);
    const qrcodeId = mask === null ? null : unmasked(code.masked, mask);
    return qrcodeId !== null && secrets.hash(qrcodeId) === code.hash ? qrcodeId : null;
  }

  /** 43 characters for the 32 of an id, used once. */
  function maskOf(interactionId: string, { keyId, nonce }: Pick<ShownCode, 'keyId' | 'nonce'>): string | null {
    return secrets.derive(keyId, 'code of the page', interactionId, nonce);
  }

  return { put, take };
}

function masked(text: string, mask: string): string {
  return [...text].map((_, at) => (text.charCodeAt(at) ^ mask.charCodeAt(at)).toString(16).padStart(2, '0')).join('');
}

function unmasked(hex: string, mask: string): string {
  const codes = (hex.match(/../g) ?? []).map((pair, at) => Number.parseInt(pair, 16) ^ mask.charCodeAt(at));
  return String.fromCharCode(...codes);
}
