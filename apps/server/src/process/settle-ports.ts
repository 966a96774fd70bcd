import { type Config, localUrl } from '../config/config.ts';
import { freePort } from './free-port.ts';

/**
 * Gives every port that is 0 a free number before anything is composed, because the issuer and the demo's origins contain it.
 * Another process could take the port in between: port 0 is for tests.
 */
export async function settlePorts(config: Config): Promise<Config> {
  const port = config.port || (await freePort(config.host));
  const demoPort = config.demo ? config.demoPort || (await freePort(config.host)) : config.demoPort;
  const publicUrl = config.publicUrl === localUrl(0) ? localUrl(port) : config.publicUrl;
  const metrics = config.metrics && {
    ...config.metrics,
    port: config.metrics.port || (await freePort(config.metrics.host)),
  };
  return { ...config, port, demoPort, metrics, publicUrl };
}
