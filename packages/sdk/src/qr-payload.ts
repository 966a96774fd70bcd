/** What a phone learns from a scanned code before it asks the server. */
export interface ScannedCode {
  qrcodeId: string;
  /** Null in codes of other servers that name none. */
  userPoolId: string | null;
}

/**
 * Reads a scanned text (wire 2.9). Null when it is not a login code: keep looking.
 *
 * @example
 * const code = parseQrPayload(textFromCamera);
 * if (code) await client.setQrCodeStatus({ qrcodeId: code.qrcodeId, action: 'SCAN' });
 */
export function parseQrPayload(text: string): ScannedCode | null {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof payload !== 'object' || payload === null) return null;
  const { scene, random, qrcodeId, userPoolId } = payload as Record<string, unknown>;
  const id = typeof qrcodeId === 'string' ? qrcodeId : random;
  if (scene !== 'APP_AUTH' || typeof id !== 'string' || !/^[\w-]{1,128}$/.test(id)) return null;
  return { qrcodeId: id, userPoolId: typeof userPoolId === 'string' ? userPoolId : null };
}
