import { isIPv6 } from 'node:net';
import type { Config } from '../config/config.ts';

interface Link {
  title: string;
  url: string;
}

/** What the terminal shows once the server listens: its address, its public URL when that differs, where to go from there. */
export function announcement(
  { host, port, publicUrl }: Pick<Config, 'host' | 'port' | 'publicUrl'>,
  links: Link[],
): string {
  const width = Math.max(...links.map(({ title }) => title.length));
  const lines = links.map(({ title, url }) => `  ${title.padEnd(width)}  ${url}`);
  return `passbeam listening on ${whereabouts(host, port, publicUrl)}\n${lines.join('\n')}\n`;
}

function whereabouts(host: string, port: number, publicUrl: string): string {
  const isHere = loopback.has(host) && publicUrl === `http://localhost:${port}`;
  if (isHere) return publicUrl;
  const own = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const reach = everyInterface.has(host) ? ' (every interface)' : '';
  const called = publicUrl === own ? '' : `\nIt calls itself ${publicUrl} (PUBLIC_URL)${reachAdvice(host, publicUrl)}`;
  return `${own}${reach}${called}`;
}

/** Advice for a public URL at an address that only this machine reaches: a proxy runs here, or somebody forgot HOST. */
function reachAdvice(host: string, publicUrl: string): string {
  if (!loopback.has(host) || /^http:\/\/(localhost|127\.|\[::1\])/.test(publicUrl)) return '';
  return ': a proxy on this machine has to pass that on. Without one, set HOST=0.0.0.0.';
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
const everyInterface: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
