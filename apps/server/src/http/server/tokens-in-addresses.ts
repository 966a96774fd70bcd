import type { App } from './app.ts';

/** For routes with a token in their address, as official clients send it: browsers must neither send it on nor keep it. */
export function keepAddressesSecret(scope: App): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache', 'referrer-policy': 'no-referrer' });
  });
}
