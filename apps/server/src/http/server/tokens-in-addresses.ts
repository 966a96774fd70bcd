import type { App } from './app.ts';

/**
 * For routes that take a token in their address, where official clients send it. A browser that opens such an address must neither
 * send it on as a referrer nor keep it.
 */
export function keepAddressesSecret(scope: App): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache', 'referrer-policy': 'no-referrer' });
  });
}
