import type { Server } from 'node:http';

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** How the line begins in which a peer says that it is ready, and where. */
export const peerReady = 'peer on';

export function reportServing(server: Server): void {
  const address = server.address();
  if (typeof address === 'object' && address) console.log(`${peerReady} http://127.0.0.1:${address.port}`);
  process.once('SIGTERM', () => process.exit(0));
}
