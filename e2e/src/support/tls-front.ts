import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { request as requestOf } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '@passbeam/workshop/folder';

const run = promisify(execFile);

export interface TlsFront {
  readonly port: number;
  /** The certificate, which nobody knows but who is told. */
  readonly certificate: string;
  readonly certificateFile: string;
  close(): void;
}

/** Ends TLS in front of programs on this machine, as a proxy does in earnest: for each host name, the port of its program. */
export async function openTlsFront(ports: Record<string, number>): Promise<TlsFront> {
  const folder = makeFolder('tls-front-');
  const [keyFile, certificateFile] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const [first = 'localhost'] = Object.keys(ports);
  const names = Object.keys(ports).map((name) => `DNS:${name}`);
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', `/CN=${first}`, '-addext', `subjectAltName=${names.join(',')}`];
  await run('openssl', ['req', ...kind, '-keyout', keyFile, '-out', certificateFile, ...subject]);
  // Programs of other users read the certificate; the key is written for us alone.
  chmodSync(folder.path, 0o755);
  const certificate = readFileSync(certificateFile, 'utf8');

  const server = createServer({ key: readFileSync(keyFile), cert: certificate }, (incoming, outgoing) => {
    const { url, method, headers } = incoming;
    const port = ports[headers.host?.replace(/:\d+$/, '') ?? ''];
    if (port === undefined) return void outgoing.writeHead(421).end();
    const onward = requestOf({ port, host: '127.0.0.1', path: url, method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  }).listen(0);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    certificate,
    certificateFile,
    close() {
      server.closeAllConnections();
      server.close();
      folder.remove();
    },
  };
}
