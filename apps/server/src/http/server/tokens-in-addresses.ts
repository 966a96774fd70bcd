import type { App } from './app.ts';

/**
 * For routes that take a token in their address, which official clients send there: who opens such an address in a browser must not
 * carry it on to where they go next, and nobody may keep it.
 */
export function keepAddressesSecret(scope: App): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache', 'referrer-policy': 'no-referrer' });
  });
}
