import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Config, localUrl } from '../config/config.ts';

/** Gives ports of 0 a number, which the issuer contains. For tests: another process could take it in between. */
export async function settlePorts(config: Config): Promise<Config> {
  const port = config.port || (await freePort(config.host));
  const demoPort = config.demo ? config.demoPort || (await freePort(config.host)) : config.demoPort;
  const publicUrl = config.publicUrl === localUrl(0) ? localUrl(port) : config.publicUrl;
  const metrics = config.metrics && {
    ...config.metrics,
    port: config.metrics.port || (await freePort(config.metrics.host)),
  };
  const { console: own } = config;
  const console = own.hasOwnPort ? { ...own, port: own.port || (await freePort(own.host)) } : own;
  return { ...config, console, port, demoPort, metrics, publicUrl };
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
