import type { Logger } from 'pino';
import type { PostLogoutToken } from '../core/tokens/logout-notices/deliver.ts';
import type { Outbound } from './outbound.ts';

/** One line of the log in so many milliseconds: an application that is down fails for each login that ends. */
const logEveryMs = 10_000;

/** Posts logout tokens to applications, and says in the log what goes wrong. An operator of one pool reads no more than a word of it. */
export function createBackChannel(parts: { outbound: Outbound; log: Logger }): PostLogoutToken {
  const { outbound, log } = parts;
  let loggedAt = Number.NEGATIVE_INFINITY;

  return async function post(uri, logoutToken) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const body = new URLSearchParams({ logout_token: logoutToken }).toString();
    try {
      const { status } = await outbound.post(uri, headers, body, { maxBytes: 64 * 1024 });
      // 204 is what frameworks make of an empty answer (Back-Channel Logout 1.0, section 2.8).
      return status === 200 || status === 204 ? null : troubleOf(uri, `HTTP ${status}`, null);
    } catch (error) {
      return troubleOf(uri, reasonOf(error), error);
    }
  };

  function troubleOf(uri: string, reason: string, error: unknown): string {
    const now = performance.now();
    if (now - loggedAt >= logEveryMs) {
      loggedAt = now;
      log.warn({ host: URL.parse(uri)?.host, reason, err: error ?? undefined }, 'an application did not take a logout');
    }
    return reason;
  }
}

/** Without the address that the name led to, which is nobody's business but the operator's of the server. */
function reasonOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'not called';
}
