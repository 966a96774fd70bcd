import type { Secrets } from '../ground/ports.ts';
import type { Scanner } from './session.ts';

/**
 * What SCAN gives to a phone that approves with a token of the company's own, so that the phone that scanned is known by more than its
 * token: without a session claim two phones of one person look alike. It is derived, so no store holds it.
 */
export function scanTokenOf(secrets: Secrets, qrcodeId: string, scanner: Scanner): string {
  const token = derived(secrets, secrets.currentKeyId, qrcodeId, scanner);
  if (token === null) throw new Error('the current key cannot be used');
  return token;
}

export function isScanTokenOf(given: string, secrets: Secrets, qrcodeId: string, scanner: Scanner): boolean {
  return secrets.keyIds.some((keyId) => secrets.equal(given, derived(secrets, keyId, qrcodeId, scanner) ?? ''));
}

function derived(secrets: Secrets, keyId: string, qrcodeId: string, scanner: Scanner): string | null {
  const { loginSessionId, company } = scanner;
  const proof = secrets.derive(keyId, 'scan-token', qrcodeId, loginSessionId, company?.scannedBy ?? '');
  return proof === null ? null : `st_${proof}`;
}
