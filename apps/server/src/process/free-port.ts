import { once } from 'node:events';
import { createServer } from 'node:net';

/** Free a moment ago: another process could take it in between, which is why this is for tests and trials. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
